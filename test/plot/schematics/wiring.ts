import type { Element } from '@xmldom/xmldom';
import { elements, type Label, labels } from './svg';

type Point = readonly [x: number, y: number];

interface Arrow {
  readonly points: readonly Point[];
  readonly tip: Point;
}

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const TOUCH = 1;
/** From an arrow's end to the symbol that stands before it. */
const BESIDE = 12;

const numbers = (text: string) => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
const pairs = (values: readonly number[]): Point[] =>
  values.filter((_, i) => i % 2 === 0).map((x, i) => [x, values[2 * i + 1]]);

/**
 * What a wiring diagram computes, found by following its arrows back from where they leave the cell: the formula of
 * every output by its symbol. Operands of + and ⊙ are in the alphabet's order.
 */
export function computedBy(root: Element): Record<string, string> {
  const all = labels(root);
  const arrows = arrowsOf(root);
  const boxes = boxesOf(root, all);
  const touched = ([x, y]: Point) =>
    boxes.find(
      (box) => x > box.left - TOUCH && x < box.right + TOUCH && y > box.top - TOUCH && y < box.bottom + TOUCH,
    );
  const named = ([x, y]: Point) =>
    all.find(
      ({ left, right, top, bottom }) =>
        x > left - BESIDE && x < right + BESIDE && y > top - BESIDE && y < bottom + BESIDE,
    );

  const sourceOf = (arrow: Arrow): string => {
    const [start] = arrow.points;
    const box = touched(start);
    if (box) return valueIn(box);
    const trunk = arrows.find((other) => other !== arrow && passes(other, start));
    return trunk ? sourceOf(trunk) : named(start)!.text;
  };
  const valueIn = (box: Box): string => {
    const into = arrows.filter(({ tip }) => touched(tip) === box);
    const operands = into.map((arrow) => sourceOf(arrow)).sort();
    if (box.text === '1−') return `(1 − ${operands.join()})`;
    if (box.text === '+') return operands.join(' + ');
    if (box.text === '⊙') return `(${operands.join(' ⊙ ')})`;
    if (box.text.startsWith('W')) return `${operands.join()} ${box.text}`;
    const products = into.map((arrow) => `${sourceOf(arrow)}${weightOf(arrow, all)}`);
    return `${box.text}(${products.sort().join(' + ')})`;
  };
  const outputs = arrows.filter(({ tip }) => !touched(tip));
  return Object.fromEntries(outputs.map((arrow) => [named(arrow.tip)!.text, sourceOf(arrow)]));
}

/** A path and the head that follows it. */
function arrowsOf(root: Element): Arrow[] {
  const paths = elements(root, 'path').filter((path) => path.getAttribute('stroke-width') === '1.6');
  const tips = elements(root, 'polygon').map((head) => pairs(numbers(head.getAttribute('points')!))[0]);
  return paths.map((path, i) => {
    const corners = path.getAttribute('d')!.match(/[MQ]-?[\d.]+ -?[\d.]+/g)!;
    return { points: [...corners.flatMap((corner) => pairs(numbers(corner))), tips[i]], tip: tips[i] };
  });
}

/** The shapes with a label in their middle. */
function boxesOf(root: Element, all: readonly Label[]): Box[] {
  const value = (element: Element, name: string) => Number(element.getAttribute(name));
  const circles = elements(root, 'circle').map((circle) => {
    const [x, y, r] = [value(circle, 'cx'), value(circle, 'cy'), value(circle, 'r')];
    return { left: x - r, right: x + r, top: y - r, bottom: y + r };
  });
  const rects = elements(root, 'rect').map((rect) => {
    const [left, top] = [value(rect, 'x'), value(rect, 'y')];
    return { left, right: left + value(rect, 'width'), top, bottom: top + value(rect, 'height') };
  });
  return [...circles, ...rects].flatMap((shape) => {
    const inside = all.filter(
      ({ x, top, bottom }) =>
        x === (shape.left + shape.right) / 2 && top > shape.top && bottom < shape.bottom,
    );
    return inside.length === 1 && shape.bottom - shape.top < 60 ? [{ ...shape, text: inside[0].text }] : [];
  });
}

/** The weights that stand beside an arrow into a gate. */
function weightOf({ tip: [x, y] }: Arrow, all: readonly Label[]): string {
  const near = all.find(
    ({ text, left, right, top, bottom }) =>
      text.startsWith('W') &&
      top > y &&
      bottom < y + 40 &&
      (Math.abs(left - x) < 8 || Math.abs(right - x) < 8),
  );
  return near ? ` ${near.text}` : '';
}

/** Whether a point lies on an arrow, on one of its straight lines. */
function passes({ points }: Arrow, [x, y]: Point): boolean {
  const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
  return points.slice(1).some((to, i) => {
    const from = points[i];
    return between(x, from[0], to[0]) && between(y, from[1], to[1]);
  });
}
