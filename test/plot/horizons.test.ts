import { expect } from 'chai';
import { errorByHorizon, type HorizonError, toMimeBundle } from 'recurrent-lab';

const errors: HorizonError[] = [
  { name: 'GRU', horizonHours: 12, mse: 0.09, spread: 0.01, kind: 'ours' },
  { name: 'GRU', horizonHours: 1, mse: 0.007, spread: 0.001, kind: 'ours' },
  { name: 'GRU', horizonHours: 1, mse: 0.0165, kind: 'lecture' },
  { name: 'GRU', horizonHours: 12, mse: 0.1313, kind: 'lecture' },
  { name: 'last value', horizonHours: 1, mse: 0.0139, kind: 'baseline' },
  { name: 'last value', horizonHours: 12, mse: 0.43, kind: 'baseline' },
];

const svg = (given: readonly HorizonError[]) =>
  (toMimeBundle(errorByHorizon(given, { title: 'Errors' })) as Record<string, string>)['image/svg+xml'];

const count = (drawn: string, what: string) => drawn.split(`aria-roledescription="${what}"`).length - 1;

describe('error by horizon', () => {
  it('draws a line for each name and kind, a dot for each error, a bar for each spread', () => {
    const drawn = svg(errors);
    expect(count(drawn, 'line mark')).to.equal(3);
    expect(count(drawn, 'point')).to.equal(6);
    expect(count(drawn, 'rule mark')).to.equal(2);
    for (const text of ['>GRU<', '>last value<', '>ours<', '>lecture<', '>baseline<', '>12<']) {
      expect(drawn).to.contain(text);
    }
  });

  it('shows a single error, of one kind and without a legend of kinds', () => {
    const drawn = svg(errors.slice(0, 1));
    expect(count(drawn, 'point')).to.equal(1);
    expect(drawn).to.not.contain('>ours<');
  });

  it('refuses what a logarithmic axis has no place for', () => {
    expect(() => errorByHorizon([], { title: '' })).to.throw('expected at least one error, got none');
    expect(() => svg([{ name: 'a', horizonHours: 1, mse: 0, kind: 'ours' }])).to.throw(
      'a: expected an error and hours above 0, got 0',
    );
  });
});
