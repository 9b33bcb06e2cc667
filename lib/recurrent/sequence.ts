import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { fail } from '../errors';
import {
  type FusedActivation,
  type FusedRecurrentActivation,
  fusedAvailable,
  fusedGru,
  fusedLstm,
  fusedSimpleRnn,
} from '../simd';
import { tf } from '../tensor';
import { type Elementwise, gruStep, lstmStep, type StepOptions, simpleRnnStep } from './cells';
import { timeSteps } from './unroll';

/** A cell with its weights in Keras' layout, as a layer hands it over. */
export interface SequenceCell {
  readonly kind: 'simpleRnn' | 'gru' | 'lstm';
  /** (features, gates · units) */
  readonly kernel: Tensor2D;
  /** (units, gates · units) */
  readonly recurrentKernel: Tensor2D;
  /** (gates · units), or (2, 3 units) for a GRU that resets after; null without */
  readonly bias: Tensor | null;
  readonly resetAfter?: boolean;
  /** φ and σ as Keras names them, for the kernels, and as functions; tanh and sigmoid where not given */
  readonly activationName?: string;
  readonly recurrentActivationName?: string;
  readonly activation?: Elementwise;
  readonly recurrentActivation?: Elementwise;
}

export interface SequenceOptions {
  /** (batch, time), true where a step counts: at the others the state stays and the last output is repeated */
  readonly mask?: Tensor | null;
  /** (batch, features), the input dropout's factors, the same at every step */
  readonly inputDropMask?: Tensor2D | null;
  /** (batch, units), the recurrent dropout's factors, the same at every step */
  readonly dropMask?: Tensor2D | null;
  /** From the last step to the first; outputs come in the order they were made */
  readonly goBackwards?: boolean;
  /** Whether the outputs of all steps are wanted */
  readonly returnSequences?: boolean;
  /** Step by step with tensor operations, even where a fused kernel exists */
  readonly unroll?: boolean;
}

export interface SequenceResult {
  /** (batch, time, units); null unless `returnSequences` */
  readonly outputs: Tensor3D | null;
  /** (batch, units), the last output; null where a kernel gave all of them instead */
  readonly last: Tensor2D | null;
  /** h, or h and c: (batch, units) each */
  readonly states: Tensor2D[];
}

/** The cell as a function of an input and the states before it, to the states after it; h comes first. */
export function stepFunction(
  cell: SequenceCell,
  dropMask?: Tensor2D | null,
): (x: Tensor2D, states: Tensor2D[]) => Tensor2D[] {
  const { kernel: Wx, recurrentKernel: Wh, bias, activation, recurrentActivation } = cell;
  const options: StepOptions = { activation, recurrentActivation, dropMask };
  if (cell.kind === 'simpleRnn') {
    const weights = { Wxh: Wx, Whh: Wh, bh: bias as Tensor1D | null };
    return (x, [h]) => [simpleRnnStep(weights, x, h, options)];
  }
  if (cell.kind === 'lstm') {
    const weights = { Wx, Wh, b: bias as Tensor1D | null };
    return (x, [h, c]) => lstmStep(weights, x, h, c, options);
  }
  const [bx, bh] = bias && cell.resetAfter ? tf.unstack(bias) : [bias, null];
  const weights = { Wx, Wh, bx: bx as Tensor1D | null, bh: bh as Tensor1D | null };
  return (x, [h]) => [gruStep(weights, x, h, options, cell.resetAfter)];
}

/**
 * The recurrence as slide 7 writes it, one step after the other: h_t = f_W(h_{t-1}, x_t).
 *
 * @param x (batch, time, features)
 * @param states h_0, or h_0 and c_0: (batch, units) each
 */
export function unrollSequence(
  cell: SequenceCell,
  x: Tensor3D,
  states: Tensor2D[],
  { mask, inputDropMask, dropMask, goBackwards, returnSequences }: SequenceOptions = {},
): SequenceResult {
  const step = stepFunction(cell, dropMask);
  const dropped = inputDropMask ? x.mul<Tensor3D>(inputDropMask.expandDims(1)) : x; // (batch, time, features)
  const inputs = timeSteps(dropped); // (batch, features) each
  const counts = mask ? tf.unstack(mask.cast('bool').expandDims<Tensor3D>(2), 1) : null; // (batch, 1) each
  const order = inputs.map((_, t) => (goBackwards ? inputs.length - 1 - t : t));
  const outputs: Tensor2D[] = [];
  let last: Tensor2D = tf.zerosLike(states[0]); // (batch, units)
  for (const t of order) {
    const next = step(inputs[t], states);
    const kept = states;
    states = counts ? next.map((s, i) => tf.where(counts[t], s, kept[i])) : next;
    last = counts ? tf.where(counts[t], next[0], last) : next[0];
    if (returnSequences) outputs.push(last);
  }
  return { outputs: returnSequences ? (tf.stack(outputs, 1) as Tensor3D) : null, last, states };
}

let referenceDepth = 0;

/**
 * Runs `fn` with the plain equations in place of the fused kernels, to check the ones by the others.
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

/** The whole sequence by one fused operation. */
function fusedSequence(
  cell: SequenceCell,
  x: Tensor3D,
  [h0, c0]: Tensor2D[],
  { mask, inputDropMask, dropMask, goBackwards, returnSequences }: SequenceOptions,
): SequenceResult {
  const { kernel, recurrentKernel, bias, resetAfter } = cell;
  const masks = { mask, dropoutMask: inputDropMask, recurrentDropoutMask: dropMask };
  const activation = cell.activationName as FusedActivation | undefined;
  const recurrentActivation = cell.recurrentActivationName as FusedRecurrentActivation | undefined;
  const options = {
    x,
    kernel,
    recurrentKernel,
    bias,
    h0,
    ...masks,
    activation,
    goBackwards,
    returnSequences,
  };
  const run = {
    simpleRnn: () => fusedSimpleRnn(options),
    gru: () => fusedGru({ ...options, resetAfter, recurrentActivation }),
    lstm: () => fusedLstm({ ...options, c0, recurrentActivation }),
  };
  const { output, states } = run[cell.kind]();
  if (returnSequences) return { outputs: output as Tensor3D, last: null, states };
  return { outputs: null, last: output as Tensor2D, states };
}

/**
 * Runs a cell over a batch of sequences; everything recurrent goes through here. The fused kernels take over
 * where they know the cell and the engine is theirs, the equations otherwise: on TensorFlow's engine, as its own
 * operations. With a GPU, cuDNN's fused operation would go here: `CudnnRNNV3` and, as its gradient,
 * `CudnnRNNBackpropV3`, through tfjs-node's `executeMultipleOutputs`, with the weights packed in cuDNN's order.
 */
export function runSequence(
  cell: SequenceCell,
  x: Tensor3D,
  states: Tensor2D[],
  options: SequenceOptions = {},
): SequenceResult {
  const { kind, activationName: activation, recurrentActivationName: recurrentActivation } = cell;
  // tfjs has operations on no numbers, the kernels have not.
  const plain = options.unroll || x.size === 0 || referenceWanted();
  const fused = !plain && fusedAvailable({ kind, activation, recurrentActivation }) === true;
  return fused ? fusedSequence(cell, x, states, options) : unrollSequence(cell, x, states, options);
}
