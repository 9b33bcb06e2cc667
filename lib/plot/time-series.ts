import { written } from '../display';
import { fail } from '../errors';
import { lineColours, lineNumber, lineStyles } from './line-styles';
import { namedLines, type Title } from './names';
import { chart, PALETTE, timeAxis, type VegaLiteSpec } from './spec';

/** Readings over time: `time` in milliseconds UTC, and values for each. */
export interface Line {
  readonly time: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** More points than this make a chart slow to draw and no clearer. */
const MOST_POINTS = 5000;

interface Point {
  time: number;
  value: number | null;
  line: string;
}

function points(where: string, name: string, { time, values }: Line): Point[] {
  if (time.length !== values.length) {
    fail(where, `line "${name}" has ${time.length} times and ${values.length} values; expected as many`);
  }
  if (time.length > MOST_POINTS) {
    const most = `expected at most ${MOST_POINTS}: resample or select first`;
    fail(where, `line "${name}" has ${time.length} points, ${most}`);
  }
  return Array.from(values, (value, i) => ({
    time: time[i],
    value: Number.isFinite(value) ? value : null,
    line: name,
  }));
}

/**
 * Lines over time, such as a year of temperature, or predictions over the truth.
 *
 * @param lines by name, or as pairs, such as a map's, at most 5,000 points each; a reading that is not finite leaves a gap
 * @param options.title above the chart
 * @param options.y the vertical axis' title, with its unit
 * @param options.timeFormat d3 format of the time axis' labels, e.g. `%H:%M`
 * @throws RecurrentError for lines of unequal or too great length, and a name that comes twice
 */
export function linesOverTime(
  lines: Readonly<Record<string, Line>> | Iterable<readonly [string, Line]>,
  options: { title: Title; y: Title; timeFormat?: string; width?: number; height?: number },
): VegaLiteSpec {
  const entries = namedLines('linesOverTime', lines);
  const names = entries.map(([name]) => name);
  if (names.length === 0) fail('linesOverTime', 'expected at least one line, got none');
  const values = entries.flatMap(([name, line], i) => {
    const number = lineNumber(names, i);
    return points('linesOverTime', name, line).map((point) => ({ ...point, ...number }));
  });
  const { width = 640, height } = options;
  const styles = lineStyles('line', names, { orient: 'top', width, range: lineColours(names) });
  return chart(
    {
      title: options.title,
      data: { values },
      mark: { type: 'line', strokeWidth: 1.5, clip: true },
      encoding: {
        x: timeAxis('time', null, options.timeFormat),
        y: { field: 'value', type: 'quantitative', title: options.y, scale: { zero: false } },
        ...styles,
        ...(names.length > 1 ? {} : { color: { ...styles.color, legend: null } }),
      },
    },
    width,
    height,
  );
}

/**
 * One sample of the forecast: the readings that the network sees, the last of them marked, and its target.
 *
 * @param past what the network sees
 * @param target the reading to predict
 */
export function windowChart(
  past: Line,
  target: { time: number; value: number },
  options: { title: Title; y: Title },
): VegaLiteSpec {
  const seen = points('windowChart', 'past', past);
  if (seen.length === 0) fail('windowChart', 'expected at least one past reading, got none');
  const last = seen[seen.length - 1];
  const hours = (target.time - last.time) / 3_600_000;
  const [fa, en] = [written('fa', Number(hours.toFixed(2))), Number(hours.toFixed(2))];
  // Each language in its own direction: beside Latin words the Persian ones would change places.
  const label = `\u2067${fa} ساعت بعد\u2069 · \u2066${en} h ahead\u2069`;
  const y = { field: 'value', type: 'quantitative', title: options.y, scale: { zero: false } };
  return chart({
    title: options.title,
    layer: [
      {
        data: { values: seen },
        mark: { type: 'line', color: PALETTE[0], point: { size: 12, color: PALETTE[0] } },
        encoding: { x: timeAxis('time', null), y },
      },
      {
        data: { values: [last] },
        mark: { type: 'rule', strokeDash: [4, 4], color: '#888' },
        encoding: { x: timeAxis('time', null) },
      },
      {
        data: { values: [target] },
        mark: { type: 'point', shape: 'cross', size: 120, filled: true, color: PALETTE[1] },
        encoding: { x: timeAxis('time', null), y },
      },
      {
        data: { values: [{ ...target, label }] },
        mark: { type: 'text', align: 'right', dx: 6, color: PALETTE[1] },
        // Above the plot, where no line runs through it.
        encoding: { x: timeAxis('time', null), y: { value: -8 }, text: { field: 'label' } },
      },
    ],
  });
}
