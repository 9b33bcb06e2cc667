import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';

/** A list of an optimizer's accumulators, one for each weight, as tfjs' optimizers keep them. */
type Slots = { originalName: string; variable: Variable }[];

/** What an optimizer carries from step to step, besides variables. */
export interface OptimizerNumbers {
  readonly className: string;
  readonly learningRate: number | null;
  readonly iterations: number;
  /** The accumulators' names, by list. */
  readonly slots: Record<string, string[]>;
}

interface Inside {
  learningRate?: number;
  iterations_?: number;
}

const isSlots = (value: unknown): value is Slots =>
  Array.isArray(value) && value.length > 0 && value.every((slot) => slot?.variable instanceof tf.Variable);

/**
 * All of an optimizer's state. tfjs' own `getWeights` leaves out Adam's running products of beta and computes
 * them anew as powers, which differ in the last bit.
 *
 * @returns the tensors are the optimizer's own
 */
export function saveOptimizer(optimizer: Optimizer): {
  numbers: OptimizerNumbers;
  tensors: Record<string, Tensor>;
} {
  const { learningRate = null, iterations_ = 0 } = optimizer as unknown as Inside;
  const slots: Record<string, string[]> = {};
  const tensors: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(optimizer)) {
    if (value instanceof tf.Variable) tensors[name] = value;
    if (isSlots(value)) {
      slots[name] = value.map(({ originalName }) => originalName);
      for (const [i, { variable }] of value.entries()) tensors[`${name}/${i}`] = variable;
    }
  }
  const className = optimizer.getClassName();
  return { numbers: { className, learningRate, iterations: iterations_, slots }, tensors };
}

/**
 * Puts a saved state into an optimizer of the same class; the tensors stay the caller's.
 *
 * @throws RecurrentError where it is of another class
 */
export function restoreOptimizer(
  optimizer: Optimizer,
  numbers: OptimizerNumbers,
  tensors: Record<string, Tensor>,
): void {
  const className = optimizer.getClassName();
  if (className !== numbers.className) {
    fail(
      'checkpoint',
      `the model's optimizer is ${className}, the checkpoint was made with ${numbers.className}`,
    );
  }
  const inside = optimizer as unknown as Inside & Record<string, unknown>;
  if (numbers.learningRate !== null) inside.learningRate = numbers.learningRate;
  inside.iterations_ = numbers.iterations;
  for (const [name, value] of Object.entries(inside)) {
    if (value instanceof tf.Variable && tensors[name]) value.assign(tensors[name]);
  }
  for (const [name, originalNames] of Object.entries(numbers.slots)) {
    if (isSlots(inside[name])) tf.dispose((inside[name] as Slots).map(({ variable }) => variable));
    inside[name] = originalNames.map((originalName, i) => ({
      originalName,
      variable: tf.variable(tensors[`${name}/${i}`], false),
    }));
  }
}
