import { expect } from 'chai';
import { GRU, LSTM, ready, SimpleRNN, seed, tf } from 'recurrent-lab';
import { restartMachine } from '#lab/simd/machine/machine';

/** Trains a model with all three cells, dropout and a Dense, and gives its weights. */
async function trainedWeights(threads: number): Promise<Float32Array[]> {
  const { crew } = await restartMachine(threads);
  seed(11);
  const model = tf.sequential();
  model.add(new SimpleRNN({ units: 37, returnSequences: true, dropout: 0.2, inputShape: [9, 5] }));
  model.add(new GRU({ units: 42, returnSequences: true, recurrentDropout: 0.3 }));
  model.add(new LSTM({ units: 33 }));
  model.add(tf.layers.dense({ units: 40, activation: 'relu' }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const x = tf.randomNormal([203, 9, 5], 0, 1, 'float32', 1);
  const y = tf.randomNormal([203, 1], 0, 1, 'float32', 2);
  for (let step = 0; step < 5; step++) await model.trainOnBatch(x, y);
  expect(crew.present).to.equal(threads);
  const weights = model.getWeights().map((w) => w.dataSync<'float32'>().slice());
  model.dispose();
  tf.dispose([x, y]);
  return weights;
}

describe('threads', () => {
  before(() => ready());
  after(() => restartMachine());

  it('leave the same weights, bit for bit, whether 1, 2, 3 or 8 train', async () => {
    const one = await trainedWeights(1);
    for (const threads of [2, 3, 8]) {
      const weights = await trainedWeights(threads);
      one.forEach((w, i) => {
        expect(Buffer.compare(Buffer.from(w.buffer), Buffer.from(weights[i].buffer)), `weight ${i}`).to.equal(
          0,
        );
      });
    }
    expect(one.every((w) => w.every(Number.isFinite))).to.equal(true);
  });
});
