import { fail } from '../errors';
import { type Duration, formatDuration, milliseconds } from './duration';
import type { Series } from './series';

/** A window in rows of a series. */
export interface WindowRows {
  /** How many rows the network sees. */
  readonly steps: number;
  /** Rows from one that it sees to the next. */
  readonly stepRows: number;
  /** Rows from the last one that it sees to the one it predicts. */
  readonly horizonRows: number;
}

/** Turns a window in time into rows of a series; times that are no whole number of rows are refused. */
export function windowRows(
  series: Series,
  past: Duration,
  step: Duration | undefined,
  horizon: Duration,
): WindowRows {
  if (series.interval === 0) fail('windows', 'expected a series of several rows in time, got one row');
  const stepRows = step === undefined ? 1 : wholeRows(series, 'step', step);
  const pastRows = wholeRows(series, 'past', past);
  if (pastRows % stepRows !== 0) fail('windows', `past ${past} is not a whole number of steps of ${step}`);
  return { steps: pastRows / stepRows, stepRows, horizonRows: wholeRows(series, 'horizon', horizon) };
}

function wholeRows(series: Series, name: string, duration: Duration): number {
  const rows = milliseconds('windows', name, duration) / series.interval;
  if (Math.abs(rows - Math.round(rows)) > 1e-9 || Math.round(rows) < 1) {
    const every = formatDuration(series.interval);
    fail('windows', `${name} must be a whole number of rows, which are ${every} apart, got ${duration}`);
  }
  return Math.round(rows);
}

/** The last rows of all windows of a series, and how many windows reach across an irregular step of the clock. */
export interface LastRows {
  readonly lastRows: Uint32Array;
  readonly acrossIrregular: number;
}

/**
 * The rows that can be the last one of a window: a whole window lies before it and the target after it.
 *
 * @param skipIrregular leaves out those with an irregular step of the clock between first row and target
 */
export function findLastRows(series: Series, window: WindowRows, skipIrregular: boolean): LastRows {
  const reach = (window.steps - 1) * window.stepRows;
  const count = series.length - reach - window.horizonRows;
  if (count < 1) {
    const needed = reach + 1 + window.horizonRows;
    fail('windows', `a window with its target takes ${needed} rows, the series has ${series.length}`);
  }
  const all = Uint32Array.from({ length: count }, (_, i) => reach + i);
  const irregular = series.clockFindings().map((finding) => finding.row);
  if (irregular.length === 0) return { lastRows: all, acrossIrregular: 0 };
  let next = 0;
  const regular = all.filter((last) => {
    // An irregular step leads to row k, so a window crosses it if its first row is before k and its target is not.
    while (next < irregular.length && irregular[next] <= last - reach) next++;
    return !(next < irregular.length && irregular[next] <= last + window.horizonRows);
  });
  if (skipIrregular && regular.length === 0) {
    fail('windows', 'every window reaches across an irregular step of the clock');
  }
  return { lastRows: skipIrregular ? regular : all, acrossIrregular: count - regular.length };
}
