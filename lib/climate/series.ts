import { escapeHtml } from '../display/html';
import { fail } from '../errors';
import { type ClockFinding, clockFindings, typicalInterval } from './clock';
import { formatDuration } from './duration';
import { formatTime, tidyNumber } from './format';
import type { ReadingReport } from './report';

/**
 * Measurements over time: a time and, for every name, a number in every row. The numbers lie in typed columns, and
 * parts of a series share them: nothing is copied by `slice` and `select`.
 */
export class Series {
  /** The spacing of most rows, in milliseconds; 0 for a single row. */
  readonly interval: number;

  /**
   * @param time milliseconds since 1970-01-01 UTC of each row
   * @param columns the measurements by name, each as long as `time`
   * @param source where the numbers come from, for printing
   * @param report what the reader found in the file, where a file was read
   * @throws RecurrentError for no rows, no columns, or columns of other lengths
   */
  constructor(
    readonly time: Float64Array,
    readonly columns: Readonly<Record<string, Float32Array>>,
    readonly source = '',
    readonly report?: ReadingReport,
  ) {
    if (time.length === 0) fail('Series', 'expected at least one row, got none');
    if (Object.keys(columns).length === 0) fail('Series', 'expected at least one column, got none');
    for (const [name, values] of Object.entries(columns)) {
      if (values.length !== time.length) {
        fail('Series', `column "${name}" has ${values.length} values for ${time.length} times`);
      }
    }
    this.interval = typicalInterval(time);
  }

  /** The number of rows. */
  get length(): number {
    return this.time.length;
  }

  /** The names of the columns, in order. */
  get names(): string[] {
    return Object.keys(this.columns);
  }

  /**
   * The numbers of one column, not copied.
   *
   * @throws RecurrentError for a column that is not there; it lists those that are
   */
  column(name: string): Float32Array {
    const values = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    return values ?? fail('Series', `no column "${name}"; there are ${this.names.join(', ')}`);
  }

  /** The rows `from` … `to` − 1 as a series on the same memory; like `Array.slice`, without negative numbers. */
  slice(from: number, to = this.length): Series {
    const columns = mapColumns(this.columns, (values) => values.subarray(from, to));
    return new Series(this.time.subarray(from, to), columns, this.source, this.report);
  }

  /** The named columns as a series on the same memory. */
  select(names: readonly string[]): Series {
    const columns = Object.fromEntries(names.map((name) => [name, this.column(name)]));
    return new Series(this.time, columns, this.source, this.report);
  }

  /** Where the clock does not go on by one interval: from one row to the next it jumps, repeats or comes early. */
  clockFindings(): ClockFinding[] {
    return clockFindings(this.time, this.interval);
  }

  /** One line for printing: rows, span, interval, columns. */
  toString(): string {
    const span = `${formatTime(this.time[0])} … ${formatTime(this.time[this.length - 1])} UTC`;
    const every = this.interval ? `every ${formatDuration(this.interval)}` : 'one row';
    return `${this.length} rows, ${every}, ${span}; ${this.names.join(', ')}`;
  }

  /** What a notebook shows for a series: its first and last rows as a table. */
  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    const rows = this.length > 8 ? [0, 1, 2, -1, this.length - 3, this.length - 2, this.length - 1] : null;
    const shown = rows ?? Array.from({ length: this.length }, (_, i) => i);
    const header = ['UTC', ...this.names].map((name) => `<th>${escapeHtml(name)}</th>`).join('');
    const body = shown.map((row) => `<tr>${this.htmlCells(row)}</tr>`).join('');
    const caption = escapeHtml(`${this.length} rows${this.source ? ` from ${this.source}` : ''}`);
    const table = `<thead><tr>${header}</tr></thead><tbody>${body}</tbody>`;
    return {
      'text/plain': this.toString(),
      'text/html': `<table dir="ltr"><caption>${caption}</caption>${table}</table>`,
    };
  }

  private htmlCells(row: number): string {
    if (row < 0) return `<td colspan="${this.names.length + 1}">…</td>`;
    const cells = [
      formatTime(this.time[row]),
      ...this.names.map((name) => String(tidyNumber(this.columns[name][row]))),
    ];
    return cells.map((cell) => `<td>${cell}</td>`).join('');
  }
}

/** The same columns with other values. */
export function mapColumns(
  columns: Readonly<Record<string, Float32Array>>,
  change: (values: Float32Array, name: string) => Float32Array,
): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, change(values, name)]));
}
