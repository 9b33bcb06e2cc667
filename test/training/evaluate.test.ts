import { expect } from 'chai';
import { evaluate, predict, ready, tf } from 'recurrent-lab';
import { batchesOf, lineModel } from './support';

describe('evaluate and predict', () => {
  before(() => ready());

  it('give the exact mean over batches of unequal size, and all predictions in order', async () => {
    const model = lineModel(2); // ŷ = 2 x
    const data = batchesOf([[[1], [2], [3]], [[4]]], ([x]) => 2 * x + 1);
    expect(await evaluate(model, data)).to.equal(1);
    expect(Array.from(await predict(model, data))).to.deep.equal([2, 4, 6, 8]);
  });

  it('leave no tensor behind, even where they fail', async () => {
    const model = lineModel(2);
    const data = batchesOf([[[1], [2]], [[3]]], ([x]) => x);
    const before = tf.memory().numTensors;
    await evaluate(model, data);
    await predict(model, data);
    const wrong = batchesOf([[[1], [2]]], () => 0, 3);
    let message = '';
    await evaluate(model, wrong).catch((error: Error) => (message = error.message));
    expect(message).to.equal("evaluate: the model's output has shape [2,1], the targets [2,3]");
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuse an empty data set and batches of another form', async () => {
    const errors: string[] = [];
    const note = (error: Error) => errors.push(error.message);
    await evaluate(
      lineModel(2),
      batchesOf([], () => 0),
    ).catch(note);
    await predict(lineModel(2), tf.data.array([1, 2]) as never).catch(note);
    expect(errors).to.deep.equal([
      'evaluate: expected at least one window, got none',
      'predict: batches must be { xs: Tensor, ys: Tensor }',
    ]);
  });
});
