import { fail } from '../errors';
import { isDirection } from './columns';
import type { MissingRun } from './report';

/** What `fillMissing` knows of a column's missing rows: a report's entry without its line and column. */
export type FilledRun = Omit<MissingRun, 'line' | 'column'> & { readonly row: number };

/**
 * Fills missing readings (NaN) in place: linearly in time between the readings around them, like the nearest one at
 * the ends. Directions in degrees go the shorter way round the circle and stay in [0, 360). Where the clock does not
 * go forward between the readings around a gap, rows are taken as evenly spaced.
 *
 * @param column the column's name; one in `(deg)` is a direction
 * @param values changed in place
 * @param time ms UTC of each row
 * @param where what an error names
 * @returns the runs of rows that were missing, in order
 * @throws RecurrentError where the column has no reading at all
 */
export function fillMissing(
  column: string,
  values: Float32Array,
  time: Float64Array,
  where = 'fillMissing',
): FilledRun[] {
  const runs: FilledRun[] = [];
  let row = 0;
  while (row < values.length) {
    if (!Number.isNaN(values[row])) {
      row++;
      continue;
    }
    let end = row;
    while (end < values.length && Number.isNaN(values[end])) end++;
    if (row === 0 && end === values.length) fail(where, `column "${column}" has no reading in any row`);
    const inside = row > 0 && end < values.length;
    if (inside) interpolate(values, time, row - 1, end, isDirection(column));
    else values.fill(values[row === 0 ? end : row - 1], row, end);
    runs.push({ row, from: time[row], rows: end - row, filled: inside ? 'interpolated' : 'nearest' });
    row = end;
  }
  return runs;
}

/** Fills the rows strictly between `left` and `right`, which have readings. */
function interpolate(
  values: Float32Array,
  time: Float64Array,
  left: number,
  right: number,
  circular: boolean,
): void {
  const byTime = isIncreasing(time, left, right);
  const start = values[left];
  let change = values[right] - start;
  if (circular) change -= 360 * Math.round(change / 360);
  for (let i = left + 1; i < right; i++) {
    const share = byTime ? (time[i] - time[left]) / (time[right] - time[left]) : (i - left) / (right - left);
    const value = start + share * change;
    values[i] = circular ? onCircle(value) : value;
  }
}

/** An angle in single precision in [0, 360). */
function onCircle(degrees: number): number {
  const angle = Math.fround(((degrees % 360) + 360) % 360);
  return angle === 360 ? 0 : angle;
}

function isIncreasing(time: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i <= to; i++) if (!(time[i] > time[i - 1])) return false;
  return true;
}
