import { fail, refuseUnknown } from '../errors';
import { chart, PALETTE, type VegaLiteSpec } from './spec';

export interface LineChartOptions {
  title: string;
  /** The field along each axis, and the axis' title; the title defaults to the field. */
  x: string;
  y: string;
  xTitle?: string;
  yTitle?: string;
  /** The field that tells the lines apart; default: one line. */
  by?: string;
  /** Which axes are logarithmic; there, every value must be above 0. Default: none. */
  log?: readonly ('x' | 'y')[];
  width?: number;
  height?: number;
}

const OPTIONS = ['title', 'x', 'y', 'xTitle', 'yTitle', 'by', 'log', 'width', 'height'];

/**
 * Lines through rows of numbers, in the order in which their names first occur.
 *
 * @param rows each with a number in the fields `x` and `y`
 * @throws RecurrentError for no rows, a field that is no number, and what a logarithm can't take
 * @example lineChart(rows, { title: 'Cost', x: 'units', y: 'seconds', by: 'layer', log: ['x'] })
 */
export function lineChart(
  rows: readonly Readonly<Record<string, string | number>>[],
  options: LineChartOptions,
): VegaLiteSpec {
  refuseUnknown('lineChart', options, OPTIONS);
  const { title, x, y, xTitle, yTitle, by, log = [], width = 480, height = 220 } = options;
  if (rows.length === 0) fail('lineChart', 'expected at least one row, got none');
  for (const [axis, field] of [
    ['x', x],
    ['y', y],
  ] as const) {
    const least = log.includes(axis) ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY;
    const wrong = rows.find((row) => !(typeof row[field] === 'number' && Number(row[field]) >= least));
    if (wrong) {
      const wanted = log.includes(axis) ? 'numbers above 0' : 'numbers';
      fail('lineChart', `expected ${wanted} in "${field}", got ${String(wrong[field])}`);
    }
  }
  const axis = (field: string, name: string | undefined, logarithmic: boolean) => ({
    field,
    type: 'quantitative',
    title: name ?? field,
    scale: logarithmic ? { type: 'log' } : { zero: false },
    axis: logarithmic ? { format: '~g', grid: true } : {},
  });
  const names = by ? [...new Set(rows.map((row) => String(row[by])))] : [];
  const colour = { field: by, type: 'nominal', title: null, scale: { domain: names, range: PALETTE } };
  return chart(
    {
      title,
      data: { values: rows },
      mark: { type: 'line', point: rows.length <= 200 },
      encoding: {
        x: axis(x, xTitle, log.includes('x')),
        y: axis(y, yTitle, log.includes('y')),
        ...(by ? { color: colour } : {}),
      },
    },
    width,
    height,
  );
}
