import { fail, refuseUnknown } from '../errors';
import { lineStyles } from './line-styles';
import { namedLines, type Title } from './names';
import { chart, type VegaLiteSpec } from './spec';

export interface LetterChartOptions {
  title: Title;
  /** Title of the vertical axis, which runs from 0 to 1. */
  y: Title;
  /** Places of letters, 0 the first, at which a dashed line stands; default none. */
  marked?: readonly number[];
}

const [WIDTH, HEIGHT] = [620, 170];
/** By so much a network's probabilities, which are 32-bit numbers, may lie outside 0 to 1. */
const ROUNDING = 1e-5;

/**
 * Shares or probabilities at each letter of a Persian text, which is read from right to left.
 *
 * @param letters the text, a letter a place
 * @param lines by name, a number from 0 to 1 for each letter
 * @throws RecurrentError for no letters, lines of another length, numbers outside 0 to 1, and marks that are no place
 * @example letterChart([...'سیزده'], { 'P · P': [0.1, 0.6, 0, 0, 1] }, { title: 'Gaps', y: 'probability', marked: [4] })
 */
export function letterChart(
  letters: readonly string[],
  lines: Readonly<Record<string, readonly number[]>>,
  options: LetterChartOptions,
): VegaLiteSpec {
  refuseUnknown('letterChart', options, ['title', 'y', 'marked']);
  const { title, y, marked = [] } = options;
  const named = namedLines('letterChart', lines);
  if (letters.length === 0 || named.length === 0)
    fail('letterChart', `expected letters and a line, got ${letters.length} and ${named.length}`);
  for (const [name, numbers] of named) {
    if (numbers.length !== letters.length)
      fail('letterChart', `line "${name}" has ${numbers.length} numbers, expected ${letters.length}`);
    const wrong = numbers.find((number) => !(number >= -ROUNDING && number <= 1 + ROUNDING));
    if (wrong !== undefined) fail('letterChart', `line "${name}" has ${wrong}, expected 0 to 1`);
  }
  const stray = marked.find((place) => letters[place] === undefined);
  if (stray !== undefined)
    fail('letterChart', `marked must be places from 0 to ${letters.length - 1}, got ${stray}`);
  const names = named.map(([name]) => name);
  const values = named.flatMap(([line, numbers]) => numbers.map((value, place) => ({ place, line, value })));
  const x = {
    field: 'place',
    type: 'quantitative',
    title: { fa: 'از راست به چپ خوانده می‌شود', en: 'read from right to left' },
    scale: { reverse: true, domain: [0, letters.length - 1], nice: false },
    axis: {
      values: letters.map((_, place) => place),
      labelExpr: `${JSON.stringify(letters)}[datum.value]`,
      labelFontSize: 14,
      labelOverlap: false,
      grid: false,
    },
  };
  return chart(
    {
      title,
      encoding: { x },
      layer: [
        {
          data: { values: marked.map((place) => ({ place })) },
          mark: { type: 'rule', strokeDash: [3, 3], color: '#999' },
        },
        {
          data: { values },
          mark: { type: 'line', point: true },
          encoding: {
            y: { field: 'value', type: 'quantitative', title: y, scale: { domain: [0, 1] } },
            ...lineStyles('line', names, { orient: 'top', width: WIDTH }),
          },
        },
      ],
    },
    WIDTH,
    HEIGHT,
  );
}
