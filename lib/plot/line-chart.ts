import { fail, refuseUnknown } from '../errors';
import { lineNumber, lineStyles } from './line-styles';
import { arePlainNames, isPlainField, type Title } from './names';
import { chart, type VegaLiteSpec } from './spec';

export interface LineChartOptions {
  title: Title;
  /** The field along each axis, and the axis' title; the title defaults to the field. */
  x: string;
  y: string;
  xTitle?: Title;
  yTitle?: Title;
  /** The field, of texts or numbers, that tells the lines apart; default: one line. */
  by?: string;
  /** Which axes are logarithmic; there, every value must be above 0. Default: none. */
  log?: readonly ('x' | 'y')[];
  width?: number;
  height?: number;
}

const OPTIONS = ['title', 'x', 'y', 'xTitle', 'yTitle', 'by', 'log', 'width', 'height'];

type Row = Readonly<Record<string, string | number>>;

const ownValue = (row: Row, field: string) => (Object.hasOwn(row, field) ? row[field] : undefined);

/**
 * Lines through rows of numbers, in the order in which their names first occur.
 *
 * @param rows each with a finite number in the fields `x` and `y`; fields may have any name
 * @throws RecurrentError for no rows, a field that is no number, what a logarithm can't take, and a line without a name
 * @example lineChart(rows, { title: 'Cost', x: 'units', y: 'seconds', by: 'layer', log: ['x'] })
 */
export function lineChart(
  rows: readonly Readonly<Record<string, string | number>>[],
  options: LineChartOptions,
): VegaLiteSpec {
  refuseUnknown('lineChart', options, OPTIONS);
  const { title, x, y, xTitle, yTitle, by, log = [], width = 480, height = 220 } = options;
  if (rows.length === 0) fail('lineChart', 'expected at least one row, got none');
  requireNumbers(rows, x, log.includes('x'));
  requireNumbers(rows, y, log.includes('y'));
  const { values, fields, names } = drawable(rows, { x, y, by });
  const axis = (field: string, name: Title, logarithmic: boolean) => ({
    field,
    type: 'quantitative',
    title: name,
    scale: logarithmic ? { type: 'log' } : { zero: false },
    axis: logarithmic ? { format: '~g', grid: true } : {},
  });
  return chart(
    {
      title,
      data: { values },
      mark: { type: 'line', point: rows.length <= 200 },
      encoding: {
        x: axis(fields.x, xTitle ?? x, log.includes('x')),
        y: axis(fields.y, yTitle ?? y, log.includes('y')),
        ...(fields.by === undefined ? {} : lineStyles(fields.by, names, { width })),
      },
    },
    width,
    height,
  );
}

function requireNumbers(rows: readonly Row[], field: string, logarithmic: boolean): void {
  const least = logarithmic ? Number.MIN_VALUE : -Number.MAX_VALUE;
  const wrong = rows.find((row) => {
    const value = ownValue(row, field);
    return !(Number.isFinite(value) && Number(value) >= least);
  });
  if (!wrong) return;
  const wanted = logarithmic ? 'numbers above 0' : 'numbers';
  fail('lineChart', `expected ${wanted} in "${field}", got ${String(ownValue(wrong, field))}`);
}

interface Fields {
  readonly x: string;
  readonly y: string;
  readonly by?: string;
}

/** The rows and fields that Vega draws: the given ones where it can tell them by their names, else by ours. */
function drawable(rows: readonly Row[], given: Fields) {
  const { x, y, by } = given;
  const lines = by === undefined ? [] : rows.map((row) => lineOf(row, by));
  const names = [...new Set(lines.map(String))];
  const plainFields = [x, y, by ?? 'line'].every(isPlainField);
  const plainLines = lines.every((line) => typeof line === 'string') && arePlainNames(names);
  if (plainFields && plainLines) return { values: rows, fields: given, names };
  const places = new Map(names.map((name, i) => [name, lineNumber(names, i)]));
  const values = rows.map((row, i) => {
    const name = String(lines[i]);
    return { x: row[x], y: row[y], ...(by === undefined ? {} : { line: name, ...places.get(name) }) };
  });
  return { values, fields: { x: 'x', y: 'y', by: by === undefined ? undefined : 'line' }, names };
}

function lineOf(row: Row, by: string): string | number {
  const line = ownValue(row, by);
  if (typeof line === 'string' || typeof line === 'number') return line;
  return fail('lineChart', `expected texts or numbers in "${by}", got ${String(line)}`);
}
