import { type Drawing, type Point, type Shape, WEIGHT } from './drawing';

/** How the cells of an unrolled network stand in their row. */
export interface Chain {
  /** Middle of the first cell. */
  readonly x: number;
  readonly pitch: number;
  readonly steps: number;
  /** Where steps are left out before the last: its index, and the one before it, e.g. T and T − 1. */
  readonly gap?: { readonly last: string; readonly before: string };
}

const isGap = ({ steps, gap }: Chain, from: number): boolean => gap !== undefined && from === steps - 2;

/** The indices of the steps: 1, 2, … and the last one's, e.g. T. */
export const indicesOf = ({ steps, gap }: Chain): string[] =>
  Array.from({ length: steps }, (_, i) => (gap && i === steps - 1 ? gap.last : String(i + 1)));

/** The index before that of a step, counted from 0. */
export const indexBefore = (chain: Chain, step: number): string =>
  chain.gap && isGap(chain, step - 1) ? chain.gap.before : String(step);

/** The middle of every cell. */
export const placesOf = (chain: Chain): number[] =>
  Array.from({ length: chain.steps }, (_, i) => chain.x + chain.pitch * (i + (isGap(chain, i - 1) ? 1 : 0)));

/**
 * The arrows from cell to cell, the state's symbol above each; an ellipsis stands where steps are left out.
 *
 * @param state the symbol of the state after a step, e.g. `h` for h_1, h_2, …
 * @param options.weight stands below each arrow
 * @param options.pale whether a step is, counted from 0; an arrow is where both its steps are
 */
export function linkCells(
  drawing: Drawing,
  cells: readonly Shape[],
  chain: Chain,
  state: string,
  { weight = '', pale = (_step: number): boolean => false } = {},
): void {
  const link = (from: Point, to: Point, index: string) => {
    drawing.arrow([from, to]);
    labelLink(drawing, from, to, `${state}_{${index}}`, weight);
  };
  for (const [i, { right }] of cells.slice(0, -1).entries()) {
    const { left } = cells[i + 1];
    const after = String(i + 1);
    if (!isGap(chain, i)) drawing.faded(pale(i) && pale(i + 1), () => link(right, left, after));
    else {
      const [before, beyond] = drawGap(drawing, right, left);
      drawing.faded(pale(i), () => link(right, before, after));
      drawing.faded(pale(i + 1), () => link(beyond, left, indexBefore(chain, i + 1)));
    }
  }
}

/** An ellipsis between two places, and where it begins and ends. */
export function drawGap(drawing: Drawing, [left, y]: Point, [right]: Point): [Point, Point] {
  const middle = (left + right) / 2;
  drawing.math([middle, y], '⋯', { size: 20 });
  return [
    [middle - 16, y],
    [middle + 16, y],
  ];
}

/** The state's symbol above an arrow, the weights' below it. */
export function labelLink(drawing: Drawing, from: Point, to: Point, symbol: string, weight = ''): void {
  const [x, y] = [(from[0] + to[0]) / 2 - 2, from[1]];
  if (symbol) drawing.math([x, y - 15], symbol, { size: 15 });
  if (weight) drawing.math([x, y + 15], weight, { size: 14, colour: WEIGHT });
}
