import { fail, refuseUnknown } from '../errors';
import { lineChart } from './line-chart';
import type { Title } from './names';
import type { VegaLiteSpec } from './spec';

/**
 * How far back a gradient reaches: norms of ∂h_T/∂h_t against the number of steps back, T − t, on a logarithmic axis,
 * where what shrinks or grows by a factor a step is a straight line.
 *
 * @param lines by name: the norms as `jacobianNorms` gives them, of step t at place t, the last that of step T
 * @param options.title above the chart
 * @throws RecurrentError for no lines, an empty line, and a norm that a logarithm can't take, such as 0
 * @example gradientReach({ '× 0.5': [0.25, 0.5, 1], '× 2': [4, 2, 1] }, { title: 'Vanishing and exploding' })
 */
export function gradientReach(
  lines: Readonly<Record<string, readonly number[]>>,
  options: { title: Title },
): VegaLiteSpec {
  const where = 'gradientReach';
  refuseUnknown(where, options, ['title']);
  const named = Object.entries(lines);
  if (named.length === 0) fail(where, 'expected at least one line, got none');
  const rows = named.flatMap(([name, norms]) => {
    if (norms.length === 0) fail(where, `expected at least one norm in line "${name}", got none`);
    return norms.map((norm, t) => {
      if (!(norm > 0 && Number.isFinite(norm)))
        fail(where, `expected norms above 0 in line "${name}", got ${norm} at step ${t}`);
      return { name, back: norms.length - 1 - t, norm };
    });
  });
  return lineChart(rows, {
    title: options.title,
    x: 'back',
    y: 'norm',
    by: 'name',
    log: ['y'],
    // A formula runs from left to right as a whole.
    xTitle: { fa: 'چند گام به عقب، \u2066T − t\u2069', en: 'steps back, T − t' },
    yTitle: { fa: 'اندازهٔ \u2066∂h_T/∂h_t\u2069', en: 'norm of ∂h_T/∂h_t' },
    width: 400,
    height: 240,
  });
}
