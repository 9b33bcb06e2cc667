import { expect } from 'chai';
import { nextSeed, Random, randomState, ready, seed, setRandomState, tf } from 'recurrent-lab';

describe('random numbers', () => {
  const mathRandom = Math.random;
  after(() => {
    Math.random = mathRandom;
  });

  it('gives the same stream for the same seed, another for another', () => {
    const draw = (n: number) => Array.from({ length: 5 }, Random.prototype.uniform.bind(Random.seeded(n)));
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).to.not.deep.equal(draw(8));
  });

  it('gives the numbers it has always given', () => {
    expect(Array.from(Random.seeded(1).permutation(5))).to.deep.equal([3, 4, 0, 1, 2]);
  });

  it('is uniform: mean 1/2, variance 1/12, and normal: mean 0, variance 1', () => {
    const random = Random.seeded(3);
    const moments = (draw: () => number) => {
      const xs = Array.from({ length: 50_000 }, draw);
      const mean = xs.reduce((a, b) => a + b) / xs.length;
      return [mean, xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length];
    };
    const [um, uv] = moments(() => random.uniform());
    expect(um).to.be.closeTo(0.5, 0.01);
    expect(uv).to.be.closeTo(1 / 12, 0.002);
    const [nm, nv] = moments(() => random.normal());
    expect(nm).to.be.closeTo(0, 0.02);
    expect(nv).to.be.closeTo(1, 0.03);
  });

  it('permutes: every number once, also of none and one', () => {
    for (const n of [0, 1, 2, 1000]) {
      const sorted = Array.from(Random.seeded(5).permutation(n)).sort((a, b) => a - b);
      expect(sorted).to.deep.equal(Array.from({ length: n }, (_, i) => i));
    }
  });

  it('goes on from a saved state', () => {
    const random = Random.seeded(11);
    random.uniform();
    const saved = JSON.parse(JSON.stringify(random.state()));
    const expected = [random.uniform(), random.normal()];
    const resumed = Random.from(saved);
    expect([resumed.uniform(), resumed.normal()]).to.deep.equal(expected);
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => Random.seeded(0.5)).to.throw('Random.seeded: seed must be a whole number');
    expect(() => seed(Number.NaN)).to.throw('seed: n must be a whole number');
    expect(() => Random.seeded(1).integer(0)).to.throw('Random.integer: n must be from 1 to 2^32, got 0');
  });

  it('seed(n) governs nextSeed, Math.random and the initialisers of TensorFlow.js', async () => {
    await ready();
    const draw = () => {
      seed(42);
      const layer = tf.layers.dense({ units: 3, inputShape: [2] });
      layer.apply(tf.ones([1, 2]));
      const weights = Array.from(layer.getWeights()[0].dataSync());
      const dropped = Array.from(tf.tidy(() => tf.dropout(tf.ones([20]), 0.5).dataSync()));
      return [nextSeed(), Math.random(), weights, dropped];
    };
    const first = draw();
    expect(draw()).to.deep.equal(first);
    seed(43);
    expect(nextSeed()).to.not.equal(first[0]);
  });

  it('randomState keeps both streams', () => {
    seed(9);
    Math.random();
    nextSeed();
    const saved = JSON.parse(JSON.stringify(randomState()));
    const expected = [nextSeed(), Math.random()];
    setRandomState(saved);
    expect([nextSeed(), Math.random()]).to.deep.equal(expected);
  });
});
