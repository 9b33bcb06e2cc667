import { fail, refuseUnknown } from '../errors';
import { formatDuration, milliseconds } from './duration';
import { fitRegression, type LinearRegression, predictAll } from './linear-regression';
import type { WindowDataset } from './windows';

/** How well a forecast without a network does, in the units of the windows (normalised: z-scores). */
export interface BaselineRow {
  readonly name: string;
  /** Numbers fitted on the training windows. */
  readonly parameters: number;
  /** Mean squared error over the training windows. */
  readonly trainError: number;
  /** Mean squared error over the test windows. */
  readonly testError: number;
}

/** mean((prediction − target)²) over all windows. */
export function meanSquaredError(data: WindowDataset, predictions: ArrayLike<number>): number {
  const targets = data.targets();
  if (predictions.length !== targets.length) {
    fail(
      'meanSquaredError',
      `expected ${targets.length} predictions, one a window, got ${predictions.length}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += (predictions[i] - targets[i]) ** 2;
  return sum / targets.length;
}

/** Forecasts that nothing changes: the target's value in the last row that a network sees. */
export function lastValue(data: WindowDataset): Float32Array {
  const values = data.series.column(data.target);
  return Float32Array.from(data.lastRows, (last) => values[last]);
}

/**
 * Forecasts the target's value at the same time of day, the latest that is known when the window ends: one day
 * before the target, or as many as the horizon takes. Counted in rows.
 *
 * @throws RecurrentError where a window does not reach back that far, or a day is no whole number of rows
 */
export function sameTimeYesterday(data: WindowDataset): Float32Array {
  return yesterday('sameTimeYesterday', data);
}

/** What `sameTimeYesterday` does, with errors in the name of `where`. */
function yesterday(where: string, data: WindowDataset): Float32Array {
  const { interval } = data.series;
  const day = milliseconds(where, 'day', '1d') / interval;
  if (!Number.isInteger(day)) {
    fail(where, `a day must be a whole number of rows, which are ${formatDuration(interval)} apart`);
  }
  const days = Math.ceil(data.horizonRows / day);
  const back = days * day - data.horizonRows;
  const seen = (data.steps - 1) * data.stepRows;
  if (back > seen) {
    const needed = formatDuration((back + 1) * interval);
    fail(where, `needs a past of ${needed}, the windows have ${formatDuration((seen + 1) * interval)}`);
  }
  const values = data.series.column(data.target);
  return Float32Array.from(data.lastRows, (last) => values[last - back]);
}

/** Forecasts the mean of the training windows' targets, always. */
export function trainingMean(train: WindowDataset, data: WindowDataset): Float32Array {
  const targets = train.targets();
  let sum = 0;
  for (const y of targets) sum += y;
  return new Float32Array(data.length).fill(sum / targets.length);
}

/**
 * The errors of the forecasts that a network has to beat, on the same windows: last value, same time yesterday,
 * training mean, and linear regression on the window.
 *
 * @param train the windows that fit what is fitted
 * @param test the windows that no forecast has seen
 * @param options.regression a linear regression that is already there; default: fitted on `train`
 * @returns a row a forecast
 * @throws RecurrentError where the windows differ in more than their rows, or are too short for a forecast
 */
export function baselines(
  train: WindowDataset,
  test: WindowDataset,
  options: { regression?: LinearRegression } = {},
): BaselineRow[] {
  refuseUnknown('baselines', options, ['regression']);
  const regression = options.regression ?? fitRegression('baselines', train);
  const row = (
    name: string,
    parameters: number,
    forecast: (data: WindowDataset) => Float32Array,
  ): BaselineRow => ({
    name,
    parameters,
    trainError: meanSquaredError(train, forecast(train)),
    testError: meanSquaredError(test, forecast(test)),
  });
  return [
    row('last value', 0, lastValue),
    row('same time yesterday', 0, (data) => yesterday('baselines', data)),
    row('training mean', 1, (data) => trainingMean(train, data)),
    row('linear regression', regression.parameters, (data) => predictAll('baselines', regression, data)),
  ];
}
