import { fail } from '../errors';
import { persianNumber, persianOrdinal } from './persian-numbers';

/** Iran's solar calendar (هجری شمسی) or the Gregorian one (میلادی). */
export type Calendar = 'jalali' | 'gregorian';

const formatOf = (locale: string) =>
  new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });

const FORMATS = {
  jalali: formatOf('fa-IR-u-ca-persian'),
  gregorian: formatOf('fa-IR-u-ca-gregory'),
  english: formatOf('en-GB-u-ca-gregory'),
};

interface DateParts {
  readonly weekday: string;
  readonly month: string;
  readonly day: number;
  readonly year: number;
}

/** What a calendar calls a day, in UTC. */
function partsOf(where: string, date: Date, calendar: keyof typeof FORMATS): DateParts {
  if (!(date instanceof Date && Number.isFinite(date.getTime())))
    fail(where, `expected a date, got ${String(date)}`);
  const parts = new Map(FORMATS[calendar].formatToParts(date).map(({ type, value }) => [type, value]));
  const number = (type: 'day' | 'year') => numberOf(parts.get(type)!);
  return {
    weekday: parts.get('weekday')!,
    month: parts.get('month')!,
    day: number('day'),
    year: number('year'),
  };
}

function requireCalendar(where: string, calendar: Calendar): Calendar {
  if (calendar === 'jalali' || calendar === 'gregorian') return calendar;
  return fail(where, `calendar must be jalali or gregorian, got "${calendar}"`);
}

const numberOf = (digits: string) =>
  Number(digits.replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0)));
const persianDigits = (n: number) => String(n).replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)]);

/**
 * The year in which a day lies, in UTC. The solar year begins on Nowruz, 20 or 21 March, and is 621 or 622 less than
 * the Gregorian one.
 *
 * @example yearOf(new Date('2023-09-25'), 'jalali') // → 1402
 * @throws RecurrentError for no date or another calendar
 */
export function yearOf(date: Date, calendar: Calendar): number {
  return partsOf('yearOf', date, requireCalendar('yearOf', calendar)).year;
}

/**
 * A day with its weekday, all in Persian words, in UTC.
 *
 * @example dateInWords(new Date('2023-09-25'), 'jalali') // → دوشنبه سوم مهر هزار و چهارصد و دو
 * @throws RecurrentError for no date or another calendar
 */
export function dateInWords(date: Date, calendar: Calendar): string {
  const { weekday, day, month, year } = partsOf(
    'dateInWords',
    date,
    requireCalendar('dateInWords', calendar),
  );
  return `${weekday} ${persianOrdinal(day)} ${month} ${persianNumber(year)}`;
}

/** A way to write a date. */
export type DateForm = 'jalali' | 'jalaliWords' | 'gregorian' | 'gregorianWords' | 'english' | 'american';

type Writer = (date: Date) => string;

const dayMonthYear = (calendar: Calendar, dayAs: (day: number) => string): Writer => {
  return (date) => {
    const { day, month, year } = partsOf('writeDate', date, calendar);
    return `${dayAs(day)} ${month} ${persianDigits(year)}`;
  };
};

const WRITERS = {
  jalali: dayMonthYear('jalali', persianDigits),
  jalaliWords: dayMonthYear('jalali', persianOrdinal),
  gregorian: dayMonthYear('gregorian', persianDigits),
  gregorianWords: dayMonthYear('gregorian', persianOrdinal),
  english: (date: Date) => {
    const { day, month, year } = partsOf('writeDate', date, 'english');
    return `${day} ${month} ${year}`;
  },
  american: (date: Date) => {
    const { day, month, year } = partsOf('writeDate', date, 'english');
    return `${month} ${day}, ${year}`;
  },
} satisfies Record<DateForm, Writer>;

/** The ways to write a date that `writeDate` knows. */
export const DATE_FORMS = Object.keys(WRITERS) as readonly DateForm[];

/**
 * A day without its weekday, in UTC:
 *
 * - `jalali`, `jalaliWords`: «۳ مهر ۱۴۰۲», «سوم مهر ۱۴۰۲»
 * - `gregorian`, `gregorianWords`: «۲۵ سپتامبر ۲۰۲۳», «بیست و پنجم سپتامبر ۲۰۲۳»
 * - `english`, `american`: "25 September 2023", "September 25, 2023"
 *
 * @example writeDate(new Date('2023-09-25'), 'jalaliWords') // → سوم مهر ۱۴۰۲
 * @throws RecurrentError for no date or another form
 */
export function writeDate(date: Date, form: DateForm): string {
  if (!Object.hasOwn(WRITERS, form))
    fail('writeDate', `form must be one of ${DATE_FORMS.join(', ')}, got "${form}"`);
  return WRITERS[form](date);
}

const DAY_MS = 86_400_000;

/**
 * The day that a text means in one of the forms of `writeDate`.
 *
 * @returns the form and the day, at midnight in UTC; undefined where no calendar has such a day
 * @example readDate('سوم مهر ۱۴۰۲')?.date.toISOString().slice(0, 10) // → 2023-09-25
 */
export function readDate(text: string): { form: DateForm; date: Date } | undefined {
  const digits = /[\d۰-۹]{4}$/.exec(text);
  if (!digits) return undefined;
  const year = numberOf(digits[0]);
  for (const form of DATE_FORMS) {
    // Nowruz is on 20 March at the earliest.
    const first = form.startsWith('jalali') ? Date.UTC(year + 621, 2, 20) : Date.UTC(year, 0, 1);
    for (let day = 0; day <= 367; day++) {
      const date = new Date(first + day * DAY_MS);
      if (writeDate(date, form) === text) return { form, date };
    }
  }
  return undefined;
}
