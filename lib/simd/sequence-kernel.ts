import type { NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import {
  type SequencePlan,
  SequenceRunner,
  type SequenceTape,
  type SequenceValues,
} from './jobs/sequence-run';
import type { Values } from './machine/blocks';
import { machine } from './machine/machine';
import { tapes } from './tape';
import { BACKENDS, makeOutput, valuesOf } from './tensors';

export const FUSED_SEQUENCE = 'RecurrentFusedSequence';
export const FUSED_SEQUENCE_GRADIENT = 'RecurrentFusedSequenceGradient';

/** Differentiable inputs by name; the input's gradient is asked for first, so that the pass knows of it. */
export const INPUTS = ['x', 'kernel', 'recurrentKernel', 'bias', 'h0', 'c0'] as const;
type Input = (typeof INPUTS)[number];

const GRADIENT_FIELD = {
  x: 'dx',
  kernel: 'dKernel',
  recurrentKernel: 'dRecurrentKernel',
  bias: 'dBias',
  h0: 'dh0',
  c0: 'dc0',
} as const;

/** What the operation takes besides differentiable inputs. */
export interface SequenceAttributes {
  readonly plan: SequencePlan;
  readonly training: boolean;
  readonly mask: Tensor | null;
  readonly dropoutMask: Tensor | null;
  readonly recurrentDropoutMask: Tensor | null;
  /** Names and shapes of the inputs that there are */
  readonly inputs: Partial<Record<Input, number[]>>;
}

interface GradientAttributes {
  readonly inputs: SequenceAttributes['inputs'];
  /** Set by the kernel: computes what its outputs are to hold, with the input's gradient or without */
  pending: ((wantX: boolean) => void) | null;
}

type KernelArguments<A> = { inputs: Record<string, TensorInfo>; attrs: A; backend: unknown };

/** Outputs: the tape while training, the output, h and (LSTM) c after the last step. */
function forward({ inputs, attrs, backend }: KernelArguments<SequenceAttributes>): (Tensor | TensorInfo)[] {
  const { plan, training } = attrs;
  const { batch, time, units } = plan;
  const shape = plan.returnSequences ? [batch, time, units] : [batch, units];
  const results: Record<string, TensorInfo> = {
    output: makeOutput(backend, shape),
    hLast: makeOutput(backend, [batch, units]),
  };
  if (plan.cell === 2) results.cLast = makeOutput(backend, [batch, units]);
  const of = (info: TensorInfo | null | undefined): Values | null => (info ? valuesOf(backend, info) : null);
  const values = {
    ...Object.fromEntries(INPUTS.map((name) => [name, of(inputs[name])])),
    mask: of(attrs.mask),
    dropoutMask: of(attrs.dropoutMask),
    recurrentDropoutMask: of(attrs.recurrentDropoutMask),
  } as unknown as SequenceValues;
  const tape = new SequenceRunner(machine()).forward(plan, values, training, (name, result) => {
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
  const names = Object.keys(attrs.inputs) as Input[];
  const outputs = names.map((name) => makeOutput(backend, attrs.inputs[name]!));
  attrs.pending = (wantX) => {
    const tape = tapes.content<SequenceTape>(inputs.tape.dataId);
    const gradients = {
      output: valuesOf(backend, inputs.output),
      hLast: valuesOf(backend, inputs.hLast),
      cLast: inputs.cLast ? valuesOf(backend, inputs.cLast) : null,
    };
    new SequenceRunner(machine()).backward(tape, gradients, wantX, (field, gradient) => {
      const at = names.findIndex((name) => GRADIENT_FIELD[name] === field);
      if (at >= 0) valuesOf(backend, outputs[at]).set(gradient);
    });
  };
  return outputs;
}

function gradient(
  dy: Tensor | Tensor[],
  saved: Tensor[],
  attrs: SequenceAttributes,
): Record<string, () => Tensor> {
  const [, output, hLast, cLast] = dy as Tensor[];
  const inputs: NamedTensorMap = { tape: saved[0], output, hLast, ...(cLast ? { cLast } : {}) };
  const asked: GradientAttributes = { inputs: attrs.inputs, pending: null };
  const gradients = tf
    .engine()
    .runKernel<Tensor[]>(FUSED_SEQUENCE_GRADIENT, inputs, asked as unknown as tf.NamedAttrMap);
  let computed: 'not' | 'withoutX' | 'all' = 'not';
  const result = (name: Input, at: number) => () => {
    const wantX = name === 'x';
    if (computed === 'not' || (wantX && computed !== 'all')) {
      asked.pending!(wantX);
      computed = wantX ? 'all' : 'withoutX';
    }
    return gradients[at];
  };
  return Object.fromEntries(Object.keys(attrs.inputs).map((name, at) => [name, result(name as Input, at)]));
}

/** Tells tfjs of the operation, once for all backends and once for each that can run it. */
export function registerSequenceKernels(): void {
  if (tf.getGradient(FUSED_SEQUENCE)) return;
  tf.registerGradient({
    kernelName: FUSED_SEQUENCE,
    inputsToSave: [],
    outputsToSave: [true],
    gradFunc: gradient as unknown as tf.GradFunc,
  });
  for (const backendName of BACKENDS) {
    tf.registerKernel({
      kernelName: FUSED_SEQUENCE,
      backendName,
      kernelFunc: forward as unknown as tf.KernelFunc,
    });
    const kernelFunc = backward as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName: FUSED_SEQUENCE_GRADIENT, backendName, kernelFunc });
  }
}
