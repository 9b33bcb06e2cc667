import { expect } from 'chai';
import { gradientReach } from 'recurrent-lab';
import { attribute, drawn, elements, pointsOfLines, texts } from './support';

/** Where a line goes through, in pixels. */
const places = (line: string) =>
  [...attribute(line, 'd')!.matchAll(/[ML]([\d.-]+),([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe('gradient reach', () => {
  it('draws what shrinks by a factor a step as a straight line that begins at the last step', () => {
    const svg = drawn(gradientReach({ halved: [0.125, 0.25, 0.5, 1] }, { title: 'Reach' }));
    const [line] = elements(svg, 'line mark');
    const points = places(line);
    expect(points).to.have.length(4);
    const slopes = points.slice(1).map(([x, y], i) => (y - points[i][1]) / (x - points[i][0]));
    for (const slope of slopes) expect(slope).to.be.closeTo(slopes[0], 1e-3);
    const nearest = points.reduce((first, point) => (point[0] < first[0] ? point : first));
    // Pixels count from the top: the norm of the last step, no step back, is the largest.
    expect(nearest[1]).to.equal(Math.min(...points.map(([, y]) => y)));
  });

  it('names its lines, of different lengths, and its axes', () => {
    const svg = drawn(
      gradientReach({ b: [4, 1], a: [1, 1, 1] }, { title: { fa: 'محو شدن', en: 'Vanishing' } }),
    );
    expect(pointsOfLines(svg)).to.deep.equal([2, 3]);
    expect(texts(svg)).to.include.members(['b', 'a', 'Vanishing', 'steps back, T − t']);
    // Left by itself among Persian words, T − t would be seen as t − T.
    const formula = texts(svg).find((text) => text.includes('چند گام به عقب'))!;
    expect(formula.replace(/[\u2066-\u2069]/g, '')).to.equal('چند گام به عقب، T − t');
    expect(formula).to.match(/\u2066[^\u2067]*T[^\u2067]* − [^\u2067]*t[^\u2067]*\u2069/);
  });

  it('refuses what it cannot draw', () => {
    const chart = (lines: Record<string, number[]>) => () => gradientReach(lines, { title: '' });
    expect(chart({})).to.throw('gradientReach: expected at least one line, got none');
    expect(chart({ a: [] })).to.throw('gradientReach: expected at least one norm in line "a", got none');
    expect(chart({ a: [1, 0, 1] })).to.throw('expected norms above 0 in line "a", got 0 at step 1');
    expect(chart({ a: [Number.POSITIVE_INFINITY, 1] })).to.throw('got Infinity at step 0');
    expect(() => gradientReach({ a: [1] }, { title: '', by: 'a' } as never)).to.throw('gradientReach');
  });
});
