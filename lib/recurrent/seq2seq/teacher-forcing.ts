import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { nextSeed, Random, tf } from '../../tensor';

/** A source and its target, as tokens 1 and up. */
export interface SequencePair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** A batch as `model.fitDataset` takes it. */
export type TeacherForcedBatch = { xs: { source: Tensor; target: Tensor }; ys: Tensor } & TensorContainer;

interface BatchOptions {
  readonly batch?: number;
  readonly shuffle?: boolean;
  readonly sourceTokens: number;
  readonly start: number;
  readonly end: number;
}

/** Refuses what is no token from 1 to `last`: padding, which is 0, stands in no sequence. */
export function requireTokens(where: string, what: string, tokens: readonly number[], last: number): void {
  if (!Array.isArray(tokens)) fail(where, `${what} must be an array of tokens, got ${String(tokens)}`);
  const bad = tokens.find((token) => !Number.isInteger(token) || token < 1 || token > last);
  if (bad !== undefined) fail(where, `${what} has token ${bad}, expected whole numbers from 1 to ${last}`);
}

function padded(rows: readonly (readonly number[])[]): Tensor {
  const longest = Math.max(1, ...rows.map((row) => row.length));
  const flat = rows.flatMap((row) => [...row, ...Array(longest - row.length).fill(0)]);
  return tf.tensor2d(flat, [rows.length, longest], 'int32'); // (batch, time)
}

/** Pairs in batches: the decoder is given start and the target, and is to say the target and end. */
export function teacherForcedBatches(
  pairs: readonly SequencePair[],
  { batch, shuffle = true, sourceTokens, start, end, ...unknown }: BatchOptions,
): tf.data.Dataset<TeacherForcedBatch> {
  refuseUnknown('batches', unknown, ['batch', 'shuffle']);
  const size = wholeNumber('batches', 'batch', batch ?? 32);
  if (pairs.length === 0) fail('batches', 'expected at least one pair, got none');
  for (const [i, { source, target }] of pairs.entries()) {
    requireTokens('batches', `the source of pair ${i}`, source, sourceTokens);
    requireTokens('batches', `the target of pair ${i}`, target, start - 1);
  }
  const make = function* () {
    const order = shuffle ? Random.seeded(nextSeed()).permutation(pairs.length) : pairs.keys();
    const rows = Array.from(order, (i) => pairs[i]);
    for (let first = 0; first < rows.length; first += size) {
      const some = rows.slice(first, first + size);
      yield tf.tidy(() => {
        const source = padded(some.map((pair) => pair.source));
        const target = padded(some.map((pair) => [start, ...pair.target])); // (batch, time)
        const next = padded(some.map((pair) => [...pair.target, end])); // (batch, time)
        const counts = next.notEqual(0).cast('float32').expandDims(2); // (batch, time, 1)
        return { xs: { source, target }, ys: tf.oneHot(next.cast('int32'), end + 1).mul(counts) };
      });
    }
  };
  const data = tf.data.generator(make as unknown as () => Iterator<TeacherForcedBatch>);
  (data as { size: number }).size = Math.ceil(pairs.length / size);
  return data;
}
