import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bidirectional, GRU, LSTM, loadModel, ready, SimpleRNN, saveModel, seed, tf } from 'recurrent-lab';
import { numbers } from '../support';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

function makeModel(): tf.LayersModel {
  const input = tf.input({ shape: [6, 2] });
  const masked = tf.layers.masking({ maskValue: 9 }).apply(input) as tf.SymbolicTensor;
  const [all, h, c] = new LSTM({ units: 3, returnSequences: true, returnState: true, dropout: 0.1 }).apply(
    masked,
  ) as tf.SymbolicTensor[];
  const both = bidirectional({
    layer: new GRU({ units: 4, resetAfter: false, recurrentRegularizer: 'l1l2' }),
  });
  const second = both.apply(all) as tf.SymbolicTensor;
  const third = new LSTM({ units: 3, goBackwards: true }).apply([masked, h, c]) as tf.SymbolicTensor;
  const fourth = new SimpleRNN({ units: 2, activation: 'relu', seed: 4 }).apply(all) as tf.SymbolicTensor;
  const joined = tf.layers.concatenate().apply([second, third, fourth]) as tf.SymbolicTensor;
  return tf.model({
    inputs: input,
    outputs: tf.layers.dense({ units: 1 }).apply(joined) as tf.SymbolicTensor,
  });
}

describe('saved models', () => {
  let folder: string;
  let x: tf.Tensor;
  before(() => ready());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'model-'));
    seed(3);
    x = tf.randomNormal([2, 6, 2], 0, 1, 'float32', 5);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('open with all layers and options, and predict the same', async () => {
    const model = makeModel();
    await saveModel(model, folder);
    const again = await loadModel(folder);
    expect(again.layers.map((layer) => layer.getConfig())).to.deep.equal(
      model.layers.map((layer) => layer.getConfig()),
    );
    expect(numbers(again.predict(x) as tf.Tensor)).to.deep.equal(numbers(model.predict(x) as tf.Tensor));
    expect(again.layers.some((layer) => layer instanceof LSTM)).to.equal(true);
  });

  it('open in a fresh process', async () => {
    const model = makeModel();
    await saveModel(model, folder);
    const script = `const { loadModel, ready, tf } = require(${JSON.stringify(createRequire(__filename).resolve('recurrent-lab'))});
      ready().then(() => loadModel(process.argv[1])).then((model) => {
        const x = tf.randomNormal([2, 6, 2], 0, 1, 'float32', 5);
        console.log(JSON.stringify(Array.from(model.predict(x).dataSync())));
      });`;
    const run = spawnSync(process.execPath, ['-e', script, folder], { encoding: 'utf8' });
    expect(JSON.parse(run.stdout)).to.deep.equal(numbers(model.predict(x) as tf.Tensor));
  });

  it('train on where the optimizer was saved too', async () => {
    const model = makeModel();
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const y = tf.ones([2, 1]);
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    await saveModel(model, folder, { optimizer: true });
    const again = await loadModel(folder);
    expect(again.optimizer.getClassName()).to.equal('Adam');
    const { history } = await again.fit(x, y, { epochs: 1, verbose: 0 });
    const before = (await model.fit(x, y, { epochs: 1, verbose: 0 })).history.loss[0] as number;
    expect(history.loss[0]).to.be.closeTo(before, 0.2);
  });

  it('replace what was there, and leave nothing of it', async () => {
    await saveModel(makeModel(), folder);
    await saveModel(makeModel(), folder);
    expect(readdirSync(folder)).to.have.length(2);
  });

  it('leak no tensor', async () => {
    const model = makeModel();
    await saveModel(model, folder);
    (await loadModel(folder)).dispose();
    const before = tf.memory().numTensors;
    (await loadModel(folder)).dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('open as TensorFlow.js’ converter writes them from Keras, under Keras’ names', async () => {
    const shared = {
      trainable: true,
      dtype: 'float32',
      use_bias: true,
      bias_initializer: { class_name: 'Zeros', config: {} },
    };
    const glorot = { class_name: 'GlorotUniform', config: { seed: null } };
    const gru = {
      ...{ ...shared, name: 'gru', batch_input_shape: [null, 6, 2], units: 3, activation: 'tanh' },
      ...{
        recurrent_activation: 'sigmoid',
        return_sequences: false,
        return_state: false,
        go_backwards: false,
      },
      ...{ stateful: false, unroll: false, time_major: false, implementation: 2, reset_after: true },
      ...{
        kernel_initializer: glorot,
        recurrent_initializer: { class_name: 'Orthogonal', config: { gain: 1, seed: null } },
      },
      ...{
        kernel_regularizer: null,
        recurrent_regularizer: null,
        bias_regularizer: null,
        activity_regularizer: null,
      },
      ...{
        kernel_constraint: null,
        recurrent_constraint: null,
        bias_constraint: null,
        dropout: 0,
        recurrent_dropout: 0,
      },
    };
    const dense = { ...shared, name: 'dense', units: 1, activation: 'linear', kernel_initializer: glorot };
    const layers = [
      { class_name: 'GRU', config: gru },
      { class_name: 'Dense', config: dense },
    ];
    const config = { class_name: 'Sequential', config: { name: 'sequential', layers } };
    const ours = tf.sequential({
      layers: [new GRU({ units: 3, inputShape: [6, 2] }), tf.layers.dense({ units: 1 })],
    });
    const names = [
      'gru/gru_cell/kernel',
      'gru/gru_cell/recurrent_kernel',
      'gru/gru_cell/bias',
      'dense/kernel',
      'dense/bias',
    ];
    const weights = ours.getWeights().map((w, i) => ({ name: names[i], shape: w.shape, dtype: 'float32' }));
    writeFileSync(
      join(folder, 'model.json'),
      JSON.stringify({
        format: 'layers-model',
        modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: config },
        weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
      }),
    );
    const bytes = ours.getWeights().map((w) => Buffer.from(Float32Array.from(w.dataSync()).buffer));
    writeFileSync(join(folder, 'group1-shard1of1.bin'), Buffer.concat(bytes));
    const opened = await loadModel(folder);
    expect(opened.layers[0]).to.be.instanceOf(GRU);
    expect(numbers(opened.predict(x) as tf.Tensor)).to.deep.equal(numbers(ours.predict(x) as tf.Tensor));
  });

  it('open with TensorFlow.js’ own recurrent layers in them, and predict what those did', async () => {
    const common = { units: 3, inputShape: [6, 2] };
    for (const layer of [tf.layers.simpleRNN(common), tf.layers.gru(common), tf.layers.lstm(common)]) {
      const theirs = tf.sequential({ layers: [layer] });
      await saveModel(theirs, folder);
      const opened = await loadModel(folder);
      expect(opened.layers[0]).to.not.be.instanceOf(tf.RNN);
      const expected = numbers(theirs.predict(x) as tf.Tensor);
      expect(numbers(opened.predict(x) as tf.Tensor)).to.be.near(expected, 1e-5);
    }
  });

  it('are refused where they are not there, not whole, or something else', async () => {
    expect(await failure(loadModel(join(folder, 'none')))).to.match(/^loadModel: there is no .*model\.json$/);
    writeFileSync(join(folder, 'model.json'), '{"a":');
    expect(await failure(loadModel(folder))).to.contain('is damaged');
    writeFileSync(join(folder, 'model.json'), '{"a":1}');
    expect(await failure(loadModel(folder))).to.contain('is no layers model of TensorFlow.js');
    await saveModel(makeModel(), folder);
    truncateSync(join(folder, readdirSync(folder).filter((name) => name.startsWith('weights'))[0]), 40);
    expect(await failure(loadModel(folder))).to.match(/should have \d+ bytes, got 40$/);
    expect(await failure(saveModel(makeModel(), folder, { optimiser: true } as object))).to.contain(
      'unknown option',
    );
  });
});
