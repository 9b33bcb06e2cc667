/** Where a training run stands, and how long the rest will take. */
export class ProgressClock {
  private readonly epochSeconds: number[] = [];
  private startedEpoch = 0;
  private stepsKnown: number | null = null;
  epoch = 0;
  batch = 0;

  /**
   * @param epochs how many epochs in all
   * @param steps batches of an epoch, null where only the first epoch will tell
   * @param now seconds; another clock for tests
   */
  constructor(
    readonly epochs: number,
    steps: number | null,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.stepsKnown = steps && Number.isFinite(steps) ? steps : null;
  }

  /** Batches of an epoch, where known. */
  get steps(): number | null {
    return this.stepsKnown;
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.batch = 0;
    this.startedEpoch = this.now();
  }

  endBatch(batch: number): void {
    this.batch = batch + 1;
  }

  endEpoch(): void {
    this.epochSeconds.push(this.now() - this.startedEpoch);
    this.stepsKnown ??= this.batch;
  }

  /** Seconds an epoch takes: the mean of those done, or an extrapolation from the first one's batches. */
  secondsPerEpoch(): number | null {
    const done = this.epochSeconds;
    if (done.length > 0) return done.reduce((sum, s) => sum + s, 0) / done.length;
    if (!this.stepsKnown || this.batch === 0) return null;
    return ((this.now() - this.startedEpoch) / this.batch) * this.stepsKnown;
  }

  /** Seconds to the end of the last epoch. */
  secondsLeft(): number | null {
    const perEpoch = this.secondsPerEpoch();
    if (perEpoch === null || !this.stepsKnown) return null;
    return Math.max(0, perEpoch * (this.epochs - this.epoch - this.batch / this.stepsKnown));
  }

  /** The share that is done, 0 … 1. */
  share(): number {
    const inEpoch = this.stepsKnown ? Math.min(1, this.batch / this.stepsKnown) : 0;
    return Math.min(1, (this.epoch + inEpoch) / this.epochs);
  }
}

/** Seconds as a person reads them: `0.52 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, seconds).toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
