import { fail } from '../errors';
import { byLineNumber, dashes, LINE_NUMBER, roomFor, strokeSymbols } from './line-styles';
import { arePlainNames, MEAN_SQUARED_ERROR, type Title } from './names';
import { roundOf, shades } from './shades';
import { chart, PALETTE, type VegaLiteSpec } from './spec';

/** The error of one forecast at one horizon. */
export interface HorizonError {
  /** The line it is on, e.g. `GRU(64)`. */
  readonly name: string;
  readonly horizonHours: number;
  readonly mse: number;
  /** Standard deviation over seeds, drawn as a bar above and below; default none. */
  readonly spread?: number;
  /** What sort of thing it is, which is how the line is dashed: `ours`, `lecture`, `baseline`. */
  readonly kind: string;
}

const WIDTH = 420;
/** What the dots of further names look like, whose colours are shades of the first ones. */
const SHAPES = ['circle', 'square', 'triangle-up'];

/**
 * Mean squared error against the horizon, a line a name, both axes logarithmic: errors at 1 h and at 12 h differ
 * twentyfold.
 *
 * @param errors in any order; a name's errors are joined in the order of their horizons
 * @throws RecurrentError for no errors, one that a logarithmic axis can't show, or more than 21 names
 */
export function errorByHorizon(errors: readonly HorizonError[], options: { title: Title }): VegaLiteSpec {
  if (errors.length === 0) fail('errorByHorizon', 'expected at least one error, got none');
  for (const { name, horizonHours, mse } of errors) {
    if (!(mse > 0 && horizonHours > 0 && Number.isFinite(mse) && Number.isFinite(horizonHours))) {
      fail('errorByHorizon', `${name}: expected an error and hours above 0, got ${mse} at ${horizonHours} h`);
    }
  }
  const names = [...new Set(errors.map((error) => error.name))];
  const kinds = [...new Set(errors.map((error) => error.kind))];
  const hours = [...new Set(errors.map((error) => error.horizonHours))].sort((a, b) => a - b);
  const lines = linesOf(errors);
  const values = errors.map((error, i) => ({
    ...error,
    least: Math.max(error.mse / 2, error.mse - (error.spread ?? 0)),
    most: error.mse + (error.spread ?? 0),
    ...lines.numbers[i],
  }));
  const x = {
    field: 'horizonHours',
    type: 'quantitative',
    title: {
      fa: 'افق پیش‌بینی: چند ساعت پس از آخرین سطر دیده‌شده',
      en: 'horizon: hours after the last row seen',
    },
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { values: hours, format: '~g', grid: false },
  };
  const scale = { type: 'log', nice: false, padding: 12 };
  const y = { field: 'mse', type: 'quantitative', title: MEAN_SQUARED_ERROR, scale };
  const range = shades('errorByHorizon', 'names', names).slice(0, names.length);
  const color = {
    field: 'name',
    type: 'nominal',
    title: null,
    scale: { domain: names, range },
    legend: {
      orient: 'right',
      symbolType: 'stroke',
      symbolStrokeWidth: 3,
      ...roomFor(names, 'right', WIDTH),
    },
  };
  return chart(
    {
      title: options.title,
      data: { values },
      layer: [
        {
          mark: { type: 'line' },
          encoding: {
            x,
            y,
            color,
            strokeDash: {
              field: 'kind',
              type: 'nominal',
              title: null,
              scale: { domain: kinds, range: dashes(kinds.length) },
              legend: kinds.length > 1 ? kindLegend(kinds) : null,
            },
            ...lines.detail,
          },
        },
        {
          mark: { type: 'point', filled: true, size: 40 },
          encoding: { x, y, color: { ...color, legend: null }, ...shapesOf(names) },
        },
        {
          transform: [{ filter: 'datum.spread > 0' }],
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x, y: { ...y, field: 'least' }, y2: { field: 'most' }, color },
        },
      ],
    },
    WIDTH,
    300,
  );
}

/** Kinds whose dashes a legend shows as it is. */
const FEW_KINDS = 4;

function kindLegend(kinds: readonly string[]): object {
  const few = { symbolType: 'stroke', symbolSize: 400 };
  const symbols = kinds.length > FEW_KINDS ? strokeSymbols(dashes(kinds.length)).legend : few;
  return { orient: 'right', ...symbols, ...roomFor(kinds, 'right', WIDTH) };
}

/** Dots of another shape for the names whose colours are shades of the first ones. */
function shapesOf(names: readonly string[]): object {
  if (names.length <= PALETTE.length) return {};
  const scale = { domain: names, range: names.map((_, i) => SHAPES[roundOf(i)]) };
  return { shape: { field: 'name', type: 'nominal', title: null, scale, legend: { orient: 'right' } } };
}

/** What tells the lines apart besides name and kind, where those are not enough for Vega. */
function linesOf(errors: readonly HorizonError[]): { numbers: object[]; detail: object } {
  const pairs = errors.map(({ name, kind }) => JSON.stringify([name, kind]));
  const lines = [...new Set(pairs)];
  const plain = arePlainNames(errors.flatMap(({ name, kind }) => [name, kind]));
  if (plain) return { numbers: [], detail: {} };
  return { numbers: pairs.map((pair) => ({ [LINE_NUMBER]: lines.indexOf(pair) })), detail: byLineNumber };
}
