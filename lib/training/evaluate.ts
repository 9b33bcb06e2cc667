import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';
import { nextTurn } from './logs';

/** Batches of windows and their targets, one after the other: what `windows(...)` and `tf.data` give. */
export interface Batches {
  iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }>;
}

interface Batch {
  xs: Tensor;
  ys: Tensor;
}

function asBatch(where: string, value: unknown): Batch {
  const { xs, ys } = (value ?? {}) as Partial<Batch>;
  if (xs instanceof tf.Tensor && ys instanceof tf.Tensor) return { xs, ys };
  return fail(where, 'batches must be { xs: Tensor, ys: Tensor }');
}

/** The model's single output for one batch; the caller disposes it. */
function outputOf(where: string, model: LayersModel, xs: Tensor): Tensor {
  const output = model.predictOnBatch(xs);
  if (!Array.isArray(output)) return output;
  tf.dispose(output);
  return fail(where, `the model must have one output, it has ${output.length}`);
}

async function forEachBatch(where: string, batches: Batches, use: (batch: Batch) => Promise<void>) {
  const iterator = await batches.iterator();
  for (let next = await iterator.next(); ; next = await iterator.next()) {
    if (next.value != null) {
      const batch = asBatch(where, next.value);
      try {
        await use(batch);
      } finally {
        tf.dispose([batch.xs, batch.ys]);
      }
    }
    if (next.done) return;
    await nextTurn();
  }
}

/**
 * The mean squared error over all windows, batch by batch, summed in double precision:
 *
 *   1/n Σ (ŷ_i − y_i)²
 *
 * @param model with one output
 * @param batches of `{ xs, ys }`, as `windows(...)` gives them; never all in memory
 * @returns in the squared unit of the targets (1 for normalised ones)
 * @throws RecurrentError where there are no windows, or targets and output differ in shape
 */
export async function evaluate(model: LayersModel, batches: Batches): Promise<number> {
  let squares = 0;
  let count = 0;
  await forEachBatch('evaluate', batches, async ({ xs, ys }) => {
    const output = outputOf('evaluate', model, xs);
    try {
      if (output.size !== ys.size || output.shape[0] !== ys.shape[0]) {
        fail('evaluate', `the model's output has shape [${output.shape}], the targets [${ys.shape}]`);
      }
      const [predicted, target] = await Promise.all([output.data(), ys.data()]);
      for (let i = 0; i < target.length; i++) squares += (predicted[i] - target[i]) ** 2;
      count += target.length;
    } finally {
      output.dispose();
    }
  });
  return count > 0 ? squares / count : fail('evaluate', 'expected at least one window, got none');
}

/**
 * What the model predicts for every window, in the order of the batches.
 *
 * @param model with one output
 * @param batches of `{ xs, ys }`, not shuffled where the order matters
 * @returns all outputs one after the other, (windows · outputs)
 * @throws RecurrentError for a model with several outputs
 */
export async function predict(model: LayersModel, batches: Batches): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  let length = 0;
  await forEachBatch('predict', batches, async ({ xs }) => {
    const output = outputOf('predict', model, xs);
    const part = (await output.data()) as Float32Array;
    output.dispose();
    parts.push(part);
    length += part.length;
  });
  const all = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
