import { fail, refuseUnknown } from '../errors';
import { tf } from '../tensor';
import { learningRateOf, setLearningRate } from './learning-rate';
import { type CallbackState, type ResumableCallback, RunState } from './run-state';

export interface CosineRateOptions {
  /** The highest learning rate, reached after the warm-up. */
  peak: number;
  /** Epochs over which the rate rises from 0, so that Adam's first steps are small ones; default 0.5. */
  warmUpEpochs?: number;
}

/** What the rate of every step follows from. */
interface Plan {
  peak: number;
  warmUpEpochs: number;
  epochs: number;
  steps: number;
}

/** Made by `cosineRate`. */
export class CosineRate extends tf.Callback implements ResumableCallback {
  readonly stateName = 'cosineRate';
  private readonly peak: number;
  private readonly warmUpEpochs: number;
  private epoch = 0;
  private steps = 0;

  constructor(options: CosineRateOptions) {
    super();
    refuseUnknown('cosineRate', options, ['peak', 'warmUpEpochs']);
    this.peak = options.peak;
    this.warmUpEpochs = options.warmUpEpochs ?? 0.5;
    if (!(this.peak > 0)) fail('cosineRate', `peak must be above 0, got ${this.peak}`);
    if (!(this.warmUpEpochs >= 0))
      fail('cosineRate', `warmUpEpochs must be 0 or more, got ${this.warmUpEpochs}`);
  }

  override async onTrainBegin(): Promise<void> {
    this.steps = this.params.steps as number;
    if (!Number.isFinite(this.steps) || this.steps < 1) {
      fail(
        'cosineRate',
        'must know how many batches an epoch has: give fitDataset batchesPerEpoch, or data with a size',
      );
    }
    if (learningRateOf(this.model.optimizer) === undefined) {
      fail('cosineRate', `the optimizer ${this.model.optimizer.getClassName()} has no learning rate to set`);
    }
    RunState.of(this.model).enter(this);
  }

  private get plan(): Plan {
    const { peak, warmUpEpochs, steps } = this;
    return { peak, warmUpEpochs, steps, epochs: this.params.epochs as number };
  }

  saveState(): CallbackState {
    return { json: this.plan, tensors: {} };
  }

  /** A run of other epochs would have had other rates from its beginning. */
  restoreState({ json }: CallbackState): void {
    const saved = json as Plan;
    for (const name of Object.keys(saved) as (keyof Plan)[]) {
      if (saved[name] === this.plan[name]) continue;
      const differ = `${name} is ${this.plan[name]}, in the checkpoint ${saved[name]}`;
      fail(
        'cosineRate',
        `${differ}: the rates would be none that a whole run has. Give what it was begun with`,
      );
    }
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.epoch = epoch;
  }

  override async onBatchBegin(batch: number): Promise<void> {
    const all = this.steps * (this.params.epochs as number);
    const warmUp = Math.min(this.warmUpEpochs * this.steps, all);
    const step = this.epoch * this.steps + batch;
    const share = Math.min(1, (step - warmUp) / Math.max(1, all - warmUp));
    const falling = (this.peak * (1 + Math.cos(Math.PI * share))) / 2;
    const rate = step < warmUp ? this.peak * Math.min(1, (step + 1) / warmUp) : falling;
    setLearningRate(this.model.optimizer, rate);
  }
}

/**
 * Sets the learning rate of every step of `fitDataset`: up to `peak` in w steps, then along half a cosine to 0 at
 * the last of the n steps,
 *
 *   η_i = η (i + 1)/w  for i < w,        η_i = η (1 + cos(π (i − w)/(n − w)))/2  after it
 *
 * A rate that falls to 0 is worth more to a simple recurrent network than any other choice: at a constant one its
 * error after an epoch is a matter of luck. The rate depends on epoch and batch alone, so a resumed run goes on in it;
 * it must be of as many epochs, batches, warm-up and peak as the one that a checkpoint was made in.
 *
 * @throws RecurrentError for a peak that is not above 0, data that do not tell how many batches they have, an
 *   optimizer without a rate, and a resumed run that would have other rates
 * @see I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017
 */
export function cosineRate(options: CosineRateOptions): CosineRate {
  return new CosineRate(options);
}
