import type { WindowDataset } from './windows';

/**
 * The sums that least squares over windows needs, without making the windows. An input is feature f in step a of the
 * window; D = steps · features inputs, step-major like the windows themselves.
 */
export interface WindowSums {
  readonly inputs: number;
  readonly windows: number;
  /** Σ x_i x_j, D × D, row-major. */
  readonly products: Float64Array;
  /** Σ x_i. */
  readonly sums: Float64Array;
  /** Σ x_i y. */
  readonly targetProducts: Float64Array;
  /** Σ y. */
  readonly targetSum: number;
}

/** Consecutive last rows `first … last` of windows. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/**
 * Sums products over all windows of a data set in double precision.
 *
 * Windows of consecutive rows overlap, so with x_f the column of feature f and r over the last rows of a run,
 *
 *   Σ_r x_f[r − aS] x_g[r − bS]
 *
 * depends on a and b almost only through b − a: from (a, b) to (a + 1, b + 1) the sum loses the S products at the
 * run's end and gains S before its beginning. So the first block row is summed in full, D · features · windows
 * products instead of D² · windows, and the rest follows from it.
 */
export function windowSums(data: WindowDataset): WindowSums {
  const { steps, stepRows, series } = data;
  const columns = data.features.map((name) => Float64Array.from(series.column(name)));
  const target = Float64Array.from(series.column(data.target));
  const width = columns.length;
  const inputs = steps * width;
  const products = new Float64Array(inputs * inputs);
  const sums = new Float64Array(inputs);
  const targetProducts = new Float64Array(inputs);
  let targetSum = 0;
  for (const run of runs(data.lastRows)) {
    const count = run.last - run.first + 1;
    targetSum += sum(target, run.first + data.horizonRows, count);
    for (let input = 0; input < inputs; input++) {
      const column = columns[input % width];
      const from = run.first - (steps - 1 - Math.floor(input / width)) * stepRows;
      sums[input] += sum(column, from, count);
      targetProducts[input] += dot(column, from, target, run.first + data.horizonRows, count);
    }
    addProducts(products, columns, run, steps, stepRows);
  }
  return { inputs, windows: data.length, products, sums, targetProducts, targetSum };
}

/** Rows that are summed at a time, so that all columns of them stay in the processor's cache. */
const CHUNK_ROWS = 1024;

/**
 * The products of features f and g over a run's last rows, g a difference of 0, 1, … steps earlier:
 * [f][g][difference], flat.
 */
function firstProducts(columns: Float64Array[], run: Run, steps: number, stepRows: number): Float64Array {
  const width = columns.length;
  const found = new Float64Array(width * width * steps);
  for (let from = run.first; from <= run.last; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, run.last + 1 - from);
    for (let f = 0; f < width; f++) {
      for (let g = 0; g < width; g++) {
        const at = (f * width + g) * steps;
        let difference = 0;
        for (; difference + 3 < steps; difference += 4) {
          const gFrom = from - difference * stepRows;
          addFourDots(found, at + difference, columns[f], from, columns[g], gFrom, stepRows, count);
        }
        for (; difference < steps; difference++) {
          found[at + difference] += dot(columns[f], from, columns[g], from - difference * stepRows, count);
        }
      }
    }
  }
  return found;
}

/** Adds the products of one run. A lag counts back from the window's last row: step = steps − 1 − lag. */
function addProducts(
  into: Float64Array,
  columns: Float64Array[],
  run: Run,
  steps: number,
  stepRows: number,
): void {
  const width = columns.length;
  const inputs = steps * width;
  const first = firstProducts(columns, run, steps, stepRows);
  for (let f = 0; f < width; f++) {
    for (let g = 0; g < width; g++) {
      for (let difference = g < f ? 1 : 0; difference < steps; difference++) {
        // Feature f at lag a = 0, 1, … with feature g at lag a + difference.
        let value = first[(f * width + g) * steps + difference];
        for (let a = 0; ; a++) {
          const i = (steps - 1 - a) * width + f;
          const j = (steps - 1 - a - difference) * width + g;
          into[i * inputs + j] += value;
          if (i !== j) into[j * inputs + i] += value;
          if (a + difference + 1 >= steps) break;
          const shift = (a + 1) * stepRows;
          const gained = run.first - shift;
          const lost = run.last + 1 - shift;
          value += dot(columns[f], gained, columns[g], gained - difference * stepRows, stepRows);
          value -= dot(columns[f], lost, columns[g], lost - difference * stepRows, stepRows);
        }
      }
    }
  }
}

/** Consecutive numbers, grouped. */
function runs(rows: Uint32Array): Run[] {
  const found: Run[] = [];
  let first = 0;
  for (let i = 1; i <= rows.length; i++) {
    if (i < rows.length && rows[i] === rows[i - 1] + 1) continue;
    found.push({ first: rows[first], last: rows[i - 1] });
    first = i;
  }
  return found;
}

function sum(values: Float64Array, from: number, count: number): number {
  let total = 0;
  for (let i = from; i < from + count; i++) total += values[i];
  return total;
}

/** Four sums side by side, which the processor adds at the same time. */
function dot(x: Float64Array, xFrom: number, y: Float64Array, yFrom: number, count: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    a += x[xFrom + i] * y[yFrom + i];
    b += x[xFrom + i + 1] * y[yFrom + i + 1];
    c += x[xFrom + i + 2] * y[yFrom + i + 2];
    d += x[xFrom + i + 3] * y[yFrom + i + 3];
  }
  for (; i < count; i++) a += x[xFrom + i] * y[yFrom + i];
  return a + b + (c + d);
}

/** Adds to into[at], …, into[at + 3] the dot products of x with y 0, 1, 2 and 3 steps back; reads x once for four. */
function addFourDots(
  into: Float64Array,
  at: number,
  x: Float64Array,
  xFrom: number,
  y: Float64Array,
  yFrom: number,
  step: number,
  count: number,
): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0, j = yFrom; i < count; i++, j++) {
    const value = x[xFrom + i];
    a += value * y[j];
    b += value * y[j - step];
    c += value * y[j - 2 * step];
    d += value * y[j - 3 * step];
  }
  into[at] += a;
  into[at + 1] += b;
  into[at + 2] += c;
  into[at + 3] += d;
}
