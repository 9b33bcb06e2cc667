import { fail } from '../errors';

const BELOW_TWENTY = [
  ...['صفر', 'یک', 'دو', 'سه', 'چهار', 'پنج', 'شش', 'هفت', 'هشت', 'نه', 'ده', 'یازده', 'دوازده', 'سیزده'],
  ...['چهارده', 'پانزده', 'شانزده', 'هفده', 'هجده', 'نوزده'],
];
const TENS = ['', '', 'بیست', 'سی', 'چهل', 'پنجاه', 'شصت', 'هفتاد', 'هشتاد', 'نود'];
const HUNDREDS = ['', 'صد', 'دویست', 'سیصد', 'چهارصد', 'پانصد', 'ششصد', 'هفتصد', 'هشتصد', 'نهصد'];
const SCALES = [
  [1_000_000_000, 'میلیارد'],
  [1_000_000, 'میلیون'],
  [1_000, 'هزار'],
] as const;
const LIMIT = 1_000_000_000_000;

/** The words of a positive number, with «و» between them. */
function parts(n: number): string[] {
  if (n === 0) return [];
  if (n < 20) return [BELOW_TWENTY[n]];
  if (n < 100) return [TENS[Math.floor(n / 10)], ...parts(n % 10)];
  if (n < 1000) return [HUNDREDS[Math.floor(n / 100)], ...parts(n % 100)];
  for (const [scale, name] of SCALES) {
    if (n < scale) continue;
    const many = Math.floor(n / scale);
    // A thousand is «هزار», but a million «یک میلیون».
    const head = scale === 1000 && many === 1 ? name : `${persianNumber(many)} ${name}`;
    return [head, ...parts(n % scale)];
  }
  return [];
}

/**
 * A whole number in Persian words.
 *
 * @param n 0 to 999,999,999,999
 * @example persianNumber(1402) // → هزار و چهارصد و دو
 * @throws RecurrentError for any other number
 */
export function persianNumber(n: number): string {
  if (!(Number.isInteger(n) && n >= 0 && n < LIMIT)) {
    fail('persianNumber', `expected a whole number from 0 to ${LIMIT - 1}, got ${n}`);
  }
  return n === 0 ? BELOW_TWENTY[0] : parts(n).join(' و ');
}

/**
 * A place in an order in Persian words: «سه» becomes «سوم», «سی» becomes «سی‌ام» with a half-space, all others end in «م».
 *
 * @param n 1 to 999,999,999,999
 * @example persianOrdinal(23) // → بیست و سوم
 * @throws RecurrentError for any other number
 */
export function persianOrdinal(n: number): string {
  if (!(Number.isInteger(n) && n >= 1 && n < LIMIT)) {
    fail('persianOrdinal', `expected a whole number from 1 to ${LIMIT - 1}, got ${n}`);
  }
  const cardinal = persianNumber(n);
  if (/(^| )سه$/.test(cardinal)) return `${cardinal.slice(0, -1)}وم`;
  return /(^| )سی$/.test(cardinal) ? `${cardinal}\u200cام` : `${cardinal}م`;
}
