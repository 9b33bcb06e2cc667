import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';
import type { FitWatcher } from './fit-call';
import { RunState, savesItself } from './run-state';

type Callback = tf.Callback;

const nameOf = (callback: Callback) =>
  (callback as { stateName?: string }).stateName ?? callback.constructor.name;

/**
 * Requires a checkpoint to have its turn after all that an epoch's end changes, and to know of all that has something
 * to keep.
 *
 * @param own the checkpoint
 * @param callbacks those of the call, itself among them
 * @throws RecurrentError where it is not so
 */
export function checkCallbacks(own: FitWatcher, callbacks: readonly Callback[], model: LayersModel): void {
  const after = callbacks
    .slice(callbacks.indexOf(own) + 1)
    .find((other) => !(other as Partial<FitWatcher>).watchesFit);
  if (after) fail('checkpoint', `must come after ${nameOf(after)} in the list of callbacks`);
  const entered = new Set<unknown>(RunState.of(model).resumable.values());
  for (const callback of callbacks) {
    if (callback instanceof tf.EarlyStopping) {
      const own = 'use earlyStopping of this library';
      fail('checkpoint', `cannot keep what tfjs' own EarlyStopping remembers: ${own}`);
    }
    if (savesItself(callback) && !entered.has(callback)) {
      fail('checkpoint', `${nameOf(callback)} must enter RunState.of(this.model) in its onTrainBegin`);
    }
  }
}
