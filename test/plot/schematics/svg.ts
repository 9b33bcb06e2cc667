import { DOMParser, type Element } from '@xmldom/xmldom';

/** A text of a drawing, and about where it stands. */
export interface Label {
  readonly text: string;
  readonly language: string | null;
  readonly x: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The root of an SVG document; anything that is not well formed throws. */
export function parseSvg(svg: string): Element {
  const refuse = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  return new DOMParser({ onError: refuse }).parseFromString(svg, 'image/svg+xml').documentElement!;
}

export const elements = (root: Element, name: string): Element[] => [...root.getElementsByTagName(name)];

const numbers = (text: string | null): number[] => (text?.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

/** What is seen of a text: neither accents nor marks of direction take room. */
const visible = (text: string) => text.replace(/[\p{M}\p{Cf}]/gu, '').length;

/** Half a size for a character, as narrow as the fonts have it: what overlaps by this overlaps in a browser. */
export function labels(root: Element): Label[] {
  return elements(root, 'text').map((element) => {
    const size = Number(element.getAttribute('font-size'));
    const [x] = numbers(element.getAttribute('x'));
    const [baseline] = numbers(element.getAttribute('y'));
    const runs = elements(element, 'tspan');
    const width = runs.length
      ? runs.reduce(
          (sum, run) => sum + visible(run.textContent!) * Number(run.getAttribute('font-size') || size),
          0,
        ) / 2
      : (visible(element.textContent!) * size) / 2;
    const anchor = element.getAttribute('text-anchor');
    const back = element.getAttribute('direction') === 'rtl' ? 'start' : 'end';
    const left = anchor === 'middle' ? x - width / 2 : anchor === back ? x - width : x;
    return {
      text: element.textContent!,
      language: element.getAttribute('lang'),
      ...{ x, left, right: left + width, top: baseline - size * 0.7, bottom: baseline + size * 0.15 },
    };
  });
}

/** Every place that a shape reaches, and every label's corners. */
export function reach(root: Element): [x: number, y: number][] {
  const corners: [number, number][] = labels(root).flatMap(({ left, right, top, bottom }) => [
    [left, top],
    [right, bottom],
  ]);
  const value = (element: Element, name: string) => Number(element.getAttribute(name));
  for (const rect of elements(root, 'rect')) {
    const [x, y] = [value(rect, 'x'), value(rect, 'y')];
    corners.push([x, y], [x + value(rect, 'width'), y + value(rect, 'height')]);
  }
  for (const circle of elements(root, 'circle')) {
    const [x, y, r] = [value(circle, 'cx'), value(circle, 'cy'), value(circle, 'r')];
    corners.push([x - r, y - r], [x + r, y + r]);
  }
  for (const line of [...elements(root, 'path'), ...elements(root, 'polygon')]) {
    const places = numbers(line.getAttribute('d') || line.getAttribute('points'));
    for (let i = 0; i < places.length; i += 2) corners.push([places[i], places[i + 1]]);
  }
  return corners;
}
