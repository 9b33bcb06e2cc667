import type { NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { knowsCell, runBackward, runForward, type SequenceTape } from './jobs/sequence-run';
import { machine, machineFault } from './machine/machine';
import {
  type Cell,
  DIFFERENTIABLE,
  mapTensors,
  type Sequence,
  type SequenceResult,
  type SequenceSizes,
} from './sequence';
import { tapes } from './tape';
import { BACKENDS, makeOutput, valuesOf } from './tensors';

const SEQUENCE = 'RecurrentSequence';
const SEQUENCE_GRADIENT = 'RecurrentSequenceGradient';

type Input = (typeof DIFFERENTIABLE)[number];

const GRADIENT_FIELD = {
  x: 'dx',
  kernel: 'dKernel',
  recurrentKernel: 'dRecurrentKernel',
  bias: 'dBias',
  h0: 'dh0',
  c0: 'dc0',
} as const satisfies Record<Input, string>;

/** What the operation is told besides its differentiable inputs, which tfjs hands over. */
interface Attributes {
  readonly sequence: Sequence;
  readonly sizes: SequenceSizes;
  readonly training: boolean;
}

interface GradientAttributes {
  /** Shapes of the inputs that there are, in their order */
  readonly shapes: Partial<Record<Input, number[]>>;
  /** Set by the kernel: computes what its outputs are to hold, with the input's gradient or without */
  pending: ((wantX: boolean) => void) | null;
}

type KernelArguments<A> = { inputs: Record<string, TensorInfo>; attrs: A; backend: unknown };

/** Outputs: the tape while training, the output, h and (LSTM) c after the last step. */
function forward({ inputs, attrs, backend }: KernelArguments<Attributes>): (Tensor | TensorInfo)[] {
  const { sequence, sizes, training } = attrs;
  const { batch, time, units } = sizes;
  const results: Record<string, TensorInfo> = {
    output: makeOutput(backend, sequence.returnSequences ? [batch, time, units] : [batch, units]),
    hLast: makeOutput(backend, [batch, units]),
  };
  if (sequence.kind === 'lstm') results.cLast = makeOutput(backend, [batch, units]);
  const numbers = mapTensors(sequence, (tensor, name) => valuesOf(backend, inputs[name] ?? tensor));
  const tape = runForward(machine(), numbers, sizes, training, (name, result) => {
    valuesOf(backend, results[name]).set(result);
  });
  const outputs = Object.values(results);
  return tape ? [tapes.keep({ content: tape, free: () => tape.free() }), ...outputs] : outputs;
}

/**
 * The gradient's kernel only makes room: which gradients are asked for shows when the first one is, and the
 * input's, a product of its own for every step, is often not. Being a kernel, it is on the tape of an outer
 * gradient, which says that there is no second derivative instead of taking it for 0.
 */
function backward({ inputs, attrs, backend }: KernelArguments<GradientAttributes>): TensorInfo[] {
  const names = Object.keys(attrs.shapes) as Input[];
  const outputs = names.map((name) => makeOutput(backend, attrs.shapes[name]!));
  attrs.pending = (wantX) => {
    const tape = tapes.content<SequenceTape>(inputs.tape.dataId);
    const gradients = {
      output: valuesOf(backend, inputs.output),
      hLast: valuesOf(backend, inputs.hLast),
      cLast: inputs.cLast ? valuesOf(backend, inputs.cLast) : null,
    };
    runBackward(machine(), tape, gradients, wantX, (field, gradient) => {
      const at = names.findIndex((name) => GRADIENT_FIELD[name] === field);
      if (at >= 0) valuesOf(backend, outputs[at]).set(gradient);
    });
  };
  return outputs;
}

function gradient(
  dy: Tensor | Tensor[],
  saved: Tensor[],
  { sequence }: Attributes,
): Record<string, () => Tensor> {
  const [, output, hLast, cLast] = dy as Tensor[];
  const inputs: NamedTensorMap = { tape: saved[0], output, hLast, ...(cLast ? { cLast } : {}) };
  const given = Object.entries(differentiable(sequence)).map(([name, { shape }]) => [name, shape]);
  const asked: GradientAttributes = { shapes: Object.fromEntries(given), pending: null };
  const gradients = tf
    .engine()
    .runKernel<Tensor[]>(SEQUENCE_GRADIENT, inputs, asked as unknown as tf.NamedAttrMap);
  let computed: 'not' | 'withoutX' | 'all' = 'not';
  const result = (name: Input, at: number) => () => {
    const wantX = name === 'x';
    if (computed === 'not' || (wantX && computed !== 'all')) {
      asked.pending!(wantX);
      computed = wantX ? 'all' : 'withoutX';
    }
    return gradients[at];
  };
  return Object.fromEntries(Object.keys(asked.shapes).map((name, at) => [name, result(name as Input, at)]));
}

/** The differentiable tensors that there are, in their order. */
function differentiable(sequence: Sequence): NamedTensorMap {
  const entries = DIFFERENTIABLE.map((name) => [name, sequence[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [Input, Tensor] => entry[1] !== null));
}

/** Tells tfjs of the operation, once for all backends and once for each that can run it. */
export function registerSequenceKernels(): void {
  tf.registerGradient({
    kernelName: SEQUENCE,
    inputsToSave: [],
    outputsToSave: [true],
    gradFunc: gradient as unknown as tf.GradFunc,
  });
  for (const backendName of BACKENDS) {
    const kernels = { [SEQUENCE]: forward, [SEQUENCE_GRADIENT]: backward };
    for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
      tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as unknown as tf.KernelFunc });
    }
  }
}

/** Whether the kernels compute a cell here: they know its functions, tfjs' backend is one of theirs, and they run. */
export function kernelsCompute(cell: Pick<Cell, 'kind' | 'activation' | 'recurrentActivation'>): boolean {
  return BACKENDS.includes(tf.getBackend()) && knowsCell(cell) && machineFault() === null;
}

/**
 * A whole sequence in one kernel, with the equations of `simpleRnnStep`, `gruStep` and `lstmStep`. Differentiable once,
 * in x, the weights and the initial states. The same bits for any number of threads.
 *
 * @param sequence of a cell that `kernelsCompute`, checked, with at least one sequence; `installKernels` has run
 * @param sizes as `checkSequence` found them
 * @throws RecurrentError for what does not fit into memory
 */
export function kernelSequence(sequence: Sequence, sizes: SequenceSizes): SequenceResult {
  const given = Object.entries(differentiable(sequence));
  const inputs = Object.fromEntries(
    given.map(([name, t]) => [name, t.dtype === 'float32' ? t : t.cast('float32')]),
  );
  const attributes: Attributes = { sequence, sizes, training: tf.engine().isTapeOn() };
  const outputs = tf.engine().runKernel<Tensor[]>(SEQUENCE, inputs, attributes as unknown as tf.NamedAttrMap);
  const [output, ...states] = attributes.training ? outputs.slice(1) : outputs;
  return { output, states };
}
