import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { fail } from '../errors';
import { installFusedKernels } from './install';
import type { SequencePlan } from './jobs/sequence-run';
import { machineFault } from './machine/machine';
import { FUSED_SEQUENCE, INPUTS, type SequenceAttributes } from './sequence-kernel';
import type { FusedGru, FusedLstm, FusedResult, FusedSequence, FusedSpec } from './sequence-types';
import { BACKENDS } from './tensors';

/** φ and σ by the numbers of assembly/vector.ts */
const ACTIVATIONS = { tanh: 0, relu: 1, linear: 2, sigmoid: 3, hardSigmoid: 4 } as const;
const RECURRENT = ['sigmoid', 'hardSigmoid'];
const CELLS = { simpleRnn: 0, gru: 1, lstm: 2 } as const;

/**
 * Whether a fused kernel computes what is asked on the current tfjs backend: `true`, or the reason why not
 * (the backend is not wasm or cpu, an activation is not known, wasm SIMD is missing).
 */
export function fusedAvailable(spec: FusedSpec): true | string {
  const backend = tf.getBackend();
  if (!(BACKENDS as readonly string[]).includes(backend)) return `the backend is ${backend}, not wasm or cpu`;
  const { kind, activation = 'tanh', recurrentActivation = 'sigmoid' } = spec;
  if (!(kind in CELLS)) return `there is no kernel for ${kind}`;
  if (!(activation in ACTIVATIONS)) return `activation "${activation}" is none of the kernels'`;
  if (!RECURRENT.includes(recurrentActivation)) {
    return `recurrent activation "${recurrentActivation}" is none of the kernels'`;
  }
  return machineFault() ?? true;
}

/**
 * The simple recurrent cell (slide 8) over a whole sequence, in one kernel:
 *
 *   h_t = φ(x_t W + h_{t-1} U + b)
 *
 * Differentiable once, in x, kernel, recurrentKernel, bias and h0. The same bits for any number of threads.
 *
 * @throws RecurrentError for shapes that do not fit together, or do not fit into memory
 */
export function fusedSimpleRnn(args: FusedSequence): FusedResult {
  return fused('fusedSimpleRnn', 'simpleRnn', 1, args, {});
}

/**
 * The gated recurrent unit (slide 13) over a whole sequence, in one kernel; gates in Keras' order z, r, h:
 *
 *   z_t, r_t = σ(x_t W + h_{t-1} U + b)
 *   h̃_t = φ(x_t W_h + b_h + r_t ⊙ (h_{t-1} U_h + b'_h))   resetAfter
 *   h̃_t = φ(x_t W_h + b_h + (r_t ⊙ h_{t-1}) U_h)           not resetAfter
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
 *
 * Differentiable once, in x, kernel, recurrentKernel, bias and h0. The same bits for any number of threads.
 *
 * @throws RecurrentError for shapes that do not fit together, or do not fit into memory
 */
export function fusedGru(args: FusedGru): FusedResult {
  const { resetAfter = true, recurrentActivation } = args;
  return fused('fusedGru', 'gru', 3, args, { resetAfter, recurrentActivation });
}

/**
 * The long short-term memory over a whole sequence, in one kernel; gates in Keras' order i, f, c, o:
 *
 *   i_t, f_t, o_t = σ(x_t W + h_{t-1} U + b),  g_t = φ(x_t W_c + h_{t-1} U_c + b_c)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   h_t = o_t ⊙ φ(c_t)
 *
 * Differentiable once, in x, kernel, recurrentKernel, bias, h0 and c0. The same bits for any number of threads.
 *
 * @throws RecurrentError for shapes that do not fit together, or do not fit into memory
 */
export function fusedLstm(args: FusedLstm): FusedResult {
  const { c0, recurrentActivation } = args;
  return fused('fusedLstm', 'lstm', 4, args, { c0, recurrentActivation });
}

interface More {
  resetAfter?: boolean;
  recurrentActivation?: string;
  c0?: Tensor2D | null;
}

function fused(
  where: string,
  kind: keyof typeof CELLS,
  gates: number,
  args: FusedSequence,
  more: More,
): FusedResult {
  const available = fusedAvailable({
    kind,
    activation: args.activation,
    recurrentActivation: more.recurrentActivation,
  });
  if (available !== true) fail(where, available);
  const plan = planOf(where, kind, gates, args, more);
  const inputs: Record<string, Tensor> = { ...pickInputs(args), ...(more.c0 ? { c0: more.c0 } : {}) };
  checkShapes(plan, args, inputs);
  installFusedKernels();
  const attributes: SequenceAttributes = {
    plan,
    training: tf.engine().isTapeOn(),
    mask: args.mask ?? null,
    dropoutMask: args.dropoutMask ?? null,
    recurrentDropoutMask: args.recurrentDropoutMask ?? null,
    inputs: Object.fromEntries(INPUTS.filter((n) => n in inputs).map((n) => [n, inputs[n].shape])),
  };
  const outputs = tf
    .engine()
    .runKernel<Tensor[]>(FUSED_SEQUENCE, inputs, attributes as unknown as tf.NamedAttrMap);
  const [output, ...states] = attributes.training ? outputs.slice(1) : outputs;
  return { output: output as Tensor2D | Tensor3D, states: states as Tensor2D[] };
}

function pickInputs({ x, kernel, recurrentKernel, bias, h0 }: FusedSequence): Record<string, Tensor> {
  // The input first: INPUTS says why.
  const given = { x, kernel, recurrentKernel, bias, h0 };
  const present = Object.entries(given).filter((entry): entry is [string, Tensor] => entry[1] != null);
  return Object.fromEntries(
    present.map(([name, t]) => [name, t.dtype === 'float32' ? t : t.cast('float32')]),
  );
}

function planOf(
  where: string,
  kind: keyof typeof CELLS,
  gates: number,
  args: FusedSequence,
  { resetAfter = false, recurrentActivation = 'sigmoid' }: More,
): SequencePlan {
  const { x, recurrentKernel, activation = 'tanh' } = args;
  if (x.rank !== 3) fail(where, `x must have shape (batch, time, features), got [${x.shape}]`);
  if (recurrentKernel.rank !== 2) {
    fail(where, `recurrentKernel must have shape (units, ${gates} · units), got [${recurrentKernel.shape}]`);
  }
  const [batch, time, features] = x.shape;
  const units = recurrentKernel.shape[0];
  if (time < 1) fail(where, `x must have at least one step, got shape [${x.shape}]`);
  if (features < 1 || units < 1)
    fail(where, `features and units must be at least 1, got ${features} and ${units}`);
  return {
    ...{ where, batch, time, features, units, resetAfter },
    cell: CELLS[kind],
    columns: gates * units,
    biasSize: (resetAfter ? 2 : 1) * gates * units,
    activation: ACTIVATIONS[activation],
    recurrentActivation: ACTIVATIONS[recurrentActivation as keyof typeof ACTIVATIONS],
    goBackwards: args.goBackwards ?? false,
    returnSequences: args.returnSequences ?? false,
  };
}

function checkShapes(plan: SequencePlan, args: FusedSequence, inputs: Record<string, Tensor>): void {
  const { where, batch, time, features, units, columns } = plan;
  const given: Record<string, Tensor | null | undefined> = {
    ...inputs,
    mask: args.mask,
    dropoutMask: args.dropoutMask,
    recurrentDropoutMask: args.recurrentDropoutMask,
  };
  const wanted: Record<string, number[]> = {
    kernel: [features, columns],
    recurrentKernel: [units, columns],
    bias: plan.resetAfter ? [2, columns] : [columns],
    h0: [batch, units],
    c0: [batch, units],
    mask: [batch, time],
    dropoutMask: [batch, features],
    recurrentDropoutMask: [batch, units],
  };
  for (const [name, shape] of Object.entries(wanted)) {
    const got = given[name];
    if (got && String(got.shape) !== String(shape)) {
      fail(where, `${name} must have shape [${shape}], got [${got.shape}]`);
    }
  }
}
