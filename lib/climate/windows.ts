import { fail, refuseUnknown, wholeNumber } from '../errors';
import { nextSeed, Random, tf } from '../tensor';
import { LECTURE_FEATURES, LECTURE_TARGET } from './columns';
import type { Duration } from './duration';
import { FeatureBlocks } from './gather';
import { columnOf, type Series } from './series';
import { findLastRows, windowRows } from './window-rows';

/** What `windows` is told. Times carry their units: `'120h'`, `'30min'`, `'1d'`. */
export interface WindowOptions {
  /** How far back the network sees; a whole number of steps. */
  past: Duration;
  /** The time between the rows it sees. Default: every row of the series. */
  step?: Duration;
  /** How far ahead the target lies, counted from the last row the network sees. */
  horizon: Duration;
  /** The columns it sees. Default: the lecture's seven. */
  features?: readonly string[];
  /** The column it predicts. Default: `T (degC)`. It need not be a feature. */
  target?: string;
  /** Windows in a batch; the last batch of a pass may be smaller. Default 256. */
  batch?: number;
  /** Whether each pass has an order of its own, or that of time. Default false. */
  shuffle?: boolean;
  /** Fixes the orders. Default: drawn from the stream that `seed(n)` started. Only for `shuffle: true`. */
  seed?: number;
  /**
   * What becomes of windows with an irregular step of the clock between first row and target: `'keep'` counts rows
   * as if they were evenly spaced, as the lecture does; `'skip'` leaves those windows out. Default `'keep'`.
   */
  irregular?: 'keep' | 'skip';
}

const OPTIONS = [
  'past',
  'step',
  'horizon',
  'features',
  'target',
  'batch',
  'shuffle',
  'seed',
  'irregular',
] as const;

/** A batch as `model.fitDataset` takes it: xs (batch, steps, features), ys (batch, 1). */
export type WindowTensors = { xs: tf.Tensor3D; ys: tf.Tensor2D };

/** A batch as plain numbers. */
export interface WindowBatch {
  /** (batch, steps, features), row-major. */
  readonly xs: Float32Array;
  /** (batch), the target of each window. */
  readonly ys: Float32Array;
  readonly shape: readonly [batch: number, steps: number, features: number];
  /** The place of the batch's first window among all windows, in time order. */
  readonly first: number;
}

/** One window, for looking at. */
export interface Window {
  /** (steps, features), row-major. */
  readonly x: Float32Array;
  readonly y: number;
  /** The time of every row that the network sees, ms UTC. */
  readonly times: Float64Array;
  /** The time of the target, ms UTC. */
  readonly targetTime: number;
}

/** `arrays()` refuses to make more than this. */
const MOST_ARRAY_BYTES = 2 ** 31;

/** Windows over a series as a `tf.data.Dataset` of batches, gathered when they are asked for. Made by `windows`. */
export class WindowDataset extends tf.data.Dataset<WindowTensors> {
  /** Rows that the network sees. */
  readonly steps: number;
  readonly stepRows: number;
  readonly horizonRows: number;
  readonly features: readonly string[];
  readonly target: string;
  readonly batchSize: number;
  readonly shuffled: boolean;
  /** What fixes the order of every pass; null where the order is that of time. */
  readonly seed: number | null;
  /** The last row of every window that the network sees, in time order, as a row of `series`. */
  readonly lastRows: Uint32Array;
  /** How many windows reach across an irregular step of the clock: kept or left out, as `irregular` says. */
  readonly acrossIrregular: number;
  /** Batches in a pass, which TensorFlow.js calls the size of a data set; `length` counts windows. */
  override readonly size: number;

  private readonly blocks: FeatureBlocks;
  private readonly targetValues: Float32Array;
  private passes = 0;

  /** @param series what `windows` was given; its columns are in the units the network sees */
  constructor(
    readonly series: Series,
    options: WindowOptions,
  ) {
    super();
    refuseUnknown('windows', options, OPTIONS);
    const rows = windowRows(series, options.past, options.step, options.horizon);
    ({ steps: this.steps, stepRows: this.stepRows, horizonRows: this.horizonRows } = rows);
    this.features = [...(options.features ?? LECTURE_FEATURES)];
    if (this.features.length === 0) fail('windows', 'expected at least one feature, got none');
    this.target = options.target ?? LECTURE_TARGET;
    for (const name of new Set([...this.features, this.target])) requireNumbers(series, name);
    this.batchSize = wholeNumber('windows', 'batch', options.batch ?? 256);
    this.shuffled = choice('shuffle', options.shuffle ?? false, [true, false]);
    if (options.seed !== undefined && !this.shuffled) fail('windows', 'seed is only for shuffle: true');
    this.seed = this.shuffled ? wholeNumber('windows', 'seed', options.seed ?? nextSeed(), 0) : null;
    const skip = choice('irregular', options.irregular ?? 'keep', ['keep', 'skip']) === 'skip';
    ({ lastRows: this.lastRows, acrossIrregular: this.acrossIrregular } = findLastRows(series, this, skip));
    this.size = Math.ceil(this.length / this.batchSize);
    this.blocks = new FeatureBlocks(series, this.features, this.steps, this.stepRows);
    this.targetValues = series.column(this.target);
  }

  /** How many windows there are. */
  get length(): number {
    return this.lastRows.length;
  }

  /** Batches in a pass. */
  get batchesPerEpoch(): number {
    return this.size;
  }

  /** (steps, features): what a first layer takes as `inputShape`. */
  get inputShape(): [steps: number, features: number] {
    return [this.steps, this.features.length];
  }

  /**
   * The number of the pass that comes next, from 0. It alone, with `seed`, decides a shuffled order; setting it
   * goes on where an earlier run stopped.
   */
  get epoch(): number {
    return this.passes;
  }

  set epoch(epoch: number) {
    this.passes = wholeNumber('windows', 'epoch', epoch, 0);
  }

  /** The windows' order in a pass: places in time order. */
  order(epoch: number): Uint32Array {
    if (this.seed === null) return Uint32Array.from({ length: this.length }, (_, i) => i);
    // Passes of neighbouring seeds must not meet, so a seed leaves room for a million of them.
    return Random.seeded((this.seed % 2 ** 32) * 1_000_003 + epoch).permutation(this.length);
  }

  /** One pass over all windows as tensors; whoever asks for a batch disposes it, as `fitDataset` does. */
  override async iterator(): ReturnType<tf.data.Dataset<WindowTensors>['iterator']> {
    const passes = tf.data.generator(() => this.tensorBatches() as Iterator<WindowTensors>);
    return passes.iterator() as ReturnType<tf.data.Dataset<WindowTensors>['iterator']>;
  }

  /** All windows in time order, a batch at a time, as fresh arrays: for baselines and for predictions. */
  *batches(): Generator<WindowBatch> {
    for (let first = 0; first < this.length; first += this.batchSize) {
      const count = Math.min(this.batchSize, this.length - first);
      const shape = [count, ...this.inputShape] as const;
      const xs = new Float32Array(count * this.steps * this.features.length);
      const ys = new Float32Array(count);
      for (let i = 0; i < count; i++) this.copy(first + i, i, xs, ys);
      yield { xs, ys, shape, first };
    }
  }

  /**
   * All windows in time order as two arrays, for small sets.
   *
   * @throws RecurrentError where they would take more than 2 GiB
   */
  arrays(): WindowBatch {
    const numbers = this.length * this.steps * this.features.length;
    if (numbers * 4 > MOST_ARRAY_BYTES) {
      fail(
        'windows.arrays',
        `${this.length} windows take ${numbers * 4} bytes; go through batches() instead`,
      );
    }
    const xs = new Float32Array(numbers);
    const ys = new Float32Array(this.length);
    for (let i = 0; i < this.length; i++) this.copy(i, i, xs, ys);
    return { xs, ys, shape: [this.length, ...this.inputShape], first: 0 };
  }

  /** The i-th window in time order; negative i counts from the end. */
  window(i: number): Window {
    const place = i < 0 ? this.length + i : i;
    if (!Number.isInteger(place) || place < 0 || place >= this.length) {
      fail('windows.window', `expected a window from 0 to ${this.length - 1}, got ${i}`);
    }
    const x = new Float32Array(this.steps * this.features.length);
    const y = new Float32Array(1);
    this.copy(place, 0, x, y);
    const last = this.lastRows[place];
    const { time } = this.series;
    const times = Float64Array.from(
      { length: this.steps },
      (_, k) => time[last - (this.steps - 1 - k) * this.stepRows],
    );
    return { x, y: y[0], times, targetTime: time[last + this.horizonRows] };
  }

  /** The target of every window, in time order. */
  targets(): Float32Array {
    return Float32Array.from(this.lastRows, (last) => this.targetValues[last + this.horizonRows]);
  }

  /** The time of every window's target, ms UTC, in time order. */
  targetTimes(): Float64Array {
    return Float64Array.from(this.lastRows, (last) => this.series.time[last + this.horizonRows]);
  }

  /** One line for printing. */
  override toString(): string {
    const each = `${this.steps} steps of ${this.features.length} features`;
    return `${this.length} windows of ${each} in ${this.size} batches of ${this.batchSize}, target ${this.target}`;
  }

  /** Copies a window and its target to the given place of a batch. */
  private copy(window: number, place: number, xs: Float32Array, ys: Float32Array): void {
    const last = this.lastRows[window];
    this.blocks.copyWindow(last, xs, place * this.steps * this.features.length);
    ys[place] = this.targetValues[last + this.horizonRows];
  }

  /** A pass begins when its first batch is asked for: `fitDataset` makes an iterator that it never uses. */
  private *tensorBatches(): Generator<WindowTensors> {
    const order = this.order(this.passes++);
    const windowLength = this.steps * this.features.length;
    let xs = new Float32Array(0);
    for (let first = 0; first < order.length; first += this.batchSize) {
      const count = Math.min(this.batchSize, order.length - first);
      // The wasm backend copies what a tensor is made from, so one buffer serves a whole pass; others keep the array.
      if (xs.length !== count * windowLength || tf.getBackend() !== 'wasm')
        xs = new Float32Array(count * windowLength);
      const ys = new Float32Array(count);
      for (let i = 0; i < count; i++) this.copy(order[first + i], i, xs, ys);
      yield { xs: tf.tensor3d(xs, [count, ...this.inputShape]), ys: tf.tensor2d(ys, [count, 1]) };
    }
  }
}

/**
 * Windows over a series with their targets, as a data set that `model.fitDataset` and `model.evaluateDataset` take.
 * Batches are gathered when they are asked for; all windows together are never in memory.
 *
 * With rows of 10 minutes, `past: '120h', step: '30min', horizon: '2h'` (slide 12) sees the rows r − 717, …, r − 3,
 * r, which are 240, and predicts row r + 12. For n rows there are n − 717 − 12 windows. The lecture counts 720 + 12
 * rows from the window's start, and so has three fewer and a horizon half an hour longer than its name.
 *
 * @param series the rows, usually a part made by `split` and normalised; windows never leave it
 * @throws RecurrentError for times that are no whole number of rows, columns that are not there, readings that are
 *   no numbers, and a series too short for one window
 * @example
 * const data = windows(trainZ, { past: '120h', horizon: '1h', shuffle: true });
 * await model.fitDataset(data, { epochs: 10 });
 */
export function windows(series: Series, options: WindowOptions): WindowDataset {
  return new WindowDataset(series, options);
}

function requireNumbers(series: Series, name: string): void {
  const values = columnOf('windows', series, name);
  const row = values.findIndex((x) => !Number.isFinite(x));
  if (row >= 0) fail('windows', `column "${name}" must be numbers, row ${row} is ${values[row]}`);
}

function choice<T>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  return fail(
    'windows',
    `${name} must be ${allowed.map((a) => JSON.stringify(a)).join(' or ')}, got ${String(value)}`,
  );
}
