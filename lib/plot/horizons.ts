import { fail } from '../errors';
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

const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/**
 * Mean squared error against the horizon, a line a name, both axes logarithmic: errors at 1 h and at 12 h differ
 * twentyfold.
 *
 * @param errors in any order; a name's errors are joined in the order of their horizons
 * @throws RecurrentError for no errors, or one that a logarithmic axis can't show
 */
export function errorByHorizon(errors: readonly HorizonError[], options: { title: string }): VegaLiteSpec {
  if (errors.length === 0) fail('errorByHorizon', 'expected at least one error, got none');
  for (const { name, horizonHours, mse } of errors) {
    if (!(mse > 0 && horizonHours > 0 && Number.isFinite(mse) && Number.isFinite(horizonHours))) {
      fail('errorByHorizon', `${name}: expected an error and hours above 0, got ${mse} at ${horizonHours} h`);
    }
  }
  const names = [...new Set(errors.map((error) => error.name))];
  const kinds = [...new Set(errors.map((error) => error.kind))];
  const hours = [...new Set(errors.map((error) => error.horizonHours))].sort((a, b) => a - b);
  const values = errors.map((error) => ({
    ...error,
    least: Math.max(error.mse / 2, error.mse - (error.spread ?? 0)),
    most: error.mse + (error.spread ?? 0),
  }));
  const x = {
    field: 'horizonHours',
    type: 'quantitative',
    title: 'horizon (hours after the last row seen)',
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { values: hours, format: 'd', grid: false },
  };
  const scale = { type: 'log', nice: false, padding: 12 };
  const y = { field: 'mse', type: 'quantitative', title: 'mean squared error', scale };
  const color = {
    field: 'name',
    type: 'nominal',
    title: null,
    scale: { domain: names, range: names.map((_, i) => PALETTE[i % PALETTE.length]) },
    legend: { orient: 'right', symbolType: 'stroke', symbolStrokeWidth: 3 },
  };
  const dash = kinds.map((_, i) => DASHES[i % DASHES.length]);
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
              scale: { domain: kinds, range: dash },
              legend: kinds.length > 1 ? { orient: 'right', symbolType: 'stroke', symbolSize: 400 } : null,
            },
          },
        },
        {
          mark: { type: 'point', filled: true, size: 40 },
          encoding: { x, y, color: { ...color, legend: null } },
        },
        {
          transform: [{ filter: 'datum.spread > 0' }],
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x, y: { ...y, field: 'least' }, y2: { field: 'most' }, color },
        },
      ],
    },
    420,
    300,
  );
}
