import { expect } from 'chai';
import { ready, tf } from 'recurrent-lab';

describe('Adam', () => {
  before(() => ready());

  it('takes the steps of its equations', () => {
    const rate = 0.1;
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];
    const optimizer = tf.train.adam(rate, beta1, beta2, epsilon);
    const w = tf.variable(tf.tensor1d([1, -2, 0.5, 3, 10]));
    const x = [1, -2, 0.5, 3, 10];
    const m = x.map(() => 0);
    const v = x.map(() => 0);
    for (let t = 1; t <= 20; t++) {
      optimizer.minimize(() => w.square().sum());
      x.forEach((xi, i) => {
        m[i] = beta1 * m[i] + (1 - beta1) * 2 * xi;
        v[i] = beta2 * v[i] + (1 - beta2) * (2 * xi) ** 2;
        x[i] -= (rate * (m[i] / (1 - beta1 ** t))) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
      });
    }
    w.dataSync().forEach((wi, i) => {
      // 1 − β₂ᵗ in float32 is right to four digits at the start.
      expect(wi).to.be.closeTo(x[i], 2e-4);
    });
    expect(optimizer.iterations).to.equal(20);
    w.dispose();
    optimizer.dispose();
  });

  it('goes on from saved weights as if it had not stopped, and leaks nothing', async () => {
    const minimum = (w: tf.Variable) => () => w.sub(3).square().sum().asScalar();
    const through = tf.variable(tf.zeros([3]));
    const all = tf.train.adam(0.1);
    for (let i = 0; i < 10; i++) all.minimize(minimum(through));

    const stopped = tf.variable(tf.zeros([3]));
    const first = tf.train.adam(0.1);
    for (let i = 0; i < 5; i++) first.minimize(minimum(stopped));
    const second = tf.train.adam(0.1);
    await second.setWeights(await first.getWeights());
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) second.minimize(minimum(stopped));
    expect(tf.memory().numTensors).to.equal(tensors);
    stopped.dataSync().forEach((w, i) => {
      expect(w).to.be.closeTo(through.dataSync()[i], 1e-4);
    });
  });

  it('does not change what was read or cloned before a step', () => {
    const w = tf.variable(tf.tensor1d([1, 2, 3]));
    const before = w.clone();
    tf.train.adam(0.5).minimize(() => w.square().sum().asScalar());
    expect([...before.dataSync()]).to.deep.equal([1, 2, 3]);
    expect(w.dataSync()[0]).to.be.below(0.6);
  });
});
