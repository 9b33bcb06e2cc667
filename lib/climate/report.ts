import { escapeHtml } from '../display/html';
import { oneLine } from '../display/plain-text';
import type { ClockFinding } from './clock';
import { formatDuration } from './duration';
import { formatCount, formatTime } from './format';

/** Readings that were missing in consecutive rows of one column, and were filled. */
export interface MissingRun {
  readonly column: string;
  /** The line of the file in which the first one is missing; the header is line 1. */
  readonly line: number;
  /** The time of that row, ms UTC. */
  readonly from: number;
  /** How many rows. */
  readonly rows: number;
  /** How they were filled: between two readings, or like the nearest one at the file's ends. */
  readonly filled: 'interpolated' | 'nearest';
}

/** An irregular step of the clock, with its line in the file. */
export interface ClockReport extends ClockFinding {
  /** The line of the row after the step; the header is line 1. */
  readonly line: number;
}

const MOST_SHOWN = 10;

/** What the reader found in a file: what was missing and how it was filled, and where the clock is irregular. */
export class ReadingReport {
  constructor(
    readonly source: string,
    readonly rows: number,
    /** The usual step between rows, ms. */
    readonly interval: number,
    readonly missing: readonly MissingRun[],
    readonly clock: readonly ClockReport[],
  ) {}

  /** How many readings of each column were missing; columns without a missing one are left out. */
  get missingCounts(): Record<string, number> {
    return Object.fromEntries(this.#countMissing());
  }

  #countMissing(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { column, rows } of this.missing) counts.set(column, (counts.get(column) ?? 0) + rows);
    return counts;
  }

  /** The findings, a line each: the counts, then the first ten of a kind. */
  lines(): string[] {
    const lines = [`${this.source}: ${formatCount(this.rows)} rows, every ${formatDuration(this.interval)}`];
    const counts = [...this.#countMissing()];
    lines.push(
      counts.length === 0
        ? 'no reading is missing'
        : `missing readings, filled in: ${counts.map(([name, n]) => `${name} ${formatCount(n)}`).join(', ')}`,
    );
    lines.push(...shorten(this.missing.map(describeRun)));
    const irregular = formatCount(this.clock.length);
    lines.push(
      this.clock.length === 0 ? 'the clock is regular' : `irregular steps of the clock: ${irregular}`,
    );
    lines.push(...shorten(this.clock.map(describeStep)));
    return lines.map(oneLine);
  }

  toString(): string {
    return this.lines().join('\n');
  }

  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    const html = this.lines().map((line) => `<div>${escapeHtml(line).replace(/^ {2}/, '&emsp;')}</div>`);
    return { 'text/plain': this.toString(), 'text/html': `<div dir="ltr">${html.join('')}</div>` };
  }
}

function shorten(lines: string[]): string[] {
  if (lines.length <= MOST_SHOWN) return lines;
  return [...lines.slice(0, MOST_SHOWN), `  … and ${formatCount(lines.length - MOST_SHOWN)} more`];
}

function describeRun(run: MissingRun): string {
  const rows = run.rows === 1 ? '1 row' : `${formatCount(run.rows)} rows`;
  const how = run.filled === 'interpolated' ? 'interpolated in time' : 'set to the nearest reading';
  return `  line ${run.line}, ${formatTime(run.from)}: ${run.column} missing in ${rows}, ${how}`;
}

function describeStep(step: ClockReport): string {
  const size = formatDuration(Math.abs(step.to - step.from));
  const what = {
    jump: `jumps ahead by ${size}`,
    repeat: step.to === step.from ? 'repeats a time' : `goes back by ${size}`,
    early: `goes on by only ${size}`,
  }[step.kind];
  return `  line ${step.line}: the clock ${what}, from ${formatTime(step.from)} to ${formatTime(step.to)}`;
}
