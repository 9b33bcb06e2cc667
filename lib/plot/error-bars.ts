import { fail } from '../errors';
import { dashes, roomFor } from './line-styles';
import { arePlainNames, MEAN_SQUARED_ERROR, type Title } from './names';
import { roundOf, shades } from './shades';
import { chart, PALETTE, type VegaLiteSpec } from './spec';

/** One bar: a model or a baseline, and its mean squared error. */
export interface ErrorBar {
  readonly name: string;
  readonly mse: number;
  /** What sort of thing it is, which is its colour: `model`, `baseline`, `lecture`. */
  readonly kind: string;
}

const WIDTH = 560;
const OUTLINE = '#333333';
/** Pixels that an axis gives to a name, and characters that surely find place in them. */
const NAME_PIXELS = 300;
const NAME_CHARACTERS = 34;

/**
 * Mean squared errors side by side, the least on top, each with its number.
 *
 * @param bars of one name each, of at most 21 kinds
 * @param options.title above the chart
 * @param options.x the horizontal axis' title; default the mean squared error
 * @throws RecurrentError for no bars, an error that is not a number, two bars of one name, or too many kinds
 */
export function errorBars(bars: readonly ErrorBar[], options: { title: Title; x?: Title }): VegaLiteSpec {
  if (bars.length === 0) fail('errorBars', 'expected at least one bar, got none');
  for (const bar of bars) {
    if (!(Number.isFinite(bar.mse) && bar.mse >= 0))
      fail('errorBars', `${bar.name}: expected an error of 0 or more, got ${bar.mse}`);
  }
  const names = [...bars].sort((a, b) => a.mse - b.mse).map((bar) => bar.name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail('errorBars', `expected a name for each bar, "${twice}" comes twice`);
  const kinds = [...new Set(bars.map((bar) => bar.kind))];
  const plain = arePlainNames(names);
  const y = {
    field: 'name',
    type: 'nominal',
    // An order of names becomes an expression, which can't hold them all; a scale's domain can.
    ...(plain ? { sort: names } : { sort: null, scale: { domain: names } }),
    title: null,
    axis: { labelLimit: names.every((name) => name.length <= NAME_CHARACTERS) ? NAME_PIXELS : 0 },
  };
  const x = {
    field: 'mse',
    type: 'quantitative',
    title: options.x ?? MEAN_SQUARED_ERROR,
    ...(plain ? {} : { stack: null }),
  };
  return chart(
    {
      title: options.title,
      data: { values: bars.map((bar) => ({ ...bar, label: bar.mse.toPrecision(3) })) },
      layer: [
        {
          mark: { type: 'bar', height: 16 },
          encoding: {
            y,
            x,
            ...kindStyles(kinds),
          },
        },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { y, x, text: { field: 'label' } } },
      ],
    },
    WIDTH,
    Math.max(80, bars.length * 26),
  );
}

/** A colour for each kind; where the palette is used up, bars get an outline too, and then a dashed one. */
function kindStyles(kinds: readonly string[]): object {
  const channel = { field: 'kind', type: 'nominal', title: null };
  const legend = { orient: 'top', ...roomFor(kinds, 'top', WIDTH) };
  const by = (range: readonly unknown[]) => ({ ...channel, scale: { domain: kinds, range }, legend });
  const color = by(shades('errorBars', 'kinds', kinds));
  if (kinds.length <= PALETTE.length) return { color };
  const outline = kinds.map((_, i) => (roundOf(i) > 0 ? OUTLINE : 'transparent'));
  const [solid, dashed] = dashes(2);
  return {
    color,
    stroke: by(outline),
    strokeDash: by(kinds.map((_, i) => (roundOf(i) > 1 ? dashed : solid))),
  };
}
