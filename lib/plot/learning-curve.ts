import { chart, PALETTE, type VegaLiteSpec } from './spec';

/**
 * Loss by epoch on a logarithmic scale, one line for each set.
 *
 * @param losses by name, e.g. `{ train: [...], test: [...] }`, the first value after the first epoch
 */
export function learningCurve(
  losses: Readonly<Record<string, readonly number[]>>,
  options: { title: string },
): VegaLiteSpec {
  const names = Object.keys(losses);
  const epochs = Math.max(1, ...names.map((name) => losses[name].length));
  const every = Math.ceil(epochs / 20);
  const ticks = Array.from({ length: Math.floor(epochs / every) }, (_, i) => (i + 1) * every);
  const values = names.flatMap((name) => losses[name].map((loss, i) => ({ epoch: i + 1, loss, name })));
  return chart(
    {
      title: options.title,
      data: { values: values.filter((value) => value.loss > 0 && Number.isFinite(value.loss)) },
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', axis: { values: ticks, format: 'd', grid: false } },
        y: {
          field: 'loss',
          type: 'quantitative',
          scale: { type: 'log', nice: true },
          title: 'mean squared error',
        },
        color: {
          field: 'name',
          type: 'nominal',
          title: null,
          scale: { domain: names, range: PALETTE },
          legend: { orient: 'top' },
        },
      },
    },
    480,
    220,
  );
}
