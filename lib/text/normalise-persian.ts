import { fail, refuseUnknown } from '../errors';

export interface PersianOptions {
  /** What digits become: Persian ones, Latin ones, or, the default, Persian where they were Arabic and else as they are. */
  digits?: 'persian' | 'latin' | 'keep';
  /** Whether the signs of short vowels and doubling go, and the tatweel; default true. */
  removeDiacritics?: boolean;
  /** Whether affixes written apart, as in «می روم» and «کتاب ها», get their half-space; default true. */
  joinAffixes?: boolean;
}

const ZWNJ = '\u200c';
/** Letters of Arabic keyboards and of other encodings, and those that Persian writes. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ي: 'ی', ى: 'ی', ې: 'ی', ك: 'ک', ڪ: 'ک', ة: 'ه', ھ: 'ه', ہ: 'ه', ە: 'ه', أ: 'ا', إ: 'ا', ٱ: 'ا' },
  ۀ: 'ه\u0654',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
const ARABIC_DIGITS = '٠١٢٣٤٥٦٧٨٩';
const PERSIAN_DIGITS = '۰۱۲۳۴۵۶۷۸۹';
/** Tanwin, the short vowels, shadda, sukun and the small alef; the hamza of «خانهٔ» is a sound of its own. */
const DIACRITICS = /[\u064b-\u0652\u0670\u0640]/g;
/** What other programs write for a half-space, and the signs of direction, which are no text. */
const HALF_SPACES = /[\u200b\u00ac\u00ad\u200d]/g;
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Letters that do not join the next: behind them a half-space cannot be seen. */
const NOT_JOINING = 'اآأإدذرزژوؤ';

const WORD = '\u0620-\u064a\u0654\u066e-\u06d3\u200c';
const PREFIX = new RegExp(`(?<![${WORD}])(ن?می) +(?=[\u0620-\u064a\u066e-\u06d3])`, 'g');
const SUFFIXES = [
  ...['ها', 'های', 'هایی', 'هایم', 'هایت', 'هایش', 'هایمان', 'هایتان', 'هایشان'],
  ...['تر', 'تری', 'ترین', 'ام', 'ات', 'اش', 'ای', 'اند', 'ایم', 'اید'],
];
const SUFFIX = new RegExp(`(?<=[${WORD}]) +(${SUFFIXES.join('|')})(?![${WORD}])`, 'g');

/**
 * Persian text in one spelling, so that the same word is the same string:
 *
 * - Arabic letters become Persian ones: ي and ى ی, ك ک, ة ه; ۀ becomes ه with its hamza, أ and إ ا
 * - Arabic digits become Persian ones; Latin ones stay, unless `digits` says otherwise
 * - diacritics and the tatweel go, and signs of direction
 * - half-spaces: one where several were, none beside a space or where no letter would join, and one in the place of the
 *   space before «ها», «تر» and their like, and after «می» and «نمی»
 * - runs of spaces become one; ends of lines stay
 *
 * What it does to its own output is nothing.
 *
 * @example normalisePersian('كتاب هاي خوب') // → کتاب‌های خوب
 */
export function normalisePersian(text: string, options: PersianOptions = {}): string {
  refuseUnknown('normalisePersian', options, ['digits', 'removeDiacritics', 'joinAffixes']);
  const { digits = 'keep', removeDiacritics = true, joinAffixes = true } = options;
  if (!['persian', 'latin', 'keep'].includes(digits))
    fail('normalisePersian', `digits must be persian, latin or keep, got ${digits}`);
  let result = text.replace(DIRECTIONS, '').replace(HALF_SPACES, ZWNJ);
  if (removeDiacritics) result = result.replace(DIACRITICS, '');
  // A mark belongs to the letter before it, whatever stands between.
  result = persianLetters(result.replace(/\u200c+(?=\p{M})/gu, ''));
  result = withHalfSpaces(withDigits(result, digits));
  if (joinAffixes) result = withHalfSpaces(result.replace(PREFIX, `$1${ZWNJ}`).replace(SUFFIX, `${ZWNJ}$1`));
  return result.replace(/ *\n */g, '\n').trim();
}

/** A letter that was replaced may be one with the mark behind it that has a letter of its own. */
function persianLetters(text: string): string {
  const result = text.normalize('NFC').replace(LETTER, (letter) => LETTERS[letter]);
  return result === text ? result : persianLetters(result);
}

function withDigits(text: string, digits: NonNullable<PersianOptions['digits']>): string {
  const persian = text.replace(/[٠-٩]/g, (digit) => PERSIAN_DIGITS[ARABIC_DIGITS.indexOf(digit)]);
  if (digits === 'persian') return persian.replace(/\d/g, (digit) => PERSIAN_DIGITS[Number(digit)]);
  if (digits === 'latin') return persian.replace(/[۰-۹]/g, (digit) => String(PERSIAN_DIGITS.indexOf(digit)));
  return persian;
}

/** Half-spaces and spaces, each once, and no half-space that cannot be seen. */
function withHalfSpaces(text: string): string {
  return text
    .replace(/\u200c{2,}/g, ZWNJ)
    .replace(new RegExp(`(?<=[${NOT_JOINING}\\s]|^)\u200c|\u200c(?=\\s|$)`, 'g'), '')
    .replace(/[^\S\n]+/g, ' ');
}
