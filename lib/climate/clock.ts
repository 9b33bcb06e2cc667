/** A place where the clock does not go on by one interval from a row to the next. */
export interface ClockFinding {
  /**
   * `jump`: more than an interval is passed over; `repeat`: the next row has the same time or an earlier one;
   * `early`: the next row comes after less than an interval.
   */
  readonly kind: 'jump' | 'repeat' | 'early';
  /** The index of the row after the irregular step. */
  readonly row: number;
  /** The time before the step, ms UTC. */
  readonly from: number;
  /** The time after it, ms UTC. */
  readonly to: number;
}

/** The most frequent step between rows that goes forward, in milliseconds; 0 where there is none. */
export function typicalInterval(time: Float64Array): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < time.length; i++) {
    const step = time[i] - time[i - 1];
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let best = 0;
  for (const [step, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && step < best)) best = step;
  }
  return best;
}

/** Every step between rows that is not `interval`. */
export function clockFindings(time: Float64Array, interval: number): ClockFinding[] {
  const findings: ClockFinding[] = [];
  for (let row = 1; row < time.length; row++) {
    const [from, to] = [time[row - 1], time[row]];
    const step = to - from;
    if (step === interval) continue;
    findings.push({ kind: step <= 0 ? 'repeat' : step > interval ? 'jump' : 'early', row, from, to });
  }
  return findings;
}
