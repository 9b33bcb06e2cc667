import { expect } from 'chai';
import { History } from '#lab/jupyter/kernel/history';

describe('history', () => {
  const history = new History();
  for (const [i, input] of ['a', 'b2', 'a', 'c\nd'].entries()) history.add(i + 1, input);
  history.setOutput(2, '5');

  it('gives the last cells, and each text once at its last place', () => {
    expect(history.select({ hist_access_type: 'tail', n: 2 })).to.deep.equal([
      [1, 3, 'a'],
      [1, 4, 'c\nd'],
    ]);
    expect(history.select({ hist_access_type: 'tail', n: 3, unique: true })).to.deep.equal([
      [1, 2, 'b2'],
      [1, 3, 'a'],
      [1, 4, 'c\nd'],
    ]);
  });

  it('gives a range of lines of this session, with results where they are asked for', () => {
    const range = { hist_access_type: 'range', start: 2, stop: 4 };
    expect(history.select({ ...range, output: true })).to.deep.equal([
      [1, 2, ['b2', '5']],
      [1, 3, ['a', null]],
    ]);
    expect(history.select({ ...range, session: 1 })).to.have.length(2);
    expect(history.select({ ...range, session: -1 })).to.deep.equal([]);
  });

  it('searches with a glob', () => {
    expect(history.select({ hist_access_type: 'search', pattern: '?2' })).to.deep.equal([[1, 2, 'b2']]);
    expect(history.select({ hist_access_type: 'search', pattern: 'c*d' })).to.have.length(1);
    expect(history.select({ hist_access_type: 'search', pattern: 'a' })).to.have.length(2);
  });
});
