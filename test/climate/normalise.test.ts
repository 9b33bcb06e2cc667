import { expect } from 'chai';
import { normalise, split } from 'recurrent-lab';
import { hourly } from './support';

describe('normalise', () => {
  const series = hourly(8, { x: (i) => [2, 4, 4, 4, 5, 5, 7, 9][i], y: (i) => i });

  it('measures mean and standard deviation on the training rows alone', () => {
    // The mean of 2, 4, 4, 4, 5, 5, 7, 9 is 5, and their squared distances 9, 1, 1, 1, 0, 0, 4, 16 have the mean 4.
    expect(normalise(series, ['x']).columns).to.deep.equal({ x: { mean: 5, std: 2 } });
    const [train, test] = split(series, 0.5);
    const scale = normalise(train, ['x']);
    expect(scale.of('x').mean).to.equal(3.5);
    expect(scale.apply(test).column('x')[3]).to.be.closeTo((9 - 3.5) / scale.of('x').std, 1e-6);
    expect(scale.apply(test).names).to.deep.equal(['x']);
    expect(scale.apply(test).time).to.equal(test.time);
  });

  it('inverts to the numbers themselves', () => {
    const scale = normalise(series);
    const back = scale.invert('x', scale.apply(series).column('x'));
    for (const [i, x] of back.entries()) expect(x).to.be.closeTo(series.column('x')[i], 1e-6);
    expect(scale.rootError('x', 0.25)).to.equal(1);
  });

  it('refuses a constant column and a column that is not there', () => {
    expect(() => normalise(hourly(7, { x: () => 0.1 }))).to.throw('column "x" is 0.1');
    expect(() => normalise(series, ['z'])).to.throw('normalise: no column "z"; there are x, y');
    expect(() => normalise(series).of('z')).to.throw('ZScores: no column "z"; there are x, y');
    expect(() => normalise(series).apply(series.select(['y']))).to.throw(
      'ZScores: no column "x"; there are y',
    );
    expect(() => normalise(series, ['x', 'x'])).to.throw('normalise: column "x" is given twice');
  });
});
