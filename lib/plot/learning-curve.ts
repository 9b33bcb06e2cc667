import { lineNumber, lineStyles } from './line-styles';
import { MEAN_SQUARED_ERROR, namedLines, type Title } from './names';
import { chart, type VegaLiteSpec } from './spec';

const WIDTH = 480;

/**
 * Loss by epoch on a logarithmic scale, one line for each set.
 *
 * @param losses by name, e.g. `{ train: [...], test: [...] }`, or as pairs, such as a map's; the first value is that
 *   after the first epoch
 * @param options.title above the chart
 * @param options.y the vertical axis' title; default the mean squared error
 * @throws RecurrentError for a name that comes twice
 */
export function learningCurve(
  losses: Readonly<Record<string, readonly number[]>> | Iterable<readonly [string, readonly number[]]>,
  options: { title: Title; y?: Title },
): VegaLiteSpec {
  const lines = namedLines('learningCurve', losses);
  const names = lines.map(([name]) => name);
  const epochs = Math.max(1, ...lines.map(([, values]) => values.length));
  const every = Math.ceil(epochs / 20);
  const ticks = Array.from({ length: Math.floor(epochs / every) }, (_, i) => (i + 1) * every);
  const values = lines.flatMap(([name, line], lineIndex) => {
    const number = lineNumber(names, lineIndex);
    return line.map((loss, i) => ({ epoch: i + 1, loss, name, ...number }));
  });
  return chart(
    {
      title: options.title,
      data: { values: values.filter((value) => value.loss > 0 && Number.isFinite(value.loss)) },
      mark: { type: 'line', point: true },
      encoding: {
        x: {
          field: 'epoch',
          type: 'quantitative',
          title: { fa: 'دور', en: 'epoch' },
          axis: { values: ticks, format: 'd', grid: false },
        },
        y: {
          field: 'loss',
          type: 'quantitative',
          scale: { type: 'log', nice: true },
          title: options.y ?? MEAN_SQUARED_ERROR,
        },
        ...lineStyles('name', names, { orient: 'top', width: WIDTH }),
      },
    },
    WIDTH,
    220,
  );
}
