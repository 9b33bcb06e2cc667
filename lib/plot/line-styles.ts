import { arePlainNames } from './names';
import { type Channel, PALETTE } from './spec';

/** Characters of a name that a legend shows in full; where letters can't be measured, wide ones are assumed. */
const LEGEND_CHARACTERS = 18;
/** Names that a legend shows without being told to. */
const LEGEND_NAMES = 30;
/** Pixels that a legend gives to a letter, and to a name besides its letters and its symbol. */
const LETTER = 7;
const BESIDES = 20;
/** Pixels of a symbol as Vega-Lite draws it, and of the longest stroke that is drawn for a dash. */
const SYMBOL = 20;
const LONGEST_STROKE = 60;

/**
 * The dash of the first lines, of the next, and so on: solid, dashed, dotted, then a long stroke and one dot, two dots,
 * three.
 */
function dash(round: number): number[] {
  const first = [[], [6, 4], [2, 3]];
  return first[round] ?? [8, 3, ...Array.from({ length: round - 2 }, () => [2, 3]).flat()];
}

/** Dashes that tell any number of kinds apart. */
export const dashes = (count: number): number[][] => Array.from({ length: count }, (_, i) => dash(i));

/** A legend's symbols that are strokes, each long enough to show its dash once and begin again. */
export function strokeSymbols(ranges: readonly (readonly number[])[]): { width: number; legend: object } {
  const period = Math.max(...ranges.map((range) => range.reduce((sum, pixels) => sum + pixels, 0)));
  const width = Math.min(LONGEST_STROKE, Math.max(SYMBOL, period + 8));
  // Without a height, the rows of the legend would be as high as its strokes are long.
  return { width, legend: { symbolType: 'stroke', symbolSize: width ** 2, clipHeight: 14 } };
}

/** A colour for each line; lines of the same colour differ in their dash. */
export const lineColours = (names: readonly string[]): string[] =>
  names.map((_, i) => PALETTE[i % PALETTE.length]);

/** What a legend needs besides so that it shows every name in full, above a chart of that width or beside it. */
export function roomFor(
  names: readonly string[],
  orient: 'top' | 'right',
  width: number,
  symbol = SYMBOL,
): object {
  const longest = Math.max(0, ...names.map((name) => name.length));
  const columns = Math.max(1, Math.floor(width / (longest * LETTER + symbol + BESIDES)));
  return {
    ...(longest > LEGEND_CHARACTERS ? { labelLimit: 0 } : {}),
    ...(names.length > LEGEND_NAMES ? { symbolLimit: 0 } : {}),
    ...(orient === 'top' && names.length > PALETTE.length ? { columns } : {}),
  };
}

/** The field by which Vega tells lines apart where their names can't be held by it. */
export const LINE_NUMBER = 'lineNumber';
export const byLineNumber = { detail: { field: LINE_NUMBER, type: 'nominal' } };

/** The channels by which lines are told apart. */
export interface LineStyles {
  readonly color: Channel;
  readonly strokeDash?: Channel;
  readonly detail?: Channel;
}

/**
 * How lines are told apart: by a colour each while there are enough, then by colour and dash.
 *
 * @param field the field of the lines' names
 * @param names in the legend's order
 * @param options.orient where the legend stands; default: at the right
 * @param options.range the colours of a few lines; default: the palette
 */
export function lineStyles(
  field: string,
  names: readonly string[],
  options: { orient?: 'top'; width: number; range?: readonly string[] },
): LineStyles {
  const { orient, width, range = PALETTE } = options;
  const channel = { field, type: 'nominal', title: null };
  const placed = orient ? { orient } : {};
  const detail = arePlainNames(names) ? {} : byLineNumber;
  if (names.length <= PALETTE.length) {
    const legend = { ...placed, ...roomFor(names, orient ?? 'right', width) };
    const shown = Object.keys(legend).length > 0 ? { legend } : {};
    return { color: { ...channel, scale: { domain: names, range }, ...shown }, ...detail };
  }
  const dashRange = names.map((_, i) => dash(Math.floor(i / PALETTE.length)));
  const strokes = strokeSymbols(dashRange);
  const legend = { ...placed, ...roomFor(names, orient ?? 'right', width, strokes.width), ...strokes.legend };
  return {
    color: { ...channel, scale: { domain: names, range: lineColours(names) }, legend },
    strokeDash: { ...channel, scale: { domain: names, range: dashRange }, legend },
    ...detail,
  };
}

/** What the rows of a line need besides its name, so that Vega tells them from the others. */
export function lineNumber(names: readonly string[], index: number): object {
  return arePlainNames(names) ? {} : { [LINE_NUMBER]: index };
}
