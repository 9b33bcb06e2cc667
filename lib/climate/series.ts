import { escapeHtml } from '../display/html';
import { oneLine } from '../display/plain-text';
import { fail } from '../errors';
import { type ClockFinding, clockFindings, typicalInterval } from './clock';
import { formatDuration } from './duration';
import { formatTime, tidyNumber } from './format';
import { type ByName, namedPairs, type Pairs } from './named';
import type { ReadingReport } from './report';

/**
 * Measurements over time: a time and, for every name, a number in every row. The numbers lie in typed columns, and
 * parts of a series share them: nothing is copied by `slice` and `select`.
 */
export class Series {
  /** The spacing of most rows, in milliseconds; 0 for a single row. */
  readonly interval: number;
  /** The measurements by name. The order of a record's names is JavaScript's; that of the columns is `names`'s. */
  readonly columns: Readonly<Record<string, Float32Array>>;
  readonly #names: readonly string[];

  /**
   * @param time milliseconds since 1970-01-01 UTC of each row
   * @param columns the measurements by name, in order, each as long as `time`; pairs, a Map or a record
   * @param source where the numbers come from, for printing
   * @param report what the reader found in the file, where a file was read
   * @throws RecurrentError for no rows, no columns, columns of other lengths, or a name that comes twice
   */
  constructor(time: Float64Array, columns: Pairs<Float32Array>, source?: string, report?: ReadingReport);
  constructor(time: Float64Array, columns: ByName<Float32Array>, source?: string, report?: ReadingReport);
  constructor(
    readonly time: Float64Array,
    columns: ByName<Float32Array>,
    readonly source = '',
    readonly report?: ReadingReport,
  ) {
    if (time.length === 0) fail('Series', 'expected at least one row, got none');
    const pairs = namedPairs('Series', columns);
    if (pairs.length === 0) fail('Series', 'expected at least one column, got none');
    for (const [name, values] of pairs) {
      if (values.length !== time.length) {
        fail('Series', `column "${name}" has ${values.length} values for ${time.length} times`);
      }
    }
    this.#names = pairs.map(([name]) => name);
    this.columns = Object.fromEntries(pairs);
    this.interval = typicalInterval(time);
  }

  /** The number of rows. */
  get length(): number {
    return this.time.length;
  }

  /** The names of the columns, in order. */
  get names(): string[] {
    return [...this.#names];
  }

  /**
   * The numbers of one column, not copied.
   *
   * @throws RecurrentError for a column that is not there; it lists those that are
   */
  column(name: string): Float32Array {
    return columnOf('Series', this, name);
  }

  /** The rows `from` … `to` − 1 as a series on the same memory; like `Array.slice`, without negative numbers. */
  slice(from: number, to = this.length): Series {
    const columns = mapColumns(this, (values) => values.subarray(from, to));
    return new Series(this.time.subarray(from, to), columns, this.source, this.report);
  }

  /** The named columns as a series on the same memory. */
  select(names: readonly string[]): Series {
    return selectColumns('Series', this, names);
  }

  /** Where the clock does not go on by one interval: from one row to the next it jumps, repeats or comes early. */
  clockFindings(): ClockFinding[] {
    return clockFindings(this.time, this.interval);
  }

  /** One line for printing: rows, span, interval, columns. */
  toString(): string {
    const span = `${formatTime(this.time[0])} … ${formatTime(this.time[this.length - 1])} UTC`;
    const every = this.interval ? `every ${formatDuration(this.interval)}` : 'one row';
    return `${this.length} rows, ${every}, ${span}; ${this.names.map(oneLine).join(', ')}`;
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

/** A column of a series; the error for one that is not there is in the name of `where`. */
export function columnOf(where: string, series: Series, name: string): Float32Array {
  const values = Object.hasOwn(series.columns, name) ? series.columns[name] : undefined;
  return values ?? fail(where, `no column "${name}"; there are ${series.names.join(', ')}`);
}

/** What `Series.select` does, with errors in the name of `where`. */
export function selectColumns(where: string, series: Series, names: readonly string[]): Series {
  const pairs = names.map((name) => [name, columnOf(where, series, name)] as const);
  return new Series(series.time, namedPairs(where, pairs), series.source, series.report);
}

/** The same columns with other values. */
export function mapColumns(
  series: Series,
  change: (values: Float32Array, name: string) => Float32Array,
): [name: string, values: Float32Array][] {
  return series.names.map((name) => [name, change(series.columns[name], name)]);
}
