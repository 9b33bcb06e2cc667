import { expect } from 'chai';
import { expect as check, toMimeBundle } from 'recurrent-lab';

describe('expect in a cell', () => {
  it('shows a mark where it holds', () => {
    expect(toMimeBundle(check(1 + 1).to.equal(2))).to.deep.equal({ 'text/plain': '✓' });
  });

  it('throws where it does not', () => {
    expect(() => check(1 + 1).to.equal(3)).to.throw('expected 2 to equal 3');
  });
});
