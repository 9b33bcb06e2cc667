import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bidirectional, GRU, LSTM, loadModel, ready, SimpleRNN, saveModel, seed, tf } from 'recurrent-lab';
import converted from '../fixtures/converted.json';
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

  for (const name of ['keras-2', 'keras-2-paths']) {
    it(`${name}: opens what TensorFlow.js’ converter wrote, and predicts as Keras, within 1e-6`, async () => {
      const model = await loadModel(join(__dirname, '..', 'fixtures', 'converted', name));
      const got = numbers(model.predict(tf.tensor(converted.x, converted.shape)) as tf.Tensor);
      expect(got).to.be.near(converted.y, 1e-6);
    });
  }

  it('refuses Keras 3’s configuration, and says what to do', async () => {
    expect(await failure(loadModel(join(__dirname, '..', 'fixtures', 'converted', 'keras-3')))).to.match(
      /^loadModel: .*keras-3.model\.json has a configuration of Keras 3, .* with loadWeights$/,
    );
  });

  // biome-ignore lint/suspicious/noExplicitAny: a saved model is changed at any place.
  type Json = any;
  const saved = (name: string) => {
    const from = join(__dirname, '..', 'fixtures', 'converted', name);
    cpSync(from, folder, { recursive: true });
    return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Json;
  };
  const layersOf = (json: Json): Json[] => json.modelTopology.model_config.config.layers;
  const layer = (json: Json, name: string): Json => layersOf(json).find((one) => one.name === name);
  const weights = (json: Json): Json[] => json.weightsManifest[0].weights;
  const conv = (json: Json) => weights(json).find(({ name }) => name === 'conv/kernel');

  const damages: [what: string, change: (json: Json) => unknown, message: RegExp][] = [
    ['a list', () => [], /is no layers model of TensorFlow\.js: expected an object, got a list$/],
    ['null', () => null, /expected an object, got null$/],
    ['a number', () => 7, /expected an object, got 7$/],
    ['a text', () => 'model', /expected an object, got "model"$/],
    [
      'a graph model',
      (json) => ({ ...json, format: 'graph-model' }),
      /is a graph model, which tf\.loadGraphModel opens; expected a layers model$/,
    ],
    [
      'a graph model that does not say so',
      (json) => ({ ...json, format: undefined, modelTopology: { node: [] } }),
      /is a graph model/,
    ],
    [
      'no topology',
      (json) => ({ ...json, modelTopology: undefined }),
      /is no layers model of TensorFlow\.js$/,
    ],
    [
      'a topology that is a list',
      (json) => ({ ...json, modelTopology: [] }),
      /is no layers model of TensorFlow\.js$/,
    ],
    ['no manifest', (json) => ({ ...json, weightsManifest: {} }), /is no layers model of TensorFlow\.js$/],
    [
      'a manifest without paths',
      (json) => ({ ...json, weightsManifest: [{ weights: [] }] }),
      /the weightsManifest must list groups of paths and weights$/,
    ],
    [
      'a manifest of null',
      (json) => ({ ...json, weightsManifest: [null] }),
      /the weightsManifest must list groups/,
    ],
    [
      'weights of another folder',
      (json) => void (json.weightsManifest[0].paths = ['../x.bin']),
      /weights must be in files of its folder, got \.\.\/x\.bin$/,
    ],
    [
      'weights of no file',
      (json) => void (json.weightsManifest[0].paths = [3]),
      /weights must be in files of its folder, got 3$/,
    ],
    [
      'a weight file that is missing',
      (json) => void (json.weightsManifest[0].paths = ['none.bin']),
      /none\.bin: no such file$/,
    ],
    [
      'a weight without a name',
      (json) => void (weights(json)[0].name = undefined),
      /a weight of the manifest has no name$/,
    ],
    [
      'a weight without a shape',
      (json) => void (conv(json).shape = null),
      /weight conv\/kernel must have a shape, got null$/,
    ],
    [
      'a weight of negative size',
      (json) => void (conv(json).shape = [-1, 2]),
      /weight conv\/kernel must have a shape, got \[-1,2\]$/,
    ],
    [
      'a weight of an unknown dtype',
      (json) => void (conv(json).dtype = 'float8'),
      /weight conv\/kernel has unknown dtype float8$/,
    ],
    [
      'a quantization of an unknown dtype',
      (json) => void (conv(json).quantization = { dtype: 'int4' }),
      /has unknown dtype int4$/,
    ],
    [
      'a quantization without a scale',
      (json) => void Object.assign(conv(json), { shape: [3, 4, 16], quantization: { dtype: 'uint8' } }),
      /weight conv\/kernel is quantized to uint8 without a min and a scale$/,
    ],
    [
      'a weight of another shape',
      (json) => void (conv(json).shape = [4, 3, 4]),
      /weight conv\/kernel is float32 \[4,3,4\], the model's is float32 \[3,4,4\]$/,
    ],
    [
      'a weight of another type',
      (json) => void (conv(json).dtype = 'int32'),
      /weight conv\/kernel is int32 \[3,4,4\], the model's is float32/,
    ],
    [
      'a weight of another name',
      (json) => void (conv(json).name = 'conv/kernels'),
      /no layer takes the weight conv\/kernels$/,
    ],
    ['a weight twice', (json) => void (conv(json).name = 'conv/bias'), /two weights are called conv\/bias$/],
    [
      'weights that are missing',
      (json) => {
        const [{ shape }] = weights(json).splice(weights(json).indexOf(conv(json)), 1);
        const path = join(folder, json.weightsManifest[0].paths[0]);
        truncateSync(
          path,
          readFileSync(path).length - 4 * shape.reduce((n: number, size: number) => n * size, 1),
        );
      },
      /model\.json has no weights conv\/kernel$/,
    ],
    [
      'a file that is cut off',
      (json) => truncateSync(join(folder, json.weightsManifest[0].paths[0]), 40),
      /group1-shard1of1\.bin should have 1412 bytes, got 40$/,
    ],
    [
      'an unknown class',
      (json) => void (layer(json, 'conv').class_name = 'Conv7D'),
      /layer conv is of class Conv7D, which is unknown here; tf\.serialization\.registerClass/,
    ],
    [
      'a class of every object',
      (json) => void (layer(json, 'conv').class_name = 'constructor'),
      /layer conv is of class constructor, which is unknown here/,
    ],
    [
      'an unknown class in a model',
      (json) => void (layer(json, 'inner').config.layers[1].class_name = 'Foo'),
      /layer dense is of class Foo/,
    ],
    [
      'an unknown class in a wrapper',
      (json) =>
        void (layersOf(json).find((one) => one.class_name === 'TimeDistributed').config.layer.class_name =
          'Foo'),
      /is of class Foo, which is unknown here/,
    ],
    [
      'a class that is no model',
      (json) => void (json.modelTopology.model_config.class_name = 'Dense'),
      /expected a model \(Sequential, Model, Functional\), got class Dense$/,
    ],
    [
      'a model without layers',
      (json) => void (json.modelTopology.model_config.config.layers = 3),
      /must have a list of layers$/,
    ],
    [
      'a layer that is none',
      (json) => void (layersOf(json)[1] = 'conv'),
      /a layer must have class_name and config, got "conv"$/,
    ],
    [
      'a layer without a configuration',
      (json) => void (layer(json, 'conv').config = undefined),
      /a layer must have class_name and config/,
    ],
    [
      'a layer whose input nothing makes',
      (json) => void (layer(json, 'conv').inbound_nodes[0][0][0] = 'other'),
      /layer conv takes \["other",0,0.*\], which nothing makes$/,
    ],
    [
      'layers that feed each other',
      (json) => void (layer(json, 'conv').inbound_nodes[0][0][0] = 'lstm'),
      /, which nothing makes$/,
    ],
    [
      'an option that TensorFlow.js passes over',
      (json) => void (layer(json, 'conv').config.groups = 2),
      /layer conv \(Conv1D\) has groups 2, which TensorFlow\.js passes over$/,
    ],
    [
      'a quantization to another type',
      (json) => void (conv(json).quantization = { dtype: 'float16' }) ?? void (conv(json).dtype = 'int32'),
      /weight conv\/kernel of int32 can't be quantized to float16$/,
    ],
    [
      'two layers of a name',
      (json) => void layersOf(json).push(layer(json, 'conv')),
      /two layers of model \w+ are called conv$/,
    ],
    [
      'an option that is wrong',
      (json) => void (layer(json, 'conv').config.padding = 'sideways'),
      /model\.json can't be opened \(.*sideways/,
    ],
    [
      'an initialiser that is unknown',
      (json) => void (layer(json, 'conv').config.kernel_initializer = { class_name: 'Foo', config: {} }),
      /model\.json can't be opened \(Unknown initializer: Foo/,
    ],
    [
      'an output that nothing makes',
      (json) => void (json.modelTopology.model_config.config.output_layers = [['none', 0, 0]]),
      /model\.json can't be opened \(/,
    ],
    [
      'inputs that are damaged',
      (json) => void (layer(json, 'conv').inbound_nodes = [3]),
      /the inbound_nodes of layer conv are damaged$/,
    ],
    [
      'Keras 3 by an input’s shape alone',
      (json) => {
        const { config } = layersOf(json)[0];
        config.batch_shape = config.batch_input_shape;
      },
      /has a configuration of Keras 3/,
    ],
  ];
  for (const [what, change, message] of damages) {
    it(`refuses ${what}, and leaves nothing behind`, async () => {
      const json = saved('keras-2');
      const changed = change(json);
      writeFileSync(join(folder, 'model.json'), JSON.stringify(changed === undefined ? json : changed));
      const before = tf.memory().numTensors;
      expect(await failure(loadModel(folder)))
        .to.match(/^loadModel: /)
        .contain(folder)
        .match(message);
      if (!String(message).includes("can't be opened")) expect(tf.memory().numTensors).to.equal(before);
    });
  }

  it('opens weights that the converter quantized, and regularizers by Keras’ names', async () => {
    const json = saved('keras-2');
    layer(json, 'conv').config.kernel_regularizer = { class_name: 'L2', config: { l2: 0.5 } };
    const path = join(folder, json.weightsManifest[0].paths[0]);
    const bytes = readFileSync(path);
    const count = bytes.length / 4;
    const halves = new Uint16Array(count);
    for (const spec of weights(json)) spec.quantization = { dtype: 'uint16', min: -1, scale: 4 / 65535 };
    for (let i = 0; i < count; i++) halves[i] = Math.round(((bytes.readFloatLE(4 * i) + 1) / 4) * 65535);
    writeFileSync(path, halves);
    writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
    const model = await loadModel(folder);
    const got = numbers(model.predict(tf.tensor(converted.x, converted.shape)) as tf.Tensor);
    expect(got).to.be.near(converted.y, 1e-3);
    const { kernelRegularizer } = model.getLayer('conv').getConfig();
    expect(kernelRegularizer).to.deep.equal({ className: 'L1L2', config: { l1: 0, l2: 0.5 } });
  });

  it('refuses a layer of Keras’ that TensorFlow.js computes otherwise, and opens its own', async () => {
    const norm = tf.layers.batchNormalization({ axis: 1, inputShape: [4, 3], name: 'bn' });
    await saveModel(tf.sequential({ layers: [norm] }), folder);
    expect(await failure(loadModel(folder))).to.equal('no error');
    const path = join(folder, 'model.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/tfjs-layers [\d.]+/, '2.15.0'));
    expect(await failure(loadModel(folder))).to.match(
      /^loadModel: .*model\.json: layer bn \(BatchNormalization\): TensorFlow\.js normalises .* not along axis 1/,
    );
  });

  it('refuses a model of Keras’ paths whose weights are others', async () => {
    const json = saved('keras-2-paths');
    weights(json).find(({ name }) => name === 'layers/conv1d/vars/0').shape = [4, 3, 4];
    writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
    expect(await failure(loadModel(folder))).to.match(
      /^loadModel: layer conv has weights \[3,4,4\] \[4\], .* \[4,3,4\] \[4\]$/,
    );
  });

  it('refuses a file where a folder should be, and a folder where a file should be', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await failure(loadModel(file))).to.match(
      /^loadModel: .*file is a file, expected the folder of a model\.json$/,
    );
    expect(await failure(loadModel(join(file, 'deep')))).to.match(/^loadModel: there is no .*model\.json$/);
    mkdirSync(join(folder, 'model.json'));
    expect(await failure(loadModel(folder))).to.match(
      /^loadModel: .*model\.json: is a folder, expected a file$/,
    );
  });

  it('are not saved where the format could not tell their weights apart', async () => {
    const { layers: L } = tf;
    const inner = tf.sequential({ layers: [L.dense({ units: 2, inputShape: [2], name: 'fc' })] });
    const twice = tf.sequential({
      layers: [L.inputLayer({ inputShape: [2] }), inner, L.dense({ units: 2, name: 'fc' })],
    });
    expect(await failure(saveModel(twice, folder))).to.match(
      /^saveModel: the model has two weights called fc\/kernel: give layers of models inside the model names of their own/,
    );
    const separable = L.separableConv2d({
      filters: 1,
      kernelSize: 2,
      depthMultiplier: 2,
      inputShape: [3, 3, 1],
      name: 'sep',
    });
    expect(await failure(saveModel(tf.sequential({ layers: [separable] }), folder))).to.match(
      /^saveModel: .* leaves out that layer sep has depthMultiplier 2$/,
    );
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
