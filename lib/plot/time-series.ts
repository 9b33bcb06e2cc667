import { fail } from '../errors';
import { chart, PALETTE, timeAxis, type VegaLiteSpec } from './spec';

/** Readings over time: `time` in milliseconds UTC, and values for each. */
export interface Line {
  readonly time: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** More points than this make a chart slow to draw and no clearer. */
const MOST_POINTS = 5000;

function points(
  name: string,
  { time, values }: Line,
): { time: number; value: number | null; line: string }[] {
  if (time.length !== values.length) {
    fail('plot', `line "${name}" has ${time.length} times and ${values.length} values; expected as many`);
  }
  if (time.length > MOST_POINTS) {
    fail(
      'plot',
      `line "${name}" has ${time.length} points, expected at most ${MOST_POINTS}: resample or select first`,
    );
  }
  return Array.from(values, (value, i) => ({
    time: time[i],
    value: Number.isFinite(value) ? value : null,
    line: name,
  }));
}

const lineColour = (names: string[]) => ({
  field: 'line',
  type: 'nominal',
  title: null,
  scale: { domain: names, range: names.map((_, i) => PALETTE[i % PALETTE.length]) },
  legend: names.length > 1 ? { orient: 'top' } : null,
});

/**
 * Lines over time, such as a year of temperature, or predictions over the truth.
 *
 * @param lines by name, at most 5,000 points each; a reading that is not finite leaves a gap
 * @param options.title above the chart
 * @param options.y the vertical axis' title, with its unit
 * @param options.timeFormat d3 format of the time axis' labels, e.g. `%H:%M`
 * @throws RecurrentError for lines of unequal or too great length
 */
export function linesOverTime(
  lines: Readonly<Record<string, Line>>,
  options: { title: string; y: string; timeFormat?: string; width?: number; height?: number },
): VegaLiteSpec {
  const names = Object.keys(lines);
  if (names.length === 0) fail('linesOverTime', 'expected at least one line, got none');
  return chart(
    {
      title: options.title,
      data: { values: names.flatMap((name) => points(name, lines[name])) },
      mark: { type: 'line', strokeWidth: 1.5, clip: true },
      encoding: {
        x: timeAxis('time', null, options.timeFormat),
        y: { field: 'value', type: 'quantitative', title: options.y, scale: { zero: false } },
        color: lineColour(names),
      },
    },
    options.width,
    options.height,
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
  options: { title: string; y: string },
): VegaLiteSpec {
  const seen = points('past', past);
  if (seen.length === 0) fail('windowChart', 'expected at least one past reading, got none');
  const last = seen[seen.length - 1];
  const hours = (target.time - last.time) / 3_600_000;
  const label = `${Number(hours.toFixed(2))} h ahead`;
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
        mark: { type: 'text', align: 'right', dx: 6, dy: -14, color: PALETTE[1] },
        encoding: { x: timeAxis('time', null), y, text: { field: 'label' } },
      },
    ],
  });
}
