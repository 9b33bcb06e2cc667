import type { Tensor } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import { tf } from '../tensor';
import { type Logs, numbersOf } from './logs';
import { putWeights } from './put-weights';
import { type CallbackState, type ResumableCallback, RunState } from './run-state';

export interface EarlyStoppingOptions {
  /** Which of the epoch's numbers, lower being better; default 'val_loss', which needs `validationData`. */
  monitor?: string;
  /** Epochs in a row without improvement after which training stops; default 3. */
  patience?: number;
  /** What counts as improvement: less than the best by more than this; default 0. */
  minDelta?: number;
  /** Whether the model ends with the weights of its best epoch; default true. */
  restoreBestWeights?: boolean;
}

/** What it watches, and how: a state means nothing to another. */
type Watching = Required<EarlyStoppingOptions>;

interface Seen {
  best: number;
  bestEpoch: number;
  stoppedEpoch: number;
  waited: number;
}

const NOTHING_SEEN: Seen = { best: Number.POSITIVE_INFINITY, bestEpoch: -1, stoppedEpoch: -1, waited: 0 };

/** Made by `earlyStopping`. */
export class EarlyStopping extends tf.Callback implements ResumableCallback {
  readonly stateName = 'earlyStopping';
  private readonly monitor: string;
  private readonly patience: number;
  private readonly minDelta: number;
  private readonly restoreBestWeights: boolean;
  private bestWeights: Tensor[] = [];
  private best = NOTHING_SEEN.best;
  private waited = 0;
  /** The epoch whose weights are the best so far, counted from 0; −1 before the first. */
  bestEpoch = -1;
  /** The epoch after which training was stopped, counted from 0; −1 where it was not. */
  stoppedEpoch = -1;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    refuseUnknown('earlyStopping', options, ['monitor', 'patience', 'minDelta', 'restoreBestWeights']);
    this.monitor = options.monitor ?? 'val_loss';
    this.patience = wholeNumber('earlyStopping', 'patience', options.patience ?? 3);
    this.minDelta = Math.abs(options.minDelta ?? 0);
    this.restoreBestWeights = options.restoreBestWeights ?? true;
  }

  override async onTrainBegin(): Promise<void> {
    RunState.of(this.model).enter(this);
    Object.assign(this, NOTHING_SEEN);
    this.keep([]);
  }

  override async onEpochEnd(epoch: number, logs?: Logs): Promise<void> {
    const seen = await numbersOf(logs);
    // An epoch that was broken off has no validation, and is no epoch.
    if (RunState.of(this.model).partialEpoch) return;
    if (!(this.monitor in seen)) {
      const names = Object.keys(seen).join(', ') || 'none';
      fail('earlyStopping', `there is no "${this.monitor}" to watch, the epoch's numbers are ${names}`);
    }
    if (seen[this.monitor] < this.best - this.minDelta) {
      this.best = seen[this.monitor];
      this.bestEpoch = epoch;
      this.waited = 0;
      if (this.restoreBestWeights) this.keep(this.model.getWeights());
      return;
    }
    this.waited++;
    if (this.waited < this.patience) return;
    this.stoppedEpoch = epoch;
    this.model.stopTraining = true;
  }

  override async onTrainEnd(): Promise<void> {
    if (this.bestWeights.length > 0) putWeights(this.model, this.bestWeights);
    this.keep([]);
  }

  private keep(weights: Tensor[]): void {
    tf.dispose(this.bestWeights);
    this.bestWeights = weights.map((weight) => tf.keep(weight.clone()));
  }

  private get watching(): Watching {
    const { monitor, patience, minDelta, restoreBestWeights } = this;
    return { monitor, patience, minDelta, restoreBestWeights };
  }

  saveState(): CallbackState {
    const { best, bestEpoch, stoppedEpoch, waited } = this;
    const seen: Seen = { best, bestEpoch, stoppedEpoch, waited };
    return {
      json: { watching: this.watching, seen },
      tensors: Object.fromEntries(this.bestWeights.map((weight, i) => [String(i), weight])),
    };
  }

  restoreState({ json, tensors }: CallbackState): void {
    const { watching, seen } = json as { watching: Watching; seen: Seen };
    for (const name of Object.keys(watching) as (keyof Watching)[]) {
      if (watching[name] === this.watching[name]) continue;
      const here = `${name} is ${this.watching[name]}, in the checkpoint at this place ${watching[name]}`;
      fail('earlyStopping', `${here}: give the same callbacks in the same order`);
    }
    Object.assign(this, seen);
    this.keep(Object.keys(tensors).map((_, i) => tensors[String(i)]));
  }
}

/**
 * Stops training when the watched number has not improved for `patience` epochs, and puts the weights of
 * the best epoch back, also where training runs to its last epoch.
 *
 * @throws RecurrentError (from `fitDataset`) where the epoch's numbers lack the watched one
 */
export function earlyStopping(options?: EarlyStoppingOptions): EarlyStopping {
  return new EarlyStopping(options);
}
