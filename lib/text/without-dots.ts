/** Dotless forms, each with the letters of Persian, Arabic, Urdu, Pashto and Uyghur that become it. */
const FORMS: Readonly<Record<string, string>> = {
  ا: 'آأإٱ',
  ٮ: 'بپتثٹټ',
  ح: 'جچخځڅ',
  د: 'ذڈډ',
  ر: 'زژڑړږ',
  س: 'شښ',
  ص: 'ض',
  ط: 'ظ',
  ع: 'غ',
  ڡ: 'فڤ',
  ٯ: 'ق',
  ک: 'كگګڭ',
  ں: 'نڼ',
  و: 'ؤۇۆۈۋ',
  ه: 'ةھہۀۂەۃ',
  ى: 'یيئېۍے',
};

const formOf = new Map(
  Object.entries(FORMS).flatMap(([form, letters]) =>
    Array.from(letters, (letter) => [letter, form] as const),
  ),
);

/**
 * A text in the Arabic script without what tells its languages' letters apart at a glance: dots, hamza, vowel signs and
 * the small strokes of گ, ڭ or ړ. Punctuation, digits and half-spaces go too, and of spaces one stays. Letters are taken as they stand
 * alone, so that ن keeps its own form, though within a word it looks like ب without its dot. Other scripts' letters stay.
 *
 * @example withoutDots('پژوهش، جهانی است!') // → ٮروهس حهاںى اسٮ
 */
export function withoutDots(text: string): string {
  const letters = text
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L} ]|ء/gu, '');
  return Array.from(letters, (letter) => formOf.get(letter) ?? letter)
    .join('')
    .replace(/ +/g, ' ')
    .trim();
}
