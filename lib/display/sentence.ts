import { escapeHtml } from './html';
import type { MimeBundle } from './mime';

/** The two languages of the course. */
export type Language = 'fa' | 'en';

/** A number and how many digits of it are written. */
export class WrittenNumber {
  constructor(
    readonly value: number,
    readonly options: Intl.NumberFormatOptions,
  ) {}
}

/**
 * A number with so many digits after the point.
 *
 * @example fa`خطا ${fixed(0.01234, 4)} است.` // خطا ۰٫۰۱۲۳ است.
 */
export function fixed(value: number, digits: number): WrittenNumber {
  return new WrittenNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * A share as a percentage: 0.25 is 25 %, ۲۵٪ in Persian.
 *
 * @param digits after the point; default 0
 */
export function percent(share: number, digits = 0): WrittenNumber {
  return new WrittenNumber(share, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** What may stand in a sentence: a number, which is written in the sentence's own digits, or a text. */
export type SentencePart = number | string | WrittenNumber;

/** Whole numbers in full, others with three significant digits. */
const plain = (value: number): Intl.NumberFormatOptions =>
  Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 };

/** A number as one writes it in a language: Persian digits, ٫ and ٬ in Persian. */
export function written(language: Language, number: number | WrittenNumber): string {
  const { value, options } =
    number instanceof WrittenNumber ? number : { value: number, options: plain(number) };
  return new Intl.NumberFormat(language, options).format(value);
}

/** A sentence of one language, its numbers put in by the code. */
export class Sentence {
  private readonly parts: readonly { text: string; inserted: boolean }[];

  constructor(
    readonly language: Language,
    texts: readonly string[],
    values: readonly SentencePart[],
  ) {
    this.parts = texts.flatMap((text, i) => [
      { text, inserted: false },
      ...(i < values.length ? [{ text: this.write(values[i]), inserted: true }] : []),
    ]);
  }

  private write(value: SentencePart): string {
    return typeof value === 'string' ? value : written(this.language, value);
  }

  /** With what the code has put in isolated from its neighbours' direction. */
  toHtml(): string {
    return this.parts
      .map(({ text, inserted }) => (inserted ? `<bdi>${escapeHtml(text)}</bdi>` : inlineHtml(text)))
      .join('');
  }

  toString(): string {
    return this.parts.map(({ text }) => text).join('');
  }
}

/** The little Markdown that a sentence needs: `code`, **strong** and *emphasis*. */
function inlineHtml(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code dir="ltr">$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>');
}

/**
 * A Persian sentence whose numbers the code puts in, in Persian digits.
 *
 * @example fa`پس از ${12} دور آموزش، خطا ${fixed(0.0062, 4)} شد.`
 */
export const fa = (texts: TemplateStringsArray, ...values: SentencePart[]): Sentence =>
  new Sentence('fa', texts, values);

/**
 * An English sentence whose numbers the code puts in.
 *
 * @example en`After ${12} epochs the error is ${fixed(0.0062, 4)}.`
 */
export const en = (texts: TemplateStringsArray, ...values: SentencePart[]): Sentence =>
  new Sentence('en', texts, values);

/** Sentences as a notebook shows them: as prose, the Persian ones from right to left. */
export class Prose {
  constructor(readonly sentences: readonly Sentence[]) {}

  toHtml(): string {
    const paragraph = (sentence: Sentence) => {
      const direction = sentence.language === 'fa' ? 'rtl' : 'ltr';
      return `<p dir="${direction}" lang="${sentence.language}">${sentence.toHtml()}</p>`;
    };
    return `<div class="recurrent-prose">${this.sentences.map(paragraph).join('')}</div>`;
  }

  toString(): string {
    return this.sentences.join('\n');
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    return { 'text/html': this.toHtml(), 'text/plain': this.toString() };
  }
}

/**
 * Says in both languages what came out, with the numbers of this very run.
 *
 * @example say(fa`خطا ${fixed(mse, 4)} است.`, en`The error is ${fixed(mse, 4)}.`)
 */
export function say(...sentences: Sentence[]): Prose {
  return new Prose(sentences);
}
