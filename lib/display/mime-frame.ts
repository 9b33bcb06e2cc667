import { cutText } from './cut-text';
import { escapeHtml } from './html';
import { oneLine } from './plain-text';

/** The part of a danfojs `DataFrame` or `Series` that is shown; matched by shape, because danfojs is slow to load. */
export interface FrameLike {
  readonly shape: number[];
  readonly dtypes: string[];
  readonly columns: string[];
  readonly index: (string | number)[];
  readonly values: unknown[];
  iloc(spec: { rows: number[] }): FrameLike;
}

/** Rows shown from each end of a long frame, and columns from each side of a wide one. */
const EDGE_ROWS = 5;
const EDGE_COLUMNS = 10;
/** Characters shown of one entry. */
const MAX_CELL = 100;

export function isDataFrame(value: object): value is FrameLike {
  const f = value as Partial<FrameLike>;
  return (
    typeof f.iloc === 'function' &&
    Array.isArray(f.shape) &&
    Array.isArray(f.dtypes) &&
    Array.isArray(f.columns)
  );
}

/** An HTML table of head and tail with types and shape, and the same as text. */
export function frameBundle(frame: FrameLike): Record<string, unknown> {
  const table = excerpt(frame);
  return { 'text/html': htmlTable(table), 'text/plain': textTable(table) };
}

interface Excerpt {
  columns: string[];
  dtypes: string[];
  rows: { label: string; cells: string[]; numeric: boolean[] }[];
  shape: string;
}

function excerpt(frame: FrameLike): Excerpt {
  const [length, width = 1] = frame.shape as [number, number?];
  const rowsAt = edges(length, EDGE_ROWS);
  const columnsAt = edges(width, EDGE_COLUMNS);
  const labels = frame.index;
  const values = frame.values;
  const pick = <T>(list: readonly T[], gap: T) => columnsAt.map((j) => (j < 0 ? gap : list[j]!));
  const rows = rowsAt.map((i) => {
    if (i < 0) return { label: '…', cells: columnsAt.map(() => '…'), numeric: columnsAt.map(() => true) };
    const row = values[i];
    const cells = pick<unknown>(Array.isArray(row) ? row : [row], '…');
    return {
      label: String(labels[i]),
      cells: cells.map(formatCell),
      numeric: cells.map((c) => typeof c === 'number'),
    };
  });
  return {
    columns: pick(frame.columns.map(String), '…'),
    dtypes: pick(frame.dtypes, ''),
    rows,
    shape: `${length} rows × ${width} ${width === 1 ? 'column' : 'columns'}`,
  };
}

/** Indices 0 … n-1, with -1 in place of the middle of a long range. */
function edges(n: number, edge: number): number[] {
  const all = Array.from({ length: n <= 2 * edge ? n : edge }, (_, i) => i);
  if (n <= 2 * edge) return all;
  return [...all, -1, ...Array.from({ length: edge }, (_, i) => n - edge + i)];
}

function formatCell(value: unknown): string {
  if (typeof value !== 'number' || Number.isInteger(value)) {
    const text = String(value);
    return text.length > MAX_CELL ? `${cutText(text, MAX_CELL - 1)}…` : text;
  }
  const size = Math.abs(value);
  return Number.isFinite(value) && (size >= 1e6 || size < 1e-4)
    ? value.toExponential(4)
    : String(Number(value.toFixed(4)));
}

function htmlTable({ columns, dtypes, rows, shape }: Excerpt): string {
  const cell = (tag: string, text: string, numeric: boolean) =>
    `<${tag}${numeric ? '' : ' style="text-align: left"'}>${escapeHtml(text)}</${tag}>`;
  const head = columns.map((c, j) => `<th>${escapeHtml(c)}<br><small>${escapeHtml(dtypes[j]!)}</small></th>`);
  const body = rows.map(
    (r) =>
      `<tr><th>${escapeHtml(r.label)}</th>${r.cells.map((c, j) => cell('td', c, r.numeric[j]!)).join('')}</tr>`,
  );
  return [
    '<div class="recurrent-frame" dir="ltr"><table class="dataframe">',
    `<thead><tr><th></th>${head.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table>`,
    `<p>${shape}</p></div>`,
  ].join('\n');
}

function textTable({ columns, dtypes, rows, shape }: Excerpt): string {
  const lines = [['', ...columns], ['', ...dtypes], ...rows.map((r) => [r.label, ...r.cells])].map((line) =>
    line.map(oneLine),
  );
  const widths = lines[0]!.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)));
  const text = lines.map((line) =>
    line
      .map((c, j) => c.padStart(widths[j]!))
      .join('  ')
      .trimEnd(),
  );
  return [...text, `[${shape}]`].join('\n');
}
