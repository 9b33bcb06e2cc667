import { cellSignal } from '../display/display';
import { refuseUnknown } from '../errors';
import { tf } from '../tensor';
import { type Logs, nextTurn } from './logs';
import { RunState } from './run-state';

export interface StopOnInterruptOptions {
  /** What asks for the stop; default: the running cell's interrupt, and Ctrl-C. */
  signal?: AbortSignal;
}

/** Made by `stopOnInterrupt`. */
export class StopOnInterrupt extends tf.Callback {
  private epoch = 0;
  private signal: AbortSignal | null = null;
  private asked = false;
  /** Whether the last run was stopped this way. */
  interrupted = false;

  constructor(private readonly options: StopOnInterruptOptions = {}) {
    super();
    refuseUnknown('stopOnInterrupt', options, ['signal']);
  }

  private readonly onSigint = () => {
    // A run that failed could not take its listener back.
    const { isTraining } = this.model as unknown as { isTraining: boolean };
    if (!isTraining || this.asked) {
      process.off('SIGINT', this.onSigint);
      process.kill(process.pid, 'SIGINT');
    }
    this.asked = true;
  };

  override async onTrainBegin(): Promise<void> {
    this.signal = this.options.signal ?? cellSignal();
    this.asked = false;
    this.interrupted = false;
    process.off('SIGINT', this.onSigint);
    if (!this.options.signal) process.on('SIGINT', this.onSigint);
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.epoch = epoch;
  }

  override async onBatchEnd(batch: number, _logs?: Logs): Promise<void> {
    await nextTurn();
    if (!this.asked && !this.signal?.aborted) return;
    this.interrupted = true;
    RunState.of(this.model).partialEpoch = true;
    this.model.stopTraining = true;
    console.log(
      `Stopped in epoch ${this.epoch + 1} after batch ${batch + 1}; the model keeps what it has learned.`,
    );
  }

  override async onTrainEnd(): Promise<void> {
    process.off('SIGINT', this.onSigint);
  }
}

/**
 * Ends training after the batch at hand when the notebook's cell is interrupted, or on Ctrl-C; the model
 * keeps its weights and `fitDataset` returns as usual. A second Ctrl-C ends the process.
 */
export function stopOnInterrupt(options?: StopOnInterruptOptions): StopOnInterrupt {
  return new StopOnInterrupt(options);
}
