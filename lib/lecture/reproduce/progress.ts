import type { SingleBar } from 'cli-progress';
import { duration } from '../../training/progress-clock';
import type { RunListener } from './train-run';

/** A run that the table needs. */
export interface PlannedRun {
  /** How it is shown, e.g. `gru-6h, seed 1`. */
  readonly name: string;
  /** Runs of one kind share a pace. */
  readonly kind: string;
  /** How much there is to do, in a unit that all kinds share. */
  readonly work: number;
}

/** How far the whole table is: runs of known sizes, and the pace measured on those that were worked on. */
export class Outlook {
  private readonly paces = new Map<string, { seconds: number; work: number }>();
  private readonly done: number[];

  constructor(private readonly runs: readonly PlannedRun[]) {
    this.done = runs.map(() => 0);
  }

  /** Says that a share of a run, 0 … 1, is done, and how many seconds the last piece took; 0 where it was there already. */
  advance(index: number, share: number, seconds: number): void {
    const { kind, work } = this.runs[index];
    const piece = (share - this.done[index]) * work;
    this.done[index] = share;
    if (seconds <= 0) return;
    const pace = this.paces.get(kind) ?? { seconds: 0, work: 0 };
    this.paces.set(kind, { seconds: pace.seconds + seconds, work: pace.work + piece });
  }

  /** The share of all work that is done. */
  share(): number {
    const sum = (values: number[]) => values.reduce((total, x) => total + x, 0);
    return sum(this.runs.map(({ work }, i) => work * this.done[i])) / sum(this.runs.map(({ work }) => work));
  }

  /** Seconds to the end of the table; null before anything was measured. A kind not yet met gets the others' pace. */
  secondsLeft(): number | null {
    const all = [...this.paces.values()].reduce(
      (sum, pace) => ({ seconds: sum.seconds + pace.seconds, work: sum.work + pace.work }),
      { seconds: 0, work: 0 },
    );
    if (all.work === 0) return null;
    return this.runs.reduce((left, { kind, work }, i) => {
      const pace = this.paces.get(kind) ?? all;
      return left + work * (1 - this.done[i]) * (pace.seconds / pace.work);
    }, 0);
  }
}

/** Shows how far the table is: a bar in a terminal, a line an epoch elsewhere. */
export class TableProgress {
  readonly outlook: Outlook;
  private bar: SingleBar | null = null;
  private index = 0;
  private measuredAt = performance.now();
  private drawnAt = 0;

  constructor(
    private readonly runs: readonly PlannedRun[],
    private readonly terminal = process.stderr.isTTY === true,
  ) {
    this.outlook = new Outlook(runs);
  }

  /** Begins with a run; `listener` hears of it. */
  listener(index: number): RunListener {
    this.index = index;
    this.measuredAt = performance.now();
    let first = true;
    const advance = (done: number) => {
      const now = performance.now();
      // The first news after a resumption counts epochs of an earlier process, and warming up besides.
      this.outlook.advance(index, done, first ? 0 : (now - this.measuredAt) / 1000);
      first = false;
      this.measuredAt = now;
    };
    return {
      onBatch: (done, text) => {
        advance(done);
        if (this.terminal && performance.now() - this.drawnAt > 200) this.draw(text);
      },
      onEpoch: (done, text, seconds) => {
        advance(done);
        this.draw(`${text} · ${duration(seconds)} an epoch`);
      },
    };
  }

  /** A line of its own, above the bar. */
  say(text: string): void {
    this.end();
    process.stderr.write(`${text}\n`);
  }

  end(): void {
    this.bar?.stop();
    this.bar = null;
  }

  private draw(text: string): void {
    this.drawnAt = performance.now();
    const left = this.outlook.secondsLeft();
    const whole = `run ${this.index + 1} of ${this.runs.length}`;
    const words = [this.runs[this.index].name, text, whole, left === null ? '' : `${duration(left)} left`];
    const line = words.filter(Boolean).join(' · ');
    if (!this.terminal) {
      process.stderr.write(`${line}\n`);
      return;
    }
    if (!this.bar) {
      const { SingleBar } = require('cli-progress') as typeof import('cli-progress');
      const format = '{bar} {percentage}% {line}';
      this.bar = new SingleBar({
        format,
        hideCursor: true,
        barsize: 20,
        autopadding: false,
        gracefulExit: false,
      });
      this.bar.start(1000, 0, { line });
    }
    this.bar.update(Math.floor(this.outlook.share() * 1000), { line });
  }
}
