import { fail, refuseUnknown, wholeNumber } from '../errors';
import { nextSeed, Random } from '../tensor';
import { DATE_FORMS, type DateForm, writeDate, yearOf } from '../text/dates';
import { Vocabulary } from '../text/vocabulary';

export interface WrittenDatesOptions {
  /** Days to train with, drawn from the trained years; each is written in one random form. */
  train: number;
  /** Dates in each of the two tests; the forms take turns. */
  test: number;
  /** Years of Iran's calendar that are held out whole, of 1300 to 1449; default 15. */
  heldOut?: number;
  /** The forms that dates are written in; default all. */
  forms?: readonly DateForm[];
}

/** A date as it is written, and the day that it means. */
export interface WrittenDate {
  readonly form: DateForm;
  readonly text: string;
  /** ISO 8601: `2023-09-25`. */
  readonly iso: string;
}

const DAY_MS = 86_400_000;
const [FIRST_YEAR, YEARS] = [1300, 150];
const FIRST_DAY = Date.UTC(1921, 2, 21); // 1 Farvardin 1300
const LAST_DAY = Date.UTC(2071, 2, 20);

/** The tokens of a date: words, single digits. */
export const dateTokens = (text: string): string[] => text.match(/\d|[۰-۹]|[\p{L}\p{M}\u200c]+/gu) ?? [];

/** Dates for a network that reads one of many forms and writes ISO 8601. */
export class WrittenDates {
  private readonly known: Vocabulary;

  constructor(
    readonly train: readonly WrittenDate[],
    /** The first test: other days of the trained years. */
    readonly newDays: readonly WrittenDate[],
    /** The second test: days of the held-out years. */
    readonly newYears: readonly WrittenDate[],
    /** The years of Iran's calendar of which nothing is trained. */
    readonly heldOut: readonly number[],
  ) {
    this.known = Vocabulary.of(train.map(({ text }) => dateTokens(text)));
  }

  /** Distinct tokens that are read: an encoder's `sourceTokens`. */
  get sourceTokens(): number {
    return this.known.size - 1;
  }

  /** Distinct tokens that are written: the ten digits. */
  get targetTokens(): number {
    return 10;
  }

  /** What is read: the text's tokens, each as its number. */
  source(text: string): number[] {
    return this.known.encode(dateTokens(text));
  }

  /** What is to be written: a token for each of the eight digits, one more than the digit, since 0 is padding. */
  target(iso: string): number[] {
    return Array.from(iso.replaceAll('-', ''), (digit) => Number(digit) + 1);
  }

  /** What was written, as a date: digits with dashes after the fourth and the sixth. */
  iso(tokens: readonly number[]): string {
    const digits = tokens.map((token) => token - 1).join('');
    return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].join('-');
  }

  /** Dates as `batches` takes them; default the trained ones. */
  pairs(dates: readonly WrittenDate[] = this.train): { source: number[]; target: number[] }[] {
    return dates.map(({ text, iso }) => ({ source: this.source(text), target: this.target(iso) }));
  }
}

/** What the forms are called in tables. */
export const DATE_FORM_NAMES: Readonly<Record<DateForm, string>> = {
  jalali: 'شمسی · solar',
  jalaliWords: 'شمسی، روز با حروف · solar, day in words',
  gregorian: 'میلادی · Gregorian',
  gregorianWords: 'میلادی، روز با حروف · Gregorian, day in words',
  english: 'انگلیسی · English',
  american: 'آمریکایی · American',
};

/**
 * The share of dates that are answered right, the whole date.
 *
 * @param answers in ISO 8601, one for each date
 * @param forms only dates of these forms; default all
 * @throws RecurrentError where an answer is missing, or no date has one of the forms
 */
export function shareRight(
  dates: readonly WrittenDate[],
  answers: readonly string[],
  forms: readonly DateForm[] = DATE_FORMS,
): number {
  if (answers.length !== dates.length)
    fail('shareRight', `expected an answer for each of ${dates.length} dates, got ${answers.length}`);
  const places = [...dates.keys()].filter((i) => forms.includes(dates[i].form));
  if (places.length === 0) fail('shareRight', `no date has one of the forms ${forms.join(', ')}`);
  return places.filter((i) => answers[i] === dates[i].iso).length / places.length;
}

/**
 * The baseline of who has the calendar of the year before by heart, and counts the years: the day of the same name one
 * year earlier, in ISO 8601, its year one more. It is right where no leap day has come between.
 *
 * @example lastYearsCalendar({ form: 'english', text: '25 September 2023', iso: '2023-09-25' }) // → 2023-09-25
 */
export function lastYearsCalendar({ form, text, iso }: WrittenDate): string {
  const named = (written: string) => written.replace(/[\d۰-۹]+$/, '');
  const before = (days: number) => new Date(Date.parse(iso) - days * DAY_MS);
  const same = [365, 366].map(before).find((day) => named(writeDate(day, form)) === named(text));
  // A leap day has none of its name: the day before the year's end stands for it.
  const [year, ...rest] = isoOf(same ?? before(366)).split('-');
  return [Number(year) + 1, ...rest].join('-');
}

const isoOf = (date: Date) => date.toISOString().slice(0, 10);

/**
 * Dates of the years 1300 to 1449 of Iran's calendar in many forms, drawn from the stream that `seed(n)` started. Some
 * years are held out whole: no day in them is trained in any form, nor any day of the Gregorian years that they touch.
 *
 * @throws RecurrentError for sizes that are no whole numbers, unknown forms, or more days than there are
 */
export function writtenDates(options: WrittenDatesOptions): WrittenDates {
  refuseUnknown('writtenDates', options, ['train', 'test', 'heldOut', 'forms']);
  const { forms = DATE_FORMS } = options;
  const train = wholeNumber('writtenDates', 'train', options.train);
  const test = wholeNumber('writtenDates', 'test', options.test);
  const held = wholeNumber('writtenDates', 'heldOut', options.heldOut ?? 15);
  const random = Random.seeded(nextSeed());
  const shuffled = <T>(items: readonly T[]): T[] =>
    Array.from(random.permutation(items.length), (i) => items[i]);
  const heldOut = shuffled(Array.from({ length: YEARS }, (_, i) => FIRST_YEAR + i)).slice(0, held);
  const gregorian = new Set(heldOut.flatMap((year) => [year + 621, year + 622]));
  const [open, closed]: [Date[], Date[]] = [[], []];
  for (let day = FIRST_DAY; day <= LAST_DAY; day += DAY_MS) {
    const date = new Date(day);
    if (heldOut.includes(yearOf(date, 'jalali'))) closed.push(date);
    else if (!gregorian.has(date.getUTCFullYear())) open.push(date);
  }
  if (train + test > open.length || test > closed.length) {
    const there = `${open.length} days to train and ${closed.length} held out`;
    fail('writtenDates', `there are ${there}, got ${train} to train and ${test} in each test`);
  }
  const days = shuffled(open);
  const written = (date: Date, form: DateForm) => ({ form, text: writeDate(date, form), iso: isoOf(date) });
  const inTurn = (dates: readonly Date[]) => dates.map((date, i) => written(date, forms[i % forms.length]));
  return new WrittenDates(
    days.slice(test, test + train).map((date) => written(date, forms[random.integer(forms.length)])),
    inTurn(days.slice(0, test)),
    inTurn(shuffled(closed).slice(0, test)),
    heldOut.sort((a, b) => a - b),
  );
}
