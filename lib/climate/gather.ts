import type { Series } from './series';

/**
 * The features of a series laid out so that every window is one block of memory: rows that are a step apart lie
 * beside each other, all features of a row together. A batch is then a block copied for each window, which is
 * several times faster than picking single numbers from the columns.
 */
export class FeatureBlocks {
  private readonly values: Float32Array;
  /** Where the rows r with r mod step = phase begin, in rows. */
  private readonly phaseStart: readonly number[];
  private readonly windowLength: number;

  constructor(
    series: Series,
    private readonly features: readonly string[],
    private readonly steps: number,
    private readonly stepRows: number,
  ) {
    const phases = Array.from({ length: stepRows }, (_, phase) => phase);
    let start = 0;
    this.phaseStart = phases.map((phase) => {
      const here = start;
      start += Math.max(0, Math.ceil((series.length - phase) / stepRows));
      return here;
    });
    this.values = new Float32Array(series.length * features.length);
    this.windowLength = steps * features.length;
    features.forEach((name, feature) => {
      const column = series.column(name);
      for (const phase of phases) {
        let to = this.phaseStart[phase] * features.length + feature;
        for (let row = phase; row < column.length; row += stepRows, to += features.length)
          this.values[to] = column[row];
      }
    });
  }

  /** Copies the window that ends with row `last`, (steps, features) in time order, to `out` from `offset` on. */
  copyWindow(last: number, out: Float32Array, offset: number): void {
    const phase = last % this.stepRows;
    const lastInPhase = (last - phase) / this.stepRows;
    const from = (this.phaseStart[phase] + lastInPhase - this.steps + 1) * this.features.length;
    out.set(this.values.subarray(from, from + this.windowLength), offset);
  }
}
