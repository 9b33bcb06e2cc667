import { type Drawing, FRAME, type Point, type Shape, WEIGHT } from './drawing';

/** A sign of an operation on two vectors. */
export const sign = (drawing: Drawing, at: Point, symbol: '+' | '⊙' | '1-'): Shape =>
  drawing.circle(at, symbol, { radius: 14, size: symbol === '1-' ? 14 : 18 });

/** A product with a weight matrix. */
export const matrix = (drawing: Drawing, at: Point, weights: string): Shape =>
  drawing.box(at, weights, { width: 52, height: 32, tone: 'input', size: 15 });

/** The activation function φ. */
export const activation = (drawing: Drawing, at: Point): Shape =>
  drawing.box(at, 'φ', { width: 42, height: 34, tone: 'output' });

/** From a gate's middle to where the state and the input enter it. */
const SIDE = 15;

/** The lines along which a cell's input and state run below its gates. */
export interface Lines {
  readonly state: number;
  readonly input: number;
}

/**
 * A gate or candidate: a box with the sum of two products and its bias in it, which takes the state at its left and
 * the input at its right from the lines below. The last gate is where the lines end: they come from `entry`.
 */
export function gate(
  drawing: Drawing,
  at: Point,
  { name, symbol }: { name: string; symbol: 'σ' | 'φ' },
  lines: Lines,
  entry?: number,
): Shape {
  const box = drawing.box(at, symbol, { width: 58, height: 36, tone: symbol === 'σ' ? 'state' : 'output' });
  const [x, y] = box.bottom;
  const tap = (foot: number, line: number) => {
    const path: Point[] = [
      [foot, line],
      [foot, y],
    ];
    if (entry !== undefined) path.unshift([entry, line]);
    drawing.arrow(path, { over: entry === undefined ? FRAME : '' });
    if (entry === undefined) drawing.dot([foot, line]);
  };
  tap(x - SIDE, lines.state);
  tap(x + SIDE, lines.input);
  const label = { size: 13, colour: WEIGHT };
  drawing.math([x - SIDE - 6, y + 20], `W_{h${name}}`, { ...label, anchor: 'end' });
  drawing.math([x + SIDE + 6, y + 20], `W_{x${name}}`, { ...label, anchor: 'start' });
  return box;
}
