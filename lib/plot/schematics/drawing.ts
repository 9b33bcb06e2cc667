import type { Language } from '../../display';
import { escapeHtml } from '../../display/html';
import type { Words } from '../names';
import { PALETTE } from '../spec';
import { MATH_FONT, mathMarkup, mathWidth, rounded, textWidth } from './mathematics';

/** A place on the drawing, in pixels, y downwards. */
export type Point = readonly [x: number, y: number];

/** A shape that was drawn: its middle, and where arrows touch it. */
export interface Shape {
  readonly middle: Point;
  readonly left: Point;
  readonly right: Point;
  readonly top: Point;
  readonly bottom: Point;
}

/** What a colour stands for, the same in all schematics. */
export const TONES = {
  input: PALETTE[5],
  state: PALETTE[2],
  output: PALETTE[4],
  decoder: PALETTE[3],
  plain: '#888888',
};
export type Tone = keyof typeof TONES;

export const INK = '#1a1a1a';
export const GREY = '#666666';
/** Shared weights, wherever they stand. */
export const WEIGHT = PALETTE[0];
/** Gradients, and what they pass. */
export const GRADIENT = PALETTE[1];

/** The grounds: of the picture, and within a frame. */
export const PANEL = '#ffffff';
export const FRAME = '#f6f7f8';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** In which direction a text runs from its place. */
export type Anchor = 'start' | 'middle' | 'end';

const HEAD = { length: 9, half: 4.2 };
const PADDING = 18;
/** From the middle of a letter without ascender to its baseline, in sizes. */
const TO_BASELINE = 0.33;

/** A picture in the making: shapes, arrows and labels, in the words of a textbook's figures. */
export class Drawing {
  private readonly elements: string[] = [];
  private extent: Rectangle | undefined;

  /** A box around a place, with a formula in it. */
  box(
    [x, y]: Point,
    label: string,
    { width = 46, height = 40, tone = 'plain' as Tone, round = 7, size = 17 } = {},
  ): Shape {
    const [left, top] = [x - width / 2, y - height / 2];
    this.add(
      `<rect ${attributes({ x: left, y: top, width, height, rx: round })} ${filled(TONES[tone])}/>`,
      rectangle([left, top], [left + width, top + height]),
    );
    if (label) this.math([x, y], label, { size });
    return shape([x, y], width / 2, height / 2);
  }

  /** A circle around a place, with a formula or a sign in it. */
  circle([x, y]: Point, label: string, { radius = 18, tone = 'plain' as Tone, size = 16 } = {}): Shape {
    this.add(
      `<circle ${attributes({ cx: x, cy: y, r: radius })} ${filled(TONES[tone])}/>`,
      rectangle([x - radius, y - radius], [x + radius, y + radius]),
    );
    this.math([x, y], label, { size });
    return shape([x, y], radius, radius);
  }

  /** A pale frame behind what is drawn after it, from its upper left corner to its lower right one. */
  frame([left, top]: Point, [right, bottom]: Point): void {
    const place = attributes({ x: left, y: top, width: right - left, height: bottom - top, rx: 16 });
    this.add(
      `<rect ${place} fill="${FRAME}" stroke="#c8ccd0" stroke-width="1.4"/>`,
      rectangle([left, top], [right, bottom]),
    );
  }

  /** Where a wire branches. */
  dot([x, y]: Point, colour = INK): void {
    this.add(`<circle ${attributes({ cx: x, cy: y, r: 3.6 })} fill="${colour}"/>`, rectangle([x, y], [x, y]));
  }

  /** A line through places, its corners rounded, with a head at the last. */
  arrow(points: readonly Point[], { colour = INK, width = 1.6, dashed = false, over = '' } = {}): void {
    const [end, before] = [points[points.length - 1], points[points.length - 2]];
    const [dx, dy] = direction(before, end);
    const neck: Point = [end[0] - dx * (HEAD.length - 1), end[1] - dy * (HEAD.length - 1)];
    this.wire([...points.slice(0, -1), neck], { colour, width, dashed, over });
    const back: Point = [end[0] - dx * HEAD.length, end[1] - dy * HEAD.length];
    const corners: Point[] = [
      end,
      [back[0] - dy * HEAD.half, back[1] + dx * HEAD.half],
      [back[0] + dy * HEAD.half, back[1] - dx * HEAD.half],
    ];
    this.polygon(corners, colour);
  }

  /** A line through places without a head. `over`, the ground's colour, parts the lines that it crosses. */
  wire(
    points: readonly Point[],
    { colour = INK, width = 1.6, dashed = false, over = '', round = 9 } = {},
  ): void {
    const path = roundedPath(points, round);
    if (over) this.add(`<path d="${path}" fill="none" stroke="${over}" stroke-width="${width + 5}"/>`);
    const dashes = dashed ? ' stroke-dasharray="5 4"' : '';
    this.add(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dashes}/>`,
      around(points),
    );
  }

  /** An area between places. */
  polygon(corners: readonly Point[], colour: string, opacity = 1): void {
    const faint = opacity < 1 ? ` fill-opacity="${opacity}"` : '';
    const points = corners.map((corner) => corner.map(rounded).join(',')).join(' ');
    this.add(`<polygon points="${points}" fill="${colour}"${faint}/>`, around(corners));
  }

  /** A formula, its letters' middle at the place's height. */
  math(
    [x, y]: Point,
    formula: string,
    { size = 16, anchor = 'middle' as Anchor, colour = INK as string } = {},
  ): void {
    const place = attributes({ x, y: y + size * TO_BASELINE });
    this.add(
      `<text ${place} text-anchor="${anchor}" font-family="${MATH_FONT}" font-size="${size}" fill="${colour}">${mathMarkup(formula, size)}</text>`,
      textBounds([x, y], mathWidth(formula, size), size, anchor),
    );
  }

  /** Words of one language; `start` is where one begins to read them, on the right in Persian. */
  text(
    [x, y]: Point,
    language: Language,
    words: string,
    { size = 13, anchor = 'middle' as Anchor, colour = INK as string, bold = false } = {},
  ): void {
    const persian = language === 'fa';
    const reading = persian ? 'lang="fa" direction="rtl" unicode-bidi="embed"' : 'lang="en"';
    const weight = bold ? ' font-weight="bold"' : '';
    this.add(
      `<text ${attributes({ x, y: y + size * TO_BASELINE })} ${reading} text-anchor="${anchor}" font-size="${size}"${weight} fill="${colour}">${escapeHtml(words)}</text>`,
      textBounds([x, y], textWidth(words, size), size, persian ? mirrored(anchor) : anchor),
    );
  }

  /** Words around a place, Persian above English. */
  words([x, y]: Point, words: Words, { size = 14, colour = INK as string, bold = false } = {}): void {
    this.text([x, y - size * 0.66], 'fa', words.fa, { size, colour, bold });
    this.text([x, y + size * 0.66], 'en', words.en, { size: size - 2, colour: GREY });
  }

  /** Words below all that was drawn, in its middle. */
  caption(words: Words): void {
    const { left, right, bottom } = this.bounds();
    this.words([(left + right) / 2, bottom + 34], words, { size: 15, bold: true });
  }

  /** Draws, paler than the rest where `pale`. */
  faded(pale: boolean, draw: () => void): void {
    if (pale) this.elements.push('<g opacity="0.25">');
    draw();
    if (pale) this.elements.push('</g>');
  }

  /** What has been drawn so far lies in here. */
  bounds(): Rectangle {
    return this.extent ?? rectangle([0, 0], [0, 0]);
  }

  /** An SVG document on a white panel, which is seen on a dark page too; its size follows from what was drawn. */
  toSvg(title: string, description: string): string {
    const { left, top, right, bottom } = this.bounds();
    const panel = {
      x: Math.floor(left - PADDING),
      y: Math.floor(top - PADDING),
      width: Math.ceil(right - left + 2 * PADDING) + 1,
      height: Math.ceil(bottom - top + 2 * PADDING) + 1,
    };
    const { x, y, width, height } = panel;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" style="max-width:100%;height:auto" font-family="Vazirmatn, 'Noto Sans Arabic', Tahoma, sans-serif">`,
      `<title>${escapeHtml(title)}</title>`,
      `<desc>${escapeHtml(description)}</desc>`,
      `<rect ${attributes({ ...panel, rx: 10 })} fill="${PANEL}"/>`,
      ...this.elements,
      '</svg>',
    ].join('\n');
  }

  private add(element: string, bounds?: Rectangle): void {
    this.elements.push(element);
    if (!bounds) return;
    const { left, top, right, bottom } = this.extent ?? bounds;
    this.extent = {
      left: Math.min(left, bounds.left),
      top: Math.min(top, bounds.top),
      right: Math.max(right, bounds.right),
      bottom: Math.max(bottom, bounds.bottom),
    };
  }
}

const attributes = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${rounded(value)}"`)
    .join(' ');

/** A light tint with a full outline, on white so that lines behind do not shine through. */
const filled = (colour: string): string => `fill="${tint(colour)}" stroke="${colour}" stroke-width="1.6"`;

const tint = (colour: string): string =>
  `#${[1, 3, 5]
    .map((i) => Math.round(255 - (255 - Number.parseInt(colour.slice(i, i + 2), 16)) * 0.18))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;

const rectangle = ([left, top]: Point, [right, bottom]: Point): Rectangle => ({ left, top, right, bottom });

const around = (points: readonly Point[]): Rectangle => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return rectangle([Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]);
};

const shape = ([x, y]: Point, halfWidth: number, halfHeight: number): Shape => ({
  middle: [x, y],
  left: [x - halfWidth, y],
  right: [x + halfWidth, y],
  top: [x, y - halfHeight],
  bottom: [x, y + halfHeight],
});

function textBounds([x, y]: Point, width: number, size: number, anchor: Anchor): Rectangle {
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return rectangle([left, y - size * 0.7], [left + width, y + size * 0.8]);
}

const mirrored = (anchor: Anchor): Anchor =>
  anchor === 'start' ? 'end' : anchor === 'end' ? 'start' : 'middle';

const distance = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

function direction(from: Point, to: Point): Point {
  const length = distance(from, to);
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
}

function roundedPath(points: readonly Point[], radius: number): string {
  const at = ([x, y]: Point) => `${rounded(x)} ${rounded(y)}`;
  const corners = points.slice(1, -1).map((corner, i) => {
    const [before, after] = [points[i], points[i + 2]];
    const r = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const [[ix, iy], [ox, oy]] = [direction(before, corner), direction(corner, after)];
    const start: Point = [corner[0] - ix * r, corner[1] - iy * r];
    const end: Point = [corner[0] + ox * r, corner[1] + oy * r];
    return `L${at(start)}Q${at(corner)} ${at(end)}`;
  });
  return `M${at(points[0])}${corners.join('')}L${at(points[points.length - 1])}`;
}
