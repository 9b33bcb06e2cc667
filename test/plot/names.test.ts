import { expect } from 'chai';
import {
  errorBars,
  errorByHorizon,
  type Line,
  learningCurve,
  lineChart,
  linesOverTime,
  type VegaLiteSpec,
  windowChart,
} from 'recurrent-lab';
import { NASTY_NAMES, visible } from '../support/names';
import { attribute, drawn, elements, pointsOfLines, texts } from './support';

const line: Line = { time: [0, 3_600_000, 7_200_000], values: [1, 2, 3] };
const rowsOf = (row: (line: string, i: number) => [string, string | number][], lines: readonly string[]) =>
  lines.flatMap((name) => [1, 2, 3].map((i) => Object.fromEntries(row(name, i))));

/** Draws a chart and requires its lines, by how many points each goes through, and the texts that one reads. */
function requireLines(chart: VegaLiteSpec, points: number[], ...read: string[]): void {
  const svg = drawn(chart);
  expect(pointsOfLines(svg)).to.deep.equal(points);
  // A legend or an axis shows nothing for a name without a letter.
  const shown = read.map(visible).filter((text) => text !== '');
  expect(texts(svg)).to.include.members(shown);
  expect(svg).to.not.match(/(?![\t\n])\p{Cc}|\p{Cs}/u);
}

describe('names in charts', function () {
  this.timeout(60_000);
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  before(() => process.on('unhandledRejection', onRejection));
  after(() => {
    process.off('unhandledRejection', onRejection);
    expect(rejections).to.deep.equal([]);
  });

  for (const name of NASTY_NAMES) {
    it(`may be ${JSON.stringify(name)}: of a line, a field, a title`, () => {
      requireLines(linesOverTime({ [name]: line, b: line }, { title: name, y: name }), [3, 3], name, 'b');
      const fields = (by: string, i: number): [string, string | number][] => [
        ['n', i],
        ['lines', by],
        [name, i * i],
      ];
      const rows = rowsOf(fields, ['one', 'two']);
      requireLines(lineChart(rows, { title: 't', x: 'n', y: name, by: 'lines' }), [3, 3], name, 'one');
      const named = rowsOf(
        (by, i) => [
          ['n', i],
          [name, by],
        ],
        ['one', 'two'],
      );
      requireLines(lineChart(named, { title: 't', x: 'n', y: 'n', by: name }), [3, 3], 'one', 'two');
    });
  }

  const three = NASTY_NAMES.map(() => 3);

  it('are those of all lines of a chart', () => {
    const lines = new Map(NASTY_NAMES.map((name) => [name, line]));
    requireLines(linesOverTime(lines, { title: 't', y: 'u' }), three, ...NASTY_NAMES);
    const losses = Object.fromEntries(NASTY_NAMES.map((name) => [name, [3, 2, 1]]));
    requireLines(learningCurve(losses, { title: 't' }), three, ...NASTY_NAMES);
    const rows = rowsOf((by, i) => Object.entries({ n: i, cost: i * i, by }), NASTY_NAMES);
    requireLines(lineChart(rows, { title: 't', x: 'n', y: 'cost', by: 'by' }), three, ...NASTY_NAMES);
  });

  it('are those of errors and of their kinds', () => {
    const errorsOf = (name: string, kind: string) =>
      [1, 6].map((horizonHours) => ({ name, kind, mse: horizonHours, horizonHours }));
    const two = NASTY_NAMES.map(() => 2);
    const kinds = NASTY_NAMES.flatMap((kind) => errorsOf('GRU', kind));
    requireLines(errorByHorizon(kinds, { title: 't' }), two, ...NASTY_NAMES);
    for (let from = 0; from < NASTY_NAMES.length; from += 20) {
      const some = NASTY_NAMES.slice(from, from + 20);
      const named = some.flatMap((name) => errorsOf(name, 'ours'));
      requireLines(errorByHorizon(named, { title: 't' }), two.slice(0, some.length), ...some);
      const svg = drawn(
        errorBars(
          some.map((name, i) => ({ name, mse: i + 1, kind: name })),
          { title: 't' },
        ),
      );
      const lengths = elements(svg, 'bar').map((bar) =>
        Number(/h(\d+)/.exec(attribute(bar, 'd') ?? '')?.[1]),
      );
      expect(lengths).to.have.length(some.length);
      for (const [i, length] of lengths.entries()) expect(length / lengths[0]).to.be.closeTo(i + 1, 0.2);
      expect(texts(svg)).to.include.members(some.map(visible).filter((text) => text !== ''));
    }
  });

  it('are titles of every axis that has one', () => {
    for (const name of ['C:\\users', '\\"+datum.value+"\\', 'new\nline', 'u\u2028x', 'constructor', 'if']) {
      requireLines(windowChart(line, { time: 1e7, value: 4 }, { title: name, y: name }), [3], name);
      requireLines(learningCurve({ a: [2, 1] }, { title: name, y: name }), [2], name);
      const rows = [1, 2].map((n) => ({ n, cost: n }));
      const axes = { x: 'n', y: 'cost', xTitle: name, yTitle: name };
      requireLines(lineChart(rows, { title: name, ...axes, log: ['x'] }), [2], name);
      requireLines(errorBars([{ name: 'a', mse: 1, kind: 'k' }], { title: name, x: name }), [], name);
      requireLines(
        errorByHorizon([{ name: 'a', mse: 1, horizonHours: 1, kind: 'k' }], { title: name }),
        [1],
        name,
      );
    }
  });

  it("leave a format of times what it is: %H o'clock", () => {
    for (const [timeFormat, first] of [
      ["%H o'clock", "00 o'clock"],
      ['\\u%H', '\\u00'],
      ['%H\n%M', '00 00'],
    ]) {
      requireLines(linesOverTime({ a: line }, { title: 't', y: 'u', timeFormat }), [3], first);
    }
  });

  it('are told apart where Vega would join them: a|b of kind c, and a of kind b|c', () => {
    const at = (name: string, kind: string) =>
      [1, 6].map((horizonHours) => ({ name, kind, mse: horizonHours, horizonHours }));
    requireLines(errorByHorizon([...at('a|b', 'c'), ...at('a', 'b|c')], { title: 't' }), [2, 2]);
  });

  it('keep the order of a map, where a record has names that are numbers first', () => {
    const legend = (lines: Parameters<typeof linesOverTime>[0]) =>
      texts(drawn(linesOverTime(lines, { title: 't', y: 'u' }))).filter((text) => /^[a-c\d]$/.test(text));
    expect(legend(new Map(['b', '2', 'a', '1'].map((name) => [name, line]))).slice(-4)).to.deep.equal([
      'b',
      '2',
      'a',
      '1',
    ]);
  });

  it('may be numbers, which get the colours of their legend', () => {
    const rows = [16, 64].flatMap((units) => [1, 2].map((n) => ({ units, n, cost: n })));
    const svg = drawn(lineChart(rows, { title: 't', x: 'n', y: 'cost', by: 'units' }));
    expect(elements(svg, 'line mark').map((path) => attribute(path, 'stroke'))).to.deep.equal([
      '#0072b2',
      '#d55e00',
    ]);
    expect(texts(svg)).to.include.members(['16', '64']);
  });

  it('leave rows as they are, frozen ones too', () => {
    const rows = Object.freeze([1, 2].map((n) => Object.freeze({ n, cost: n })));
    requireLines(lineChart(rows, { title: 't', x: 'n', y: 'cost' }), [2]);
    expect(Reflect.ownKeys(rows[0])).to.deep.equal(['n', 'cost']);
  });

  it('that are plain leave the rows in the chart as they came', () => {
    const rows = [{ n: 1, cost: 2, name: 'SimpleRNN, 1 h' }];
    const chart = lineChart(rows, { title: 't', x: 'n', y: 'cost', by: 'name' });
    expect(chart.data).to.deep.equal({ values: rows });
  });

  it('of any length are shown in full', () => {
    const long = 'an exceedingly long name of a line, of which the end matters: 1';
    requireLines(linesOverTime({ [long]: line, b: line }, { title: 't', y: 'u' }), [3, 3], long);
    const bars = [{ name: long, mse: 1, kind: long }];
    expect(texts(drawn(errorBars(bars, { title: 't' }))).filter((text) => text === long)).to.have.length(2);
  });

  it('that are missing, of numbers that are none, and of two bars are refused', () => {
    const rows = [{ n: 1, cost: 1 }];
    const chart = (x: string, y: string, by?: string) => () => lineChart(rows, { title: 't', x, y, by });
    expect(chart('constructor', 'cost')).to.throw(
      'lineChart: expected numbers in "constructor", got undefined',
    );
    expect(chart('n', '__proto__')).to.throw('lineChart: expected numbers in "__proto__", got undefined');
    expect(chart('n', 'cost', 'toString')).to.throw('expected texts or numbers in "toString", got undefined');
    expect(() =>
      lineChart([{ n: Number.POSITIVE_INFINITY, cost: 1 }], { title: 't', x: 'n', y: 'cost' }),
    ).to.throw('lineChart: expected numbers in "n", got Infinity');
    const twice = ['a', 'a'].map((name) => [name, line] as const);
    expect(() => linesOverTime(twice, { title: 't', y: 'u' })).to.throw(
      'linesOverTime: line "a" is given twice',
    );
    const losses = twice.map(([name]) => [name, [1]] as const);
    expect(() => learningCurve(losses, { title: 't' })).to.throw('learningCurve: line "a" is given twice');
    const bar = { name: 'a', mse: 1, kind: 'k' };
    expect(() => errorBars([bar, bar], { title: 't' })).to.throw(
      'errorBars: expected a name for each bar, "a" comes twice',
    );
  });
});
