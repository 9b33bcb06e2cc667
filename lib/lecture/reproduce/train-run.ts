import { rm } from 'node:fs/promises';
import type { LayersModel } from '@tensorflow/tfjs';
import { seed, tf } from '../../tensor';
import { checkpoint, clipGradients, cosineRate, evaluate, predict, stopOnNaN } from '../../training';
import { type CallbackState, type ResumableCallback, RunState } from '../../training/run-state';
import { makeNetwork } from './network';
import { peakRate } from './recipe';
import type { Run, Sample } from './results';
import type { Row } from './rows';
import { orderedWindows, type Study, shuffledWindows } from './study';

/** Hears how far a run is. */
export interface RunListener {
  /** @param done share of the run's epochs, 0 … 1 */
  onBatch(done: number, text: string): void;
  onEpoch(done: number, text: string, seconds: number): void;
}

/** Tells the listener, counts seconds, and lets signals through between batches. */
class Watch extends tf.Callback implements ResumableCallback {
  readonly stateName = 'watch';
  seconds: number[] = [];
  private began = 0;
  private epoch = 0;

  constructor(
    private readonly epochs: number,
    private readonly steps: number,
    private readonly listener: RunListener,
  ) {
    super();
  }

  override async onTrainBegin(): Promise<void> {
    RunState.of(this.model as LayersModel).enter(this);
    this.seconds = [];
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.epoch = epoch;
    this.began = performance.now();
  }

  override async onBatchEnd(batch: number): Promise<void> {
    const done = (this.epoch + (batch + 1) / this.steps) / this.epochs;
    this.listener.onBatch(done, `epoch ${this.epoch + 1}/${this.epochs}`);
    await new Promise((resolve) => setImmediate(resolve));
  }

  override async onEpochEnd(epoch: number, logs?: Record<string, number | tf.Tensor>): Promise<void> {
    const seconds = (performance.now() - this.began) / 1000;
    this.seconds.push(seconds);
    const loss = typeof logs?.loss === 'number' ? logs.loss : ((await logs?.loss.data())?.[0] ?? Number.NaN);
    const text = `epoch ${epoch + 1}/${this.epochs} · loss ${loss.toPrecision(4)}`;
    this.listener.onEpoch((epoch + 1) / this.epochs, text, seconds);
  }

  saveState(): CallbackState {
    return { json: this.seconds, tensors: {} };
  }

  restoreState({ json }: CallbackState): void {
    this.seconds = json as number[];
  }
}

const SAMPLE_DAYS = 10;

/** Ten days, three weeks into the test rows (or what there is). */
async function takeSample(study: Study, model: LayersModel, horizonHours: number): Promise<Sample> {
  const test = orderedWindows(study, 'test', horizonHours);
  const perDay = Math.round(86_400_000 / study.testZ.interval);
  const from = Math.min(21 * perDay, Math.max(0, test.length - SAMPLE_DAYS * perDay));
  const last = Math.min(test.length, from + SAMPLE_DAYS * perDay);
  // From the window's first row to its target's.
  const rows = study.testZ.slice(
    test.lastRows[from] - (test.steps - 1) * test.stepRows,
    test.lastRows[last - 1] + test.horizonRows + 1,
  );
  const part = orderedWindows({ ...study, testZ: rows }, 'test', horizonHours);
  const degrees = (values: Float32Array) =>
    Array.from(study.scale.invert(test.target, values), (x) => Math.round(x * 1000) / 1000);
  return {
    time: Array.from(part.targetTimes()),
    truth: degrees(part.targets()),
    forecast: degrees(await predict(model, part)),
  };
}

/**
 * Trains a row from one seed, going on from the checkpoint in `folder` where there is one, and measures it. The
 * folder is gone when the caller has kept the result and calls `forget`.
 */
export async function trainRun(
  study: Study,
  row: Row,
  seedNumber: number,
  folder: string,
  listener: RunListener,
): Promise<{ run: Run; sample: Sample; forget(): Promise<void> }> {
  const { epochs, recipe } = study.protocol;
  seed(seedNumber);
  const train = shuffledWindows(study, row.horizonHours);
  const model = makeNetwork(row.network, train.inputShape);
  const peak = peakRate(recipe, row.horizonHours);
  model.compile({
    optimizer: clipGradients(tf.train.adam(peak), { globalClipNorm: recipe.clipNorm }),
    loss: 'meanSquaredError',
  });
  const rate = cosineRate({ peak, warmUpEpochs: recipe.warmUpEpochs });
  const saved = checkpoint({ folder, data: train });
  const watch = new Watch(epochs, train.size, listener);
  try {
    const initialEpoch = await saved.resume(model);
    await model.fitDataset(train, {
      epochs,
      initialEpoch,
      verbose: 0,
      callbacks: [rate, stopOnNaN(), watch, saved],
    });
    const measure = (part: 'train' | 'test') =>
      evaluate(model, orderedWindows(study, part, row.horizonHours));
    const run: Run = {
      seed: seedNumber,
      epochs,
      parameters: model.countParams(),
      secondsPerEpoch: watch.seconds.reduce((sum, s) => sum + s, 0) / watch.seconds.length,
      trainMse: await measure('train'),
      testMse: await measure('test'),
      losses: saved.history.loss,
    };
    const sample = await takeSample(study, model, row.horizonHours);
    return { run, sample, forget: () => rm(folder, { recursive: true, force: true }) };
  } finally {
    model.dispose();
    model.optimizer?.dispose();
  }
}
