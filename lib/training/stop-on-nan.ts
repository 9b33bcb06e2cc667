import { fail } from '../errors';
import { tf } from '../tensor';
import { type Logs, numbersOf } from './logs';

/** Made by `stopOnNaN`. */
export class StopOnNaN extends tf.Callback {
  private epoch = 0;

  override async onEpochBegin(epoch: number): Promise<void> {
    this.epoch = epoch;
  }

  override async onBatchEnd(batch: number, logs?: Logs): Promise<void> {
    const { loss } = await numbersOf(logs);
    if (!Number.isFinite(loss)) this.stop(`batch ${batch + 1}`, loss, logs);
  }

  override async onEpochEnd(_epoch: number, logs?: Logs): Promise<void> {
    const seen = await numbersOf(logs);
    const name = Object.keys(seen).find((key) => !Number.isFinite(seen[key]));
    if (name) this.stop(`its end, ${name}`, seen[name]);
  }

  private stop(when: string, loss: number, logs?: Logs): never {
    if (logs) tf.dispose(logs as Record<string, number>);
    const { learningRate } = this.model.optimizer as unknown as { learningRate?: number };
    fail(
      'stopOnNaN',
      `the loss is ${loss} in epoch ${this.epoch + 1}, ${when}. Look for NaN in the data; then try a smaller ` +
        `learning rate${learningRate ? ` (it is ${learningRate})` : ''}, or clip the gradients (clipNorm: 1). ` +
        'The weights are spoilt: start again, or from the last checkpoint',
    );
  }
}

/**
 * Ends training with an error as soon as a loss is not a finite number; the error names the epoch and the
 * batch, counted from 1, and the likely cures.
 */
export function stopOnNaN(): StopOnNaN {
  return new StopOnNaN();
}
