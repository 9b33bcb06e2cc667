import { expect } from 'chai';
import { GRU, nextSeed, Orthogonal, ready, seed, tf } from 'recurrent-lab';
import { numbers } from '../support';

/** max |Q Qᵀ − I|, or of Qᵀ Q where Q is tall */
function offIdentity(q: tf.Tensor): number {
  const [rows, columns] = q.shape;
  const tall = rows > columns;
  const gram = tf.matMul(q as tf.Tensor2D, q as tf.Tensor2D, tall, !tall);
  return gram.sub(tf.eye(gram.shape[0])).abs().max().dataSync()[0];
}

describe('Orthogonal', () => {
  before(() => ready());

  for (const shape of [
    [64, 64],
    [64, 192],
    [9, 4],
    [1, 5],
    [3, 2, 4],
  ]) {
    it(`has orthonormal rows or columns at [${shape}]`, () => {
      const q = new Orthogonal({ seed: 3 }).apply(shape);
      expect(q.shape).to.deep.equal(shape);
      expect(offIdentity(q.reshape([-1, shape[shape.length - 1]]))).to.be.below(1e-6);
    });
  }

  it('prints nothing at 64 units, where the one it replaces warns', () => {
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...args) => warnings.push(args);
    try {
      new GRU({ units: 64, recurrentInitializer: 'orthogonal' }).build([null, 3, 7]);
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.deep.equal([]);
  });

  it('multiplies by the gain', () => {
    const q = new Orthogonal({ seed: 3, gain: 2 }).apply([4, 4]);
    expect(numbers(q)).to.deep.equal(numbers(new Orthogonal({ seed: 3 }).apply([4, 4]).mul(2)));
  });

  it('is the same for the same seed, its own or the library’s, and differs from one use to the next', () => {
    const draw = (options: object) => numbers(new Orthogonal(options).apply([5, 5]));
    expect(draw({ seed: 8 }))
      .to.deep.equal(draw({ seed: 8 }))
      .not.deep.equal(draw({ seed: 9 }));
    seed(1);
    const first = [draw({}), draw({})];
    seed(1);
    expect([draw({}), draw({})]).to.deep.equal(first);
    expect(first[0]).to.not.deep.equal(first[1]);
    expect(nextSeed()).to.be.a('number');
  });

  it('refuses a vector', () => {
    expect(() => new Orthogonal().apply([4])).to.throw(
      'Orthogonal: shape must have two dimensions or more, got [4]',
    );
  });
});
