import { expect } from 'chai';
import { courseSize } from 'recurrent-lab';

describe('courseSize', () => {
  const { RECURRENT_SIZE } = process.env;
  afterEach(() => {
    if (RECURRENT_SIZE === undefined) delete process.env.RECURRENT_SIZE;
    else process.env.RECURRENT_SIZE = RECURRENT_SIZE;
  });

  it('is quick, or what RECURRENT_SIZE says, or an error', () => {
    delete process.env.RECURRENT_SIZE;
    expect(courseSize()).to.equal('quick');
    process.env.RECURRENT_SIZE = 'full';
    expect(courseSize()).to.equal('full');
    process.env.RECURRENT_SIZE = 'huge';
    expect(courseSize).to.throw('courseSize: RECURRENT_SIZE must be quick or full, got "huge"');
  });
});
