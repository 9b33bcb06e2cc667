import { fail } from '../../errors';
import { tf } from '../../tensor';

/** Words, their places and vectors, one after the other. */
export interface WordVectorsContent {
  readonly words: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly vectors: Float32Array;
  readonly dimension: number;
  readonly duplicates: number;
}

/** The numbers of vectors that are given in one way or another. */
export function flatten(
  where: string,
  vectors: Float32Array | readonly (readonly number[])[] | tf.Tensor2D,
): Float32Array {
  if (vectors instanceof Float32Array) return vectors;
  if (vectors instanceof tf.Tensor) return Float32Array.from(vectors.dataSync());
  if (!Array.isArray(vectors))
    return fail(where, `expected a Float32Array, rows or a tensor, got ${typeof vectors}`);
  const rows = vectors as readonly (readonly number[])[];
  const odd = rows.findIndex((row) => row?.length !== rows[0]?.length);
  if (odd >= 0)
    fail(where, `expected rows of ${rows[0]?.length} numbers, got ${rows[odd]?.length} in row ${odd}`);
  return Float32Array.from(rows.flat());
}

/** Words and a copy of their vectors; a word that comes again is left out. */
export function contentOf(
  where: string,
  all: readonly string[],
  numbers: Float32Array,
  dimension: number,
): WordVectorsContent {
  const words: string[] = [];
  const index = new Map<string, number>();
  const vectors = new Float32Array(numbers.length);
  for (const [i, word] of all.entries()) {
    if (typeof word !== 'string') fail(where, `expected words, got ${String(word)}`);
    if (index.has(word)) continue;
    const row = numbers.subarray(i * dimension, (i + 1) * dimension);
    const wrong = row.find((x) => !Number.isFinite(x));
    if (wrong !== undefined) fail(where, `expected finite numbers, got ${wrong} for ${JSON.stringify(word)}`);
    vectors.set(row, words.length * dimension);
    index.set(word, words.length);
    words.push(word);
  }
  const used = vectors.subarray(0, words.length * dimension);
  return { words, index, vectors: used, dimension, duplicates: all.length - words.length };
}
