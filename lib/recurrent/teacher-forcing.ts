import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import { fail, nextSeed, Random, refuseUnknown, tf, wholeNumber } from '../tensor';

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
  readonly start: number;
  readonly end: number;
}

function padded(rows: readonly (readonly number[])[]): Tensor {
  const longest = Math.max(1, ...rows.map((row) => row.length));
  const flat = rows.flatMap((row) => [...row, ...Array(longest - row.length).fill(0)]);
  return tf.tensor2d(flat, [rows.length, longest], 'int32'); // (batch, time)
}

/** Pairs in batches: the decoder is given start and the target, and is to say the target and end. */
export function teacherForcedBatches(
  pairs: readonly SequencePair[],
  { batch, shuffle = true, start, end, ...unknown }: BatchOptions,
): tf.data.Dataset<TeacherForcedBatch> {
  refuseUnknown('batches', unknown, ['batch', 'shuffle']);
  const size = wholeNumber('batches', 'batch', batch ?? 32);
  if (pairs.length === 0) fail('batches', 'expected at least one pair, got none');
  for (const [i, { source, target }] of pairs.entries()) {
    const bad = [...source, ...target].find((token) => !Number.isInteger(token) || token < 1);
    if (bad !== undefined)
      fail('batches', `pair ${i} has token ${bad}, expected whole numbers of at least 1`);
    const late = target.find((token) => token >= start);
    if (late !== undefined) fail('batches', `pair ${i} has target token ${late}, the last is ${start - 1}`);
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
