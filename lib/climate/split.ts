import { fail } from '../errors';
import type { Series } from './series';

/**
 * Cuts a series by time: the first ⌊share · rows⌋ rows, the next ones, …, and the rest. Windows made of a part stay
 * inside it, so none reaches across a cut.
 *
 * @param shares of all rows; their sum is below 1. The lecture's is 0.715: 300,693 of 420,551 rows train
 * @returns one part more than shares, on the series' own memory
 * @throws RecurrentError for shares that are not between 0 and 1, or leave a part without rows
 * @example const [train, test] = split(series, 0.715);
 * @example const [train, validation, test] = split(series, 0.6, 0.115);
 */
export function split(series: Series, ...shares: number[]): Series[] {
  if (shares.length === 0) fail('split', 'expected at least one share, such as 0.715');
  for (const share of shares) {
    if (!(share > 0 && share < 1)) fail('split', `expected shares between 0 and 1, got ${shares.join(', ')}`);
  }
  let sum = 0;
  const cuts = shares.map((share) => {
    sum += share;
    // A sum such as 0.6 + 0.115 may fall a rounding error short of the whole row it means.
    return Math.floor(sum * series.length + 1e-6);
  });
  if (sum >= 1) fail('split', `expected shares that sum to less than 1, got ${shares.join(' + ')}`);
  const edges = [0, ...cuts, series.length];
  return edges.slice(1).map((to, i) => {
    if (to <= edges[i]) fail('split', `part ${i + 1} of ${series.length} rows would be empty`);
    return series.slice(edges[i], to);
  });
}
