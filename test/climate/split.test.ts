import { expect } from 'chai';
import { split, type WindowOptions, windows } from 'recurrent-lab';
import { hourly } from './support';

const counting = (rows: number) => hourly(rows, { x: (i) => i });

describe('split', () => {
  it('cuts by time without copying, and no window reaches across the cut', () => {
    const series = counting(100);
    const [train, validation, test] = split(series, 0.6, 0.115);
    expect([train.length, validation.length, test.length]).to.deep.equal([60, 11, 29]);
    expect(train.column('x').buffer).to.equal(series.column('x').buffer);
    const options: WindowOptions = { past: '3h', horizon: '2h', features: ['x'], target: 'x' };
    expect(windows(train, options).window(-1).y).to.equal(59);
    expect(windows(test, options).window(0).x[0]).to.equal(71);
  });

  it('takes the lecture’s share, and sums of shares, to the row', () => {
    expect(split(counting(70_092), 0.715)[0].length).to.equal(50_115);
    expect(split(counting(1000), 0.1, 0.2, 0.4).map((part) => part.length)).to.deep.equal([
      100, 200, 400, 300,
    ]);
  });

  it('refuses shares that leave a part empty or are none', () => {
    const series = counting(10);
    for (const shares of [[0], [1], [-0.1], [Number.NaN], [0.5, 0.5], [0.6, 0.5]]) {
      expect(() => split(series, ...shares), shares.join()).to.throw(/^split: expected shares/);
    }
    expect(() => split(series)).to.throw('expected at least one share');
    expect(() => split(series, 0.01)).to.throw('part 1 of 10 rows would be empty');
    expect(() => split(series, 0.5, 0.01)).to.throw('part 2 of 10 rows would be empty');
  });
});
