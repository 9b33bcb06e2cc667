import { isDeepStrictEqual } from 'node:util';
import type { Optimizer, Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';
import { restoreField, treeOf } from './state-tree';

type Settings = Record<string, unknown>;

/** What an optimizer carries from step to step: all its fields. */
export interface OptimizerState {
  readonly className: string;
  /** What it was made with. */
  readonly settings: Settings;
  readonly fields: Record<string, unknown>;
}

/** What an optimizer was made with; its learning rate, which callbacks change, is not among it. */
export function settingsOf(optimizer: Optimizer): Settings {
  const { learningRate, ...settings } = optimizer.getConfig?.() ?? {};
  return settings;
}

/**
 * All of an optimizer's state. tfjs' own `getWeights` leaves out Adam's running products of beta and computes
 * them anew as powers, which differ in the last bit.
 *
 * @param settings what it was made with, as callbacks may have changed them since
 * @returns the tensors are the optimizer's own
 * @throws RecurrentError for an optimizer that keeps what is no number, tensor or list of them
 */
export function saveOptimizer(
  optimizer: Optimizer,
  settings: Settings,
): { state: OptimizerState; tensors: Record<string, Tensor> } {
  const tensors: Record<string, Tensor> = {};
  const fields: Record<string, unknown> = {};
  const className = optimizer.getClassName();
  for (const [name, value] of Object.entries(optimizer)) {
    if (typeof value === 'function' || value === undefined) continue;
    fields[name] =
      treeOf(name, value, tensors) ??
      fail('checkpoint', `the optimizer ${className} keeps in "${name}" what a checkpoint cannot hold`);
  }
  return { state: { className, settings, fields }, tensors };
}

/**
 * Requires an optimizer to be of the class and settings of the saved one.
 *
 * @throws RecurrentError where it is not
 */
export function checkOptimizer(optimizer: Optimizer, { className, settings }: OptimizerState): void {
  const own = optimizer.getClassName();
  if (own !== className) {
    fail('checkpoint', `the model's optimizer is ${own}, the checkpoint was made with ${className}`);
  }
  const now = settingsOf(optimizer);
  for (const name of new Set([...Object.keys(settings), ...Object.keys(now)])) {
    if (isDeepStrictEqual(now[name], settings[name])) continue;
    fail(
      'checkpoint',
      `the optimizer ${own} has ${name} ${now[name]}, the checkpoint's ${settings[name]}: compile the model with that`,
    );
  }
}

/** Puts a saved state into an optimizer of the same class; the tensors stay the caller's. */
export function restoreOptimizer(
  optimizer: Optimizer,
  { fields }: OptimizerState,
  tensors: Readonly<Record<string, Tensor>>,
): void {
  const owner = optimizer as unknown as Record<string, unknown>;
  for (const [name, tree] of Object.entries(fields)) {
    const old = owner[name];
    restoreField(owner, name, tree, tensors);
    if (owner[name] !== old && typeof old === 'object') tf.dispose(old as never);
  }
}
