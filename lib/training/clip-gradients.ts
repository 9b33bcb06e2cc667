import type { NamedTensorMap, Optimizer, Tensor } from '@tensorflow/tfjs';
import { fail, refuseUnknown } from '../errors';
import { changeGradient, gradientNumbers } from '../simd';
import { tf } from '../tensor';

/** How gradients are bounded, under Keras' names; exactly one. */
export interface ClipOptions {
  /** The gradient of all weights together gets at most this norm, its direction stays. */
  globalClipNorm?: number;
  /** The gradient of each weight gets at most this norm. */
  clipNorm?: number;
  /** Each number of a gradient gets at most this size. */
  clipValue?: number;
}

type NamedTensors = { name: string; tensor: Tensor }[];

const normOf = (gradients: readonly Tensor[]) =>
  tf.addN(gradients.map((gradient) => gradientNumbers(gradient).square().sum())).sqrt();

/** g · min(1, bound / ‖g‖), with ‖·‖ over all the gradients. */
function scaled(gradients: readonly Tensor[], bound: number): Tensor[] {
  const factor = tf.minimum(1, tf.div(bound, normOf(gradients)));
  return gradients.map((gradient) => changeGradient(gradient, (numbers) => numbers.mul(factor)));
}

/**
 * Makes an optimizer bound the gradients before it uses them, which keeps an exploding gradient from throwing the
 * weights away:
 *
 *   globalClipNorm: g ← g · min(1, c / ‖g‖), ‖g‖ over all weights        clipNorm: the same for each weight
 *   clipValue: g_i ← max(−c, min(c, g_i))
 *
 * @example model.compile({ optimizer: clipGradients(tf.train.adam(0.001), { globalClipNorm: 1 }), loss: 'meanSquaredError' })
 * @returns the same optimizer
 * @throws RecurrentError where not exactly one bound is given, or it is not above 0
 * @see R. Pascanu et al., "On the difficulty of training recurrent neural networks", 2013
 */
export function clipGradients<T extends Optimizer>(optimizer: T, options: ClipOptions): T {
  refuseUnknown('clipGradients', options, ['globalClipNorm', 'clipNorm', 'clipValue']);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length !== 1) fail('clipGradients', 'expected one of globalClipNorm, clipNorm and clipValue');
  const [kind, bound] = given[0] as [keyof ClipOptions, number];
  if (!(bound > 0)) fail('clipGradients', `${kind} must be above 0, got ${bound}`);
  const clip: Record<keyof ClipOptions, (gradients: Tensor[]) => Tensor[]> = {
    globalClipNorm: (gradients) => scaled(gradients, bound),
    clipNorm: (gradients) => gradients.flatMap((gradient) => scaled([gradient], bound)),
    clipValue: (gradients) =>
      gradients.map((gradient) => changeGradient(gradient, (g) => g.clipByValue(-bound, bound))),
  };
  const apply = optimizer.applyGradients.bind(optimizer);
  optimizer.applyGradients = (gradients: NamedTensorMap | NamedTensors) =>
    tf.tidy(() => {
      const named = Array.isArray(gradients)
        ? gradients
        : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
      const present = named.filter(({ tensor }) => tensor != null);
      const bounded = clip[kind](present.map(({ tensor }) => tensor));
      apply(present.map(({ name }, i) => ({ name, tensor: bounded[i] })));
    });
  return optimizer;
}
