import { fail, refuseUnknown, wholeNumber } from '../errors';
import { nextSeed, Random, tf } from '../tensor';
import { dateInWords } from '../text/dates';
import { GAPS, glue } from '../text/gaps';
import { padSequences } from '../text/pad-sequences';
import { Vocabulary } from '../text/vocabulary';

export interface GluedDatesOptions {
  /** Dates to train with, and others to test with; 36,500 at most together. */
  train: number;
  test: number;
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1925, 2, 21); // 1 Farvardin 1304
const DAYS = 36_500;

/** Dates in Persian words, half of them of either calendar, and how a network reads them without their gaps. */
export class GluedDates {
  private readonly known: Vocabulary;
  /** Letters of the longest sentence, to which `inputs` and `targets` fill the others up. */
  readonly length: number;

  constructor(
    readonly train: readonly string[],
    readonly test: readonly string[],
  ) {
    this.known = Vocabulary.of(train.map((sentence) => glue(sentence).letters));
    this.length = Math.max(...[...train, ...test].map((sentence) => glue(sentence).letters.length));
  }

  /** Distinct letters, padding and unknown ones included: an embedding's `inputDim`. */
  get letters(): number {
    return this.known.size;
  }

  /**
   * The letters' indices, 0 behind the end of a sentence.
   *
   * @param sentences of at most `length` letters, with or without their gaps
   * @returns (sentences, length), int32
   */
  inputs(sentences: readonly string[]): tf.Tensor2D {
    const letters = sentences.map((sentence) => glue(sentence).letters);
    const long = letters.find((sentence) => sentence.length > this.length);
    if (long) fail('inputs', `expected at most ${this.length} letters, got ${long.length}`);
    const indices = letters.map((sentence) => this.known.encode(sentence));
    return padSequences(indices, { length: this.length, padding: 'post' });
  }

  /**
   * The letters' tags, one-hot; all zeros behind the end of a sentence, where nothing counts.
   *
   * @returns (sentences, length, 3)
   */
  targets(sentences: readonly string[]): tf.Tensor3D {
    const oneHot = (tag: number | undefined) => GAPS.map((_, k) => Number(tag === k));
    const rows = sentences.map((sentence) => {
      const { tags } = glue(sentence);
      return Array.from({ length: this.length }, (_, t) => oneHot(tags[t]));
    });
    return tf.tensor3d(rows, [sentences.length, this.length, GAPS.length]);
  }

  /**
   * The likeliest tag of each letter, as a network sees it.
   *
   * @param model from `inputs` to (sentences, length, 3), the probabilities of the tags
   * @returns a row for each sentence, a tag for each of its letters
   */
  tags(model: tf.LayersModel, sentences: readonly string[]): number[][] {
    const rows = tf.tidy(() => {
      const predicted = model.predict(this.inputs(sentences)) as tf.Tensor3D;
      return predicted.argMax(2).arraySync() as number[][];
    });
    return sentences.map((sentence, i) => rows[i].slice(0, glue(sentence).letters.length));
  }
}

/**
 * Days of a hundred years from 1304 on in Persian words, in a random order that `seed(n)` fixes: every second one in
 * Iran's calendar, the others in the Gregorian one. No day comes twice, so none of the test is trained.
 *
 * @throws RecurrentError for sizes that are no whole numbers, or more days than there are
 */
export function gluedDates(options: GluedDatesOptions): GluedDates {
  refuseUnknown('gluedDates', options, ['train', 'test']);
  const train = wholeNumber('gluedDates', 'train', options.train);
  const test = wholeNumber('gluedDates', 'test', options.test);
  if (train + test > DAYS) fail('gluedDates', `there are ${DAYS} days, got ${train} + ${test}`);
  const days = Array.from(Random.seeded(nextSeed()).permutation(DAYS)).slice(0, train + test);
  const sentences = days.map((day, i) =>
    dateInWords(new Date(FIRST_DAY + day * DAY_MS), i % 2 ? 'gregorian' : 'jalali'),
  );
  return new GluedDates(sentences.slice(test), sentences.slice(0, test));
}
