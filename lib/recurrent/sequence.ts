import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { fail } from '../errors';
import {
  type Cell,
  checkSequence,
  installKernels,
  kernelSequence,
  kernelsCompute,
  type Sequence,
  type SequenceResult,
  type SequenceSizes,
} from '../simd';
import { tf } from '../tensor';
import { gruStep, lstmStep, type StepOptions, simpleRnnStep } from './cells';
import { timeSteps } from './unroll';

/** The cell as a function of an input and the states before it, to the states after it; h comes first. */
export function stepFunction(
  cell: Cell,
  dropMask?: Tensor | null,
): (x: Tensor2D, states: Tensor2D[]) => Tensor2D[] {
  const { bias, resetAfter } = cell;
  const [Wx, Wh] = [cell.kernel, cell.recurrentKernel] as Tensor2D[];
  const options: StepOptions = {
    activation: cell.activation.apply,
    recurrentActivation: cell.recurrentActivation.apply,
    dropMask: dropMask as Tensor2D | null | undefined,
  };
  if (cell.kind === 'simpleRnn') {
    const weights = { Wxh: Wx, Whh: Wh, bh: bias as Tensor1D | null };
    return (x, [h]) => [simpleRnnStep(weights, x, h, options)];
  }
  if (cell.kind === 'lstm') {
    const weights = { Wx, Wh, b: bias as Tensor1D | null };
    return (x, [h, c]) => lstmStep(weights, x, h, c, options);
  }
  const [bx, bh] = bias && resetAfter ? tf.unstack(bias) : [bias, null];
  const weights = { Wx, Wh, bx: bx as Tensor1D | null, bh: bh as Tensor1D | null };
  return (x, [h]) => [gruStep(weights, x, h, options, resetAfter)];
}

/** The recurrence as slide 7 writes it, one step after the other: h_t = f_W(h_{t-1}, x_t). */
function unrollSequence(sequence: Sequence, { batch, units }: SequenceSizes): SequenceResult {
  const { kind, mask, dropoutMask, recurrentDropoutMask, goBackwards, returnSequences } = sequence;
  const step = stepFunction(sequence, recurrentDropoutMask);
  const x = sequence.x as Tensor3D;
  const dropped = dropoutMask ? x.mul<Tensor3D>(dropoutMask.expandDims(1)) : x; // (batch, time, features)
  const inputs = timeSteps(dropped); // (batch, features) each
  const counts = mask ? tf.unstack(mask.cast('bool').expandDims<Tensor3D>(2), 1) : null; // (batch, 1) each
  const order = inputs.map((_, t) => (goBackwards ? inputs.length - 1 - t : t));
  const initial = kind === 'lstm' ? [sequence.h0, sequence.c0] : [sequence.h0];
  let states = initial.map((state) => (state ?? tf.zeros([batch, units])) as Tensor2D);
  const outputs: Tensor2D[] = [];
  let last: Tensor2D = tf.zerosLike(states[0]); // (batch, units)
  for (const t of order) {
    const next = step(inputs[t], states);
    const kept = states;
    states = counts ? next.map((s, i) => tf.where(counts[t], s, kept[i])) : next;
    last = counts ? tf.where(counts[t], next[0], last) : next[0];
    if (returnSequences) outputs.push(last);
  }
  return { output: returnSequences ? tf.stack(outputs, 1) : last, states };
}

let referenceDepth = 0;

/**
 * Runs `fn` with the plain equations in place of the kernels, to check the ones by the others.
 *
 * @returns what `fn` returns; where that is a promise, the plain equations stay until it settles
 */
export function withReference<T>(fn: () => T): T {
  referenceDepth++;
  let settled = true;
  try {
    const result = fn();
    if (result instanceof Promise) {
      settled = false;
      return result.finally(() => referenceDepth--) as T;
    }
    return result;
  } finally {
    if (settled) referenceDepth--;
  }
}

/** Whether the environment's RECURRENT_KERNELS asks for the plain equations. */
function referenceWanted(): boolean {
  const wanted = process.env.RECURRENT_KERNELS || 'fused';
  if (wanted !== 'fused' && wanted !== 'reference') {
    fail('recurrent layers', `RECURRENT_KERNELS must be fused or reference, got "${wanted}"`);
  }
  return referenceDepth > 0 || wanted === 'reference';
}

/**
 * Runs a cell over a batch of sequences; everything recurrent goes through here. The kernels take over where they
 * know the cell and the engine is theirs, the equations otherwise: on TensorFlow's engine, as its own operations.
 * With a GPU, cuDNN's operation would go here: `CudnnRNNV3` and, as its gradient, `CudnnRNNBackpropV3`, through
 * tfjs-node's `executeMultipleOutputs`, with the weights packed in cuDNN's order.
 *
 * @param unroll step by step with tensor operations, even where there is a kernel
 * @throws RecurrentError for tensors that do not fit together, or not into memory
 */
export function runSequence(sequence: Sequence, unroll: boolean): SequenceResult {
  const sizes = checkSequence(sequence);
  // tfjs has operations on no numbers, the kernels have not.
  const plain = unroll || sequence.x.size === 0 || referenceWanted();
  if (plain || !kernelsCompute(sequence)) return unrollSequence(sequence, sizes);
  installKernels();
  return kernelSequence(sequence, sizes);
}
