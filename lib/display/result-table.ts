import { fail, refuseUnknown } from '../errors';
import type { MimeBundle } from './display';
import { escapeHtml } from './html';
import { escapeMarkdown, markdownParagraph } from './markdown';
import { oneLine } from './plain-text';

/** A row: column names to what stands there. */
export type ResultRow = Readonly<Record<string, string | number | null | undefined>>;

export interface ResultTableOptions {
  /** The columns and their order; default: as the rows name them. */
  columns?: readonly string[];
  /** Digits after the point of a number that is not whole; default 4. */
  digits?: number;
  /** A line above the table. */
  caption?: string;
}

/** What a row has in a column; what every object has inherited, such as `constructor`, is none of it. */
const cellOf = (row: ResultRow, column: string) =>
  Object.hasOwn(row, column) || !(column in Object.prototype) ? row[column] : undefined;

/** Rows of results that a notebook shows as a table, a terminal as text and a page as Markdown. */
export class ResultTable {
  readonly columns: readonly string[];
  private readonly cells: string[][];
  private readonly numeric: boolean[];

  constructor(
    readonly rows: readonly ResultRow[],
    private readonly options: ResultTableOptions = {},
  ) {
    refuseUnknown('resultTable', options, ['columns', 'digits', 'caption']);
    this.columns = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (this.columns.length === 0) fail('resultTable', 'expected at least one column, got none');
    const digits = options.digits ?? 4;
    this.cells = rows.map((row) =>
      this.columns.map((column) => ResultTable.format(cellOf(row, column), digits)),
    );
    this.numeric = this.columns.map(
      (column) =>
        rows.some((row) => typeof cellOf(row, column) === 'number') &&
        rows.every((row) => cellOf(row, column) == null || typeof cellOf(row, column) === 'number'),
    );
  }

  private static format(value: ResultRow[string], digits: number): string {
    if (value == null) return '';
    if (typeof value === 'string') return value;
    if (Number.isInteger(value)) return value.toLocaleString('en-US');
    return Number.isFinite(value) ? value.toFixed(digits) : String(value);
  }

  toMarkdown(): string {
    const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
    const rule = `|${this.numeric.map((right) => (right ? '---:' : '---')).join('|')}|`;
    const table = [line(this.columns), rule, ...this.cells.map(line)].join('\n');
    return this.options.caption ? `${markdownParagraph(this.options.caption)}\n\n${table}` : table;
  }

  toHtml(): string {
    const row = (tag: string, cells: readonly string[]) => {
      const cell = (text: string, i: number) =>
        // A Persian text that begins with a number is still written from right to left.
        this.numeric[i]
          ? `<${tag} style="text-align:right">${escapeHtml(text)}</${tag}>`
          : `<${tag} style="text-align:left"><bdi>${escapeHtml(text)}</bdi></${tag}>`;
      return `<tr>${cells.map(cell).join('')}</tr>`;
    };
    const { caption } = this.options;
    return [
      '<table>',
      caption ? `<caption>${escapeHtml(caption)}</caption>` : '',
      `<thead>${row('th', this.columns)}</thead>`,
      `<tbody>${this.cells.map((cells) => row('td', cells)).join('')}</tbody>`,
      '</table>',
    ].join('');
  }

  toString(): string {
    const [head, ...body] = [this.columns, ...this.cells].map((cells) => cells.map(oneLine));
    const widths = head.map((column, i) => Math.max(column.length, ...body.map((cells) => cells[i].length)));
    const line = (cells: readonly string[]) =>
      cells
        .map((text, i) => (this.numeric[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
        .join('  ')
        .trimEnd();
    const { caption } = this.options;
    const rule = widths.map((width) => '-'.repeat(width)).join('  ');
    return [...(caption ? [oneLine(caption)] : []), line(head), rule, ...body.map(line)].join('\n');
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    return { 'text/html': this.toHtml(), 'text/markdown': this.toMarkdown(), 'text/plain': this.toString() };
  }
}

/**
 * A table of results. Whole numbers get thousands separators, others `digits` after the point; columns of
 * numbers stand to the right; what is null or missing stays empty.
 *
 * @example resultTable([{ network: 'GRU(64)', parameters: 14081, testMse: 0.0065 }])
 * @throws RecurrentError where there is no column
 */
export function resultTable(rows: readonly ResultRow[], options?: ResultTableOptions): ResultTable {
  return new ResultTable(rows, options);
}
