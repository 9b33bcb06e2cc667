import { fail, refuseUnknown, wholeNumber } from '../errors';
import { GAPS, glue } from '../text/gaps';

/** The tags of a sentence's letters. */
export type Tagger = (letters: readonly string[]) => number[];

export interface CountingTaggerOptions {
  /** Letters that are looked at before the one in question, and after it; default 0. */
  before?: number;
  after?: number;
}

/**
 * The baseline of tagging by counting: each letter gets the tag that it had most often among the same neighbours, and
 * 0 where these were never seen.
 *
 * @param sentences with their gaps
 * @throws RecurrentError for sizes that are no whole numbers
 * @example countingTagger(['سی و دو', 'سی و سه'], { before: 1 })([...'سیودو']) // → 0,2,2,0,0
 */
export function countingTagger(sentences: readonly string[], options: CountingTaggerOptions = {}): Tagger {
  refuseUnknown('countingTagger', options, ['before', 'after']);
  const before = wholeNumber('countingTagger', 'before', options.before ?? 0, 0);
  const after = wholeNumber('countingTagger', 'after', options.after ?? 0, 0);
  const seen = (letters: readonly string[], t: number) =>
    // The sign between keeps windows at the sentence's ends apart from others of the same letters.
    `${letters.slice(Math.max(0, t - before), t).join('')}|${letters.slice(t, t + after + 1).join('')}`;
  const counts = new Map<string, number[]>();
  for (const { letters, tags } of sentences.map(glue)) {
    for (const [t, tag] of tags.entries()) {
      const window = seen(letters, t);
      const row = counts.get(window) ?? GAPS.map(() => 0);
      row[tag]++;
      counts.set(window, row);
    }
  }
  return (letters) =>
    letters.map((_, t) => {
      const row = counts.get(seen(letters, t)) ?? [1];
      return row.indexOf(Math.max(...row));
    });
}

/**
 * Shares that are right: of the letters, and of the sentences, which are right where all of their letters are.
 *
 * @param sentences with their gaps
 * @param tags a row for each sentence, a tag for each of its letters
 * @throws RecurrentError where a tag is missing
 * @example taggingScores(['سی و دو', 'ده'], [[0, 0, 2, 0, 0], [0, 0]]).sentences // → 0.5
 */
export function taggingScores(
  sentences: readonly string[],
  tags: readonly (readonly number[])[],
): { letters: number; sentences: number } {
  if (sentences.length === 0 || sentences.length !== tags.length)
    fail('taggingScores', `expected tags of each sentence, got ${tags.length} for ${sentences.length}`);
  let [right, all, whole] = [0, 0, 0];
  for (const [i, sentence] of sentences.entries()) {
    const { letters, tags: truth } = glue(sentence);
    if (tags[i].length !== letters.length)
      fail('taggingScores', `sentence ${i} has ${letters.length} letters, got ${tags[i].length} tags`);
    const hits = truth.filter((tag, t) => tag === tags[i][t]).length;
    right += hits;
    all += letters.length;
    whole += Number(hits === letters.length);
  }
  return { letters: right / all, sentences: whole / sentences.length };
}
