import { expect } from 'chai';
import {
  errorBars,
  errorByHorizon,
  learningCurve,
  lineChart,
  linesOverTime,
  type VegaLiteSpec,
} from 'recurrent-lab';
import { attribute, drawn, elements, texts } from './support';

const names = (count: number) => Array.from({ length: count }, (_, i) => `name ${i + 1}`);

const CHARTS: Record<string, (names: string[]) => VegaLiteSpec> = {
  linesOverTime: (names) =>
    linesOverTime(new Map(names.map((name, i) => [name, { time: [0, 3_600_000], values: [i, i + 1] }])), {
      title: 't',
      y: 'u',
    }),
  learningCurve: (names) =>
    learningCurve(new Map(names.map((name, i) => [name, [i + 2, i + 1]])), { title: 't' }),
  lineChart: (names) =>
    lineChart(
      names.flatMap((name, i) => [1, 2].map((n) => ({ name, n, cost: n * (i + 1) }))),
      { title: 't', x: 'n', y: 'cost', by: 'name' },
    ),
  'errorByHorizon by kind': (names) =>
    errorByHorizon(
      names.flatMap((kind, i) =>
        [1, 6].map((horizonHours) => ({ name: 'GRU', kind, horizonHours, mse: horizonHours * (i + 1) })),
      ),
      { title: 't' },
    ),
};

/** How the lines, or the bars, look: two that look the same can't be told apart. */
const looks = (svg: string, role: string) =>
  elements(svg, role).map((element) =>
    ['fill', 'stroke', 'stroke-dasharray'].map((name) => attribute(element, name)).join(' '),
  );

describe('many lines in a chart', function () {
  this.timeout(60_000);

  for (const [name, chart] of Object.entries(CHARTS)) {
    it(`differ in colour or dash, and are all in the legend: ${name}`, () => {
      for (const count of [2, 7, 8, 9, 14, 15, 31, 40, 100]) {
        const svg = drawn(chart(names(count)));
        expect(looks(svg, 'line mark')).to.have.length(count);
        expect(new Set(looks(svg, 'line mark')).size).to.equal(count);
        expect(texts(svg)).to.include.members(names(count));
      }
    });
  }

  it('have the same colours as few lines, the first seven without a dash', () => {
    const few = looks(drawn(CHARTS.lineChart(names(7))), 'line mark');
    const many = looks(drawn(CHARTS.lineChart(names(9))), 'line mark');
    expect(many.slice(0, 7)).to.deep.equal(few);
    expect(few.join()).to.not.contain(',undefined').and.not.match(/\d,\d/);
    expect(many[7]).to.equal(`${few[0].replace(/ $/, '')} 6,4`);
  });

  const byHorizon = (count: number) =>
    errorByHorizon(
      names(count).flatMap((name, i) =>
        [1, 6].map((horizonHours) => ({ name, kind: 'ours', horizonHours, mse: horizonHours * (i + 1) })),
      ),
      { title: 't' },
    );
  const bars = (count: number) =>
    errorBars(
      names(count).map((name, i) => ({ name, mse: i + 1, kind: `kind of ${name}` })),
      { title: 't' },
    );

  it('of an error by horizon have colours of their own, and dots of another shape', () => {
    for (const count of [7, 8, 21]) {
      const svg = drawn(byHorizon(count));
      expect(new Set(looks(svg, 'line mark')).size).to.equal(count);
      expect(texts(svg)).to.include.members(names(count));
      const dots = elements(svg, 'point').map((dot) => attribute(dot, 'd'));
      expect(new Set(dots).size).to.equal(Math.ceil(count / 7));
    }
    expect(() => byHorizon(22)).to.throw('errorByHorizon: expected at most 21 names');
  });

  it('and bars of many kinds have colours and outlines of their own', () => {
    for (const count of [7, 8, 21]) {
      const svg = drawn(bars(count));
      expect(new Set(looks(svg, 'bar')).size).to.equal(count);
      expect(texts(svg)).to.include.members(names(count).map((name) => `kind of ${name}`));
    }
    expect(() => bars(22)).to.throw(
      'errorBars: expected at most 21 kinds, which colours can tell apart, got 22',
    );
  });
});
