import type { Constraint } from '@tensorflow/tfjs-layers/dist/constraints';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import type { Regularizer } from '@tensorflow/tfjs-layers/dist/regularizers';
import { tf } from '../../tensor';
import type { Elementwise } from '../cells';
import './orthogonal';

/** What Keras lets a caller name, describe by `{ className, config }`, or give as an object. */
export type Named<T> = string | T | tf.serialization.ConfigDict | null | undefined;

/** An option's object, and how a saved model writes it. */
export interface Resolved<T> {
  readonly value: T;
  readonly config: tf.serialization.ConfigDictValue;
}

interface DenseOptions {
  activation: { apply: Elementwise };
  kernelInitializer: Initializer;
  kernelRegularizer: Regularizer | null;
  kernelConstraint: Constraint | null;
}

/**
 * tfjs keeps its look-up of names to itself, but every layer does it; a dense layer, never built, is the
 * smallest that takes all four kinds.
 */
function resolve<K extends keyof DenseOptions>(option: K, name: unknown): Resolved<DenseOptions[K]> {
  const dense = tf.layers.dense({ units: 1, name: 'look_up', [option]: name });
  const value = (dense as unknown as DenseOptions)[option];
  return { value, config: dense.getConfig()[option] };
}

/** Keras' activation of that name; `null` is the identity. */
export function resolveActivation(name: Named<{ apply: Elementwise }>): Resolved<Elementwise> {
  const { value, config } = resolve('activation', name ?? 'linear');
  return { value: (x) => value.apply(x), config };
}

/** Keras' initialiser of that name. */
export function resolveInitializer(name: Named<Initializer>): Resolved<Initializer> {
  return resolve('kernelInitializer', name);
}

/** Keras' regulariser of that name; none for `null`. */
export function resolveRegularizer(name: Named<Regularizer>): Resolved<Regularizer | null> {
  return resolve('kernelRegularizer', name);
}

/** Keras' constraint of that name; none for `null`. */
export function resolveConstraint(name: Named<Constraint>): Resolved<Constraint | null> {
  return resolve('kernelConstraint', name);
}
