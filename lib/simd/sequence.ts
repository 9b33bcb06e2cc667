import type { Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';

/** A function applied to every number of a tensor, as `tf.tanh`. */
export type Elementwise = <T extends Tensor>(x: T) => T;

/** φ or σ: as Keras names it, and as a function. */
export interface Activation {
  readonly name: string;
  readonly apply: Elementwise;
}

export type CellKind = 'simpleRnn' | 'gru' | 'lstm';

/** Blocks of `units` columns that a cell's weights have, and tensors that its state is. */
export const CELLS = {
  simpleRnn: { gates: 1, states: 1 },
  gru: { gates: 3, states: 1 },
  lstm: { gates: 4, states: 2 },
} as const satisfies Record<CellKind, { gates: number; states: number }>;

/** A cell with its weights in Keras' layout; gates in the order z r h of the GRU, i f g o of the LSTM. */
export interface Cell<T = Tensor> {
  readonly kind: CellKind;
  /** (features, gates · units) */
  readonly kernel: T;
  /** (units, gates · units) */
  readonly recurrentKernel: T;
  /** (gates · units), or (2, 3 units) for a GRU that resets after; null without */
  readonly bias: T | null;
  /** Whether the GRU's reset gate acts after the state's matrix product or before it */
  readonly resetAfter: boolean;
  /** φ of the candidate */
  readonly activation: Activation;
  /** σ of the gates, where there are any */
  readonly recurrentActivation: Activation;
}

/**
 * A recurrent layer over a batch of sequences: what the layer's call describes, the equations and the kernels compute,
 * and a kernel's job is written from.
 *
 * @typeParam T what holds the numbers: tensors, or arrays where the kernels copy from
 */
export interface Sequence<T = Tensor> extends Cell<T> {
  /** Who asks, as errors say it: `GRU` */
  readonly where: string;
  /** (batch, time, features) */
  readonly x: T;
  /** (batch, units), the state before the first step; zeros for null */
  readonly h0: T | null;
  /** (batch, units), the LSTM's memory before the first step; zeros for null */
  readonly c0: T | null;
  /** (batch, time) of any type, not 0 where a step counts: at the others the state stays and the output is repeated */
  readonly mask: T | null;
  /** (batch, features): the input dropout's factors, the same at every step */
  readonly dropoutMask: T | null;
  /** (batch, units): the recurrent dropout's factors, multiplied into the state wherever it meets a weight matrix */
  readonly recurrentDropoutMask: T | null;
  /** From the last step to the first; outputs come in the order they were made */
  readonly goBackwards: boolean;
  /** Whether the output of every step is wanted, not the last one alone */
  readonly returnSequences: boolean;
}

/** What came of a sequence. */
export interface SequenceResult {
  /**
   * (batch, time, units) with `returnSequences`, else (batch, units), the last step's output. At a masked step the
   * output before it is repeated: zeros before the first step that counts, whatever the initial state.
   */
  readonly output: Tensor;
  /** (batch, units) each after the last step: [h], or [h, c] of an LSTM */
  readonly states: Tensor[];
}

/** The tensors of a sequence that have a gradient. The input comes first, so that the pass back knows of it. */
export const DIFFERENTIABLE = ['x', 'kernel', 'recurrentKernel', 'bias', 'h0', 'c0'] as const;
export const CONSTANT = ['mask', 'dropoutMask', 'recurrentDropoutMask'] as const;
export type TensorName = (typeof DIFFERENTIABLE)[number] | (typeof CONSTANT)[number];

/** The sequence with its tensors in another form. */
export function mapTensors<A, B>(
  sequence: Sequence<A>,
  change: (tensor: A, name: TensorName) => B,
): Sequence<B> {
  const changed = [...DIFFERENTIABLE, ...CONSTANT].map((name) => {
    const tensor = sequence[name];
    return [name, tensor === null ? null : change(tensor, name)];
  });
  return { ...sequence, ...Object.fromEntries(changed) };
}

export interface SequenceSizes {
  readonly batch: number;
  readonly time: number;
  readonly features: number;
  readonly units: number;
}

/** A tensor's shape; null where a size is open. */
export type Shape = readonly (number | null)[];

const shown = (shape: Shape | undefined) => `[${shape ?? 'none'}]`;

/** Whether a shape is as wanted; an open size goes with any. */
function fits(shape: Shape, wanted: Shape): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((size, i) => size === null || wanted[i] === null || size === wanted[i])
  );
}

/**
 * Looks whether an input, and the initial states that go with it, fit a cell; sizes may be open.
 *
 * @param states none, or as many as the cell has
 * @param kernel the shape of the weights that the input meets, where there are any yet
 * @throws RecurrentError with what was expected and what came
 */
export function checkInput(
  { where, kind, units }: { where: string; kind: CellKind; units: number },
  x: Shape,
  states: readonly Shape[],
  kernel?: Shape,
): void {
  if (x.length !== 3) fail(where, `input must have shape (batch, time, features), got ${shown(x)}`);
  const [batch, time, features] = x;
  if (features === null || features < 1) fail(where, `input must have features, got shape ${shown(x)}`);
  if (time === 0) fail(where, `input has no time steps, got shape ${shown(x)}`);
  if (kernel && kernel[0] !== features) {
    fail(where, `input has ${features} features, weights expect ${kernel[0]}`);
  }
  const count = CELLS[kind].states;
  const wrong = states.length > 0 && states.length !== count;
  if (wrong || states.some((state) => !fits(state, [batch, units]))) {
    const got = states.map(shown).join(' and ');
    fail(where, `initial state must be ${count} of [${batch ?? 'batch'}, ${units}], got ${got}`);
  }
}

/**
 * Looks whether a sequence's tensors fit together.
 *
 * @returns their sizes
 * @throws RecurrentError with the name of the tensor that does not, what was expected and what came
 */
export function checkSequence(sequence: Sequence): SequenceSizes {
  const { where, kind, x, kernel, recurrentKernel, h0, c0, resetAfter } = sequence;
  const { gates } = CELLS[kind];
  const units = recurrentKernel.shape[0];
  const states = [h0, c0].flatMap((state) => (state === null ? [] : [state.shape]));
  checkInput({ where, kind, units }, x.shape, states, kernel.shape);
  const [batch, time, features] = x.shape;
  const columns = gates * units;
  const wanted = {
    kernel: [features, columns],
    recurrentKernel: [units, columns],
    bias: kind === 'gru' && resetAfter ? [2, columns] : [columns],
    h0: [batch, units],
    c0: [batch, units],
    mask: [batch, time],
    dropoutMask: [batch, features],
    recurrentDropoutMask: [batch, units],
  };
  for (const [name, shape] of Object.entries(wanted)) {
    const got = sequence[name as keyof typeof wanted];
    if (got && !fits(got.shape, shape))
      fail(where, `${name} must have shape ${shown(shape)}, got ${shown(got.shape)}`);
  }
  return { batch, time, features, units };
}
