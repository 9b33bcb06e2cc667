import { fail } from '../errors';
import { chart, PALETTE, type VegaLiteSpec } from './spec';

/** One bar: a model or a baseline, and its mean squared error. */
export interface ErrorBar {
  readonly name: string;
  readonly mse: number;
  /** What sort of thing it is, which is its colour: `model`, `baseline`, `lecture`. */
  readonly kind: string;
}

/**
 * Mean squared errors side by side, the least on top, each with its number.
 *
 * @throws RecurrentError for no bars, or an error that is not a number
 */
export function errorBars(bars: readonly ErrorBar[], options: { title: string; x?: string }): VegaLiteSpec {
  if (bars.length === 0) fail('errorBars', 'expected at least one bar, got none');
  for (const bar of bars) {
    if (!(Number.isFinite(bar.mse) && bar.mse >= 0))
      fail('errorBars', `${bar.name}: expected an error of 0 or more, got ${bar.mse}`);
  }
  const kinds = [...new Set(bars.map((bar) => bar.kind))];
  const byError = [...bars].sort((a, b) => a.mse - b.mse).map((bar) => bar.name);
  const y = {
    field: 'name',
    type: 'nominal',
    sort: byError,
    title: null,
    axis: { labelLimit: 300 },
  };
  const x = { field: 'mse', type: 'quantitative', title: options.x ?? 'mean squared error' };
  return chart(
    {
      title: options.title,
      data: { values: bars.map((bar) => ({ ...bar, label: bar.mse.toPrecision(3) })) },
      layer: [
        {
          mark: { type: 'bar', height: 16 },
          encoding: {
            y,
            x,
            color: {
              field: 'kind',
              type: 'nominal',
              title: null,
              scale: { domain: kinds, range: PALETTE },
              legend: { orient: 'top' },
            },
          },
        },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { y, x, text: { field: 'label' } } },
      ],
    },
    560,
    Math.max(80, bars.length * 26),
  );
}
