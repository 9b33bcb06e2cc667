/** Times of runs, in the row's unit. */
export interface Measured {
  median: number;
  min: number;
  runs: number[];
}

export interface BenchRow {
  name: string;
  unit: string;
  ours: Measured;
  peers: Record<string, Measured & { version: string; threads?: number }>;
}

export interface BenchResult {
  machine: Record<string, string | number>;
  rows: BenchRow[];
}

const round = (x: number) => Number(x.toPrecision(5));

export function measured(times: readonly number[]): Measured {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median: round(median), min: round(sorted[0]), runs: times.map(round) };
}
