import { fail } from '../errors';

/** What may follow a letter, by its tag: 0 nothing, 1 a half-space, 2 a space. */
export const GAPS = ['', '\u200c', ' '] as const;

/** A text without its spaces and half-spaces, and what followed each of its letters. */
export interface GluedText {
  readonly letters: readonly string[];
  /** A tag for each letter, an index of `GAPS`. */
  readonly tags: readonly number[];
}

/**
 * Takes the spaces and half-spaces out of a text, and keeps each as the tag of the letter before it.
 *
 * @throws RecurrentError for a gap that follows no letter
 * @example glue('سی‌ام مهر').tags.join('') // → 0102000
 */
export function glue(text: string): GluedText {
  const [letters, tags]: [string[], number[]] = [[], []];
  for (const letter of text) {
    const tag = (GAPS as readonly string[]).indexOf(letter);
    if (tag < 0) {
      letters.push(letter);
      tags.push(0);
    } else if (tags.length > 0 && tags[tags.length - 1] === 0) tags[tags.length - 1] = tag;
    else fail('glue', `expected a letter before each space and half-space, got "${text}"`);
  }
  return { letters, tags };
}

/**
 * Puts the spaces and half-spaces back: the inverse of `glue`.
 *
 * @throws RecurrentError where the tags are not one of 0, 1 and 2 for each letter
 * @example unglue({ letters: [...'سیمهر'], tags: [0, 2, 0, 0, 0] }) // → سی مهر
 */
export function unglue({ letters, tags }: GluedText): string {
  if (letters.length !== tags.length)
    fail('unglue', `expected a tag for each letter, got ${letters.length} letters and ${tags.length} tags`);
  const wrong = tags.find((tag) => GAPS[tag] === undefined);
  if (wrong !== undefined) fail('unglue', `a tag must be 0, 1 or 2, got ${wrong}`);
  return letters.map((letter, t) => letter + GAPS[tags[t]]).join('');
}
