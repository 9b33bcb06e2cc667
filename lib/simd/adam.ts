import type { NamedTensorMap, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type AdamStep, type AdamValues, runAdam } from './jobs/adam-run';
import { machine, machineOrNull } from './machine/machine';
import { BACKENDS, makeOutput, valuesOf } from './tensors';

const ADAM = 'RecurrentAdam';

type NamedGradient = { name: string; tensor: Tensor };

/** tfjs' optimizer, with the fields it declares private. */
interface Adam {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: Variable;
  accBeta2: Variable;
  accumulatedFirstMoment: { originalName: string; variable: Variable }[];
  accumulatedSecondMoment: { originalName: string; variable: Variable }[];
  incrementIterations(): void;
}

/** Inputs w0, g0, m0, v0, w1, …; outputs w0, m0, v0, w1, … after the step. */
function adamKernel({
  inputs,
  attrs,
  backend,
}: {
  inputs: Record<string, TensorInfo>;
  attrs: { step: AdamStep; count: number };
  backend: unknown;
}): TensorInfo[] {
  const { step, count } = attrs;
  const outputs: TensorInfo[] = [];
  for (let i = 0; i < count; i++) {
    for (let n = 0; n < 3; n++) outputs.push(makeOutput(backend, inputs[`w${i}`].shape));
  }
  // Views only after all room is made: making room may move the backend's memory.
  const of = (name: string) => valuesOf(backend, inputs[name]);
  const weights: AdamValues[] = Array.from({ length: count }, (_, i) => ({
    w: of(`w${i}`),
    g: of(`g${i}`),
    m: of(`m${i}`),
    v: of(`v${i}`),
  }));
  const place = { w: 0, m: 1, v: 2 };
  runAdam(machine(), step, weights, (i, name, values) => {
    valuesOf(backend, outputs[3 * i + place[name]]).set(values);
  });
  return outputs;
}

function moments(adam: Adam, name: string, i: number, value: Variable): [Variable, Variable] {
  const kinds = [
    [adam.accumulatedFirstMoment, 'm'],
    [adam.accumulatedSecondMoment, 'v'],
  ] as const;
  return kinds.map(([list, suffix]) => {
    list[i] ??= {
      originalName: `${name}/${suffix}`,
      variable: tf.tidy(() => tf.zerosLike(value).variable(false)),
    };
    return list[i].variable;
  }) as [Variable, Variable];
}

/** What `AdamOptimizer.applyGradients` does, in one kernel instead of fourteen for each weight. */
function applyGradients(adam: Adam, gradients: NamedTensorMap | NamedGradient[]): void {
  const entries: [string, Tensor | null][] = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor])
    : Object.entries(gradients);
  tf.tidy(() => {
    const inputs: NamedTensorMap = {};
    const changed: Variable[] = [];
    entries.forEach(([name, gradient], i) => {
      const value = tf.engine().registeredVariables[name];
      const [m, v] = moments(adam, name, i, value);
      if (!gradient) return;
      const n = changed.length / 3;
      Object.assign(inputs, { [`w${n}`]: value, [`g${n}`]: gradient, [`m${n}`]: m, [`v${n}`]: v });
      changed.push(value, m, v);
    });
    const beta1Power = adam.accBeta1.dataSync()[0];
    const beta2Power = adam.accBeta2.dataSync()[0];
    const { learningRate, beta1, beta2, epsilon } = adam;
    const step: AdamStep = { learningRate, beta1, beta2, epsilon, beta1Power, beta2Power };
    const attributes = { step, count: changed.length / 3 } as unknown as tf.NamedAttrMap;
    if (changed.length > 0) {
      const next = tf.engine().runKernel<Tensor[]>(ADAM, inputs, attributes);
      changed.forEach((variable, i) => {
        variable.assign(next[i]);
      });
    }
    adam.accBeta1.assign(tf.scalar(beta1Power * Math.fround(beta1)));
    adam.accBeta2.assign(tf.scalar(beta2Power * Math.fround(beta2)));
  });
  adam.incrementIterations();
}

/** Lets `tf.train.adam`, which needs as long as a small model's whole step, use one kernel where it can. */
export function replaceAdam(): void {
  for (const backendName of BACKENDS) {
    tf.registerKernel({ kernelName: ADAM, backendName, kernelFunc: adamKernel as unknown as tf.KernelFunc });
  }
  const { prototype } = tf.AdamOptimizer;
  const original = prototype.applyGradients;
  prototype.applyGradients = function (this: tf.AdamOptimizer, gradients) {
    const ours = BACKENDS.includes(tf.getBackend());
    if (ours && machineOrNull())
      applyGradients(this as unknown as Adam, gradients as NamedTensorMap | NamedGradient[]);
    else original.call(this, gradients);
  };
}
