const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;

/** A whole number of at most this many digits is exact in double precision, so one division rounds correctly. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The decimal number in `bytes[from … to)`, rounded as `Number` rounds it; NaN for what is no finite number. Plain
 * numbers of few digits, which a data file is full of, are read byte by byte without making a string.
 */
export function parseNumber(bytes: Buffer, from: number, to: number): number {
  let i = from;
  const negative = bytes[i] === MINUS;
  if (negative) i++;
  let digits = 0;
  let decimals = -1;
  let mantissa = 0;
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === DOT && decimals < 0) decimals = 0;
    else return parseUnusual(bytes, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return parseUnusual(bytes, from, to);
  const value = decimals > 0 ? mantissa / POWERS_OF_TEN[decimals] : mantissa;
  return negative ? -value : value;
}

/** Exponents, blanks around the number, a plus sign, many digits. */
function parseUnusual(bytes: Buffer, from: number, to: number): number {
  const text = bytes.toString('latin1', from, to).trim();
  if (!DECIMAL.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

const DATE_LENGTH = 'dd.mm.yyyy hh:mm:ss'.length;
const SEPARATORS: readonly (readonly [number, number])[] = [
  [2, DOT],
  [5, DOT],
  [10, 32],
  [13, 58],
  [16, 58],
];

/** The time `dd.mm.yyyy hh:mm:ss` in `bytes[from … to)` as milliseconds since 1970 in UTC; NaN if it is none. */
export function parseTime(bytes: Buffer, from: number, to: number): number {
  if (to - from !== DATE_LENGTH) return Number.NaN;
  for (const [offset, byte] of SEPARATORS) if (bytes[from + offset] !== byte) return Number.NaN;
  const day = twoDigits(bytes, from);
  const month = twoDigits(bytes, from + 3);
  const year = twoDigits(bytes, from + 6) * 100 + twoDigits(bytes, from + 8);
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  const second = twoDigits(bytes, from + 17);
  const valid =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!valid) return Number.NaN;
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March so that a leap day is the
 * last of its year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
 */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
