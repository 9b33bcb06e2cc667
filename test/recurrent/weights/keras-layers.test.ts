import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  GRU,
  LSTM,
  loadWeights,
  readSafetensors,
  ready,
  saveWeights,
  tf,
  writeSafetensors,
} from 'recurrent-lab';
import { unzipFile } from '#lab/files/unzip';
import saved from '../fixtures/keras-layers.json';
import { numbers } from '../support';
import { branches, models, ownLayers } from './keras-models';

interface Case {
  shape: number[];
  x: number[];
  y: number[];
  /** SHA-256 of what Keras' `model.get_weights()` holds. */
  weights: string;
}
const cases = saved as Record<string, Case>;
const fixture = (name: string) => join(__dirname, '..', 'fixtures', 'keras-layers', `${name}.keras`);
const predict = (model: tf.LayersModel, { x, shape }: Case) =>
  tf.tidy(() => numbers(model.predict(tf.tensor(x, shape)) as tf.Tensor));

describe('weights of Keras 3, every layer class', () => {
  let folder: string;
  let backend: string;
  before(async () => {
    await ready();
    backend = tf.getBackend();
  });
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keras-'))));
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await tf.setBackend(backend);
  });

  it('has a model for each file', () =>
    expect([...Object.keys(models), 'bfloat16']).to.have.members(Object.keys(cases)));

  // TensorFlow.js' wasm engine gets this layer wrong.
  const onCpu = async (name: string) => void (name === 'conv3d-transpose' && (await tf.setBackend('cpu')));

  for (const [name, make] of Object.entries(models)) {
    it(`${name}: predicts as Keras, from .keras and from .weights.h5, within 1e-6`, async () => {
      await onCpu(name);
      const archive = readFileSync(fixture(name));
      const weights = await unzipFile(archive, { name: 'model.weights.h5' });
      const path = join(folder, 'model.weights.h5');
      writeFileSync(path, weights);
      for (const from of [fixture(name), path]) {
        const model = make();
        await loadWeights(model, from);
        expect(predict(model, cases[name])).to.be.near(cases[name].y, 1e-6);
      }
    });

    it(`${name}: goes out in the order of Keras’ get_weights, and in again`, async () => {
      await onCpu(name);
      const model = make();
      await loadWeights(model, fixture(name));
      const path = join(folder, 'out.safetensors');
      await saveWeights(model, path, 'keras');
      const { tensors } = await readSafetensors(path);
      const digest = createHash('sha256');
      for (const key of Object.keys(tensors).sort()) digest.update(tensors[key].data);
      expect(digest.digest('hex')).to.equal(cases[name].weights);
      const again = make();
      await loadWeights(again, path);
      expect(predict(again, cases[name])).to.be.near(cases[name].y, 1e-6);
    });
  }

  for (const [name, make] of Object.entries(ownLayers)) {
    it(`${name}: predicts as Keras where the layers are TensorFlow.js’ own`, async () => {
      const model = make();
      await loadWeights(model, fixture(name));
      expect(predict(model, cases[name])).to.be.near(cases[name].y, 1e-6);
    });
  }

  const { layers: L } = tf;
  const chain = (shape: number[], ...layers: tf.layers.Layer[]) =>
    tf.sequential({ layers: [L.inputLayer({ inputShape: shape }), ...layers] });
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: Error) => error.message,
    );
  const tanh = { units: 3, activation: 'tanh' } as const;
  const norms = (first: object) => {
    const fine = [
      { scale: false, epsilon: 1e-4 },
      { center: false, axis: 2 },
    ];
    const [bn, bn2, bn3] = [first, ...fine].map((options) => L.batchNormalization(options));
    const [ln, ln2, ln3] = [{}, { center: false, axis: [1, 2] }, { scale: false }].map(L.layerNormalization);
    return chain([4, 3], bn, ln, bn2, ln2, bn3, ln3);
  };
  const conv = (options: object) => {
    const first = {
      filters: 3,
      kernelSize: 3,
      padding: 'same',
      dilationRate: 2,
      activation: 'tanh',
    } as const;
    const second = L.conv1d({ filters: 2, kernelSize: 2, strides: 2 });
    return chain([6, 3], L.conv1d({ ...first, ...options }), second);
  };

  const ROLES = ['last', 'second', 'side', 'first'] as const;
  const refused: [what: string, file: string, model: () => tf.LayersModel, message: RegExp][] = [
    [
      'another activation',
      'dense',
      () => chain([3], L.dense({ units: 3 }), L.dense({ units: 3 })),
      /has activation "linear", the file's was saved with activation "tanh"$/,
    ],
    [
      'a GRU that resets before',
      'gru-without-bias',
      () => chain([5, 3], new GRU({ units: 3, useBias: false, resetAfter: false })),
      /has resetAfter false, the file's was saved with reset_after true$/,
    ],
    [
      'a GRU of another direction',
      'gru-without-bias',
      () => chain([5, 3], new GRU({ units: 3, useBias: false, goBackwards: true })),
      /has goBackwards true/,
    ],
    ['another padding', 'conv1d', () => conv({ padding: 'valid' }), /has padding "valid", .* "same"$/],
    [
      'another dilation',
      'conv1d',
      () => conv({ dilationRate: 1 }),
      /has dilationRate 1, .* dilation_rate 2$/,
    ],
    [
      'another epsilon',
      'normalisation',
      () => norms({ epsilon: 1e-5 }),
      /has epsilon 0.00001, .* epsilon 0.001$/,
    ],
    [
      'an Embedding without a mask',
      'embedding',
      () => chain([5], L.embedding({ inputDim: 4, outputDim: 3 }), new LSTM({ units: 3 })),
      /has maskZero false/,
    ],
    [
      'cells of another kind',
      'cells',
      () =>
        chain(
          [5, 3],
          L.rnn({ cell: L.lstmCell({ units: 3 }), returnSequences: true }),
          new LSTM({ units: 2 }),
        ),
      /layer rnn_RNN\d+ has recurrentActivation hardSigmoid/,
    ],
    [
      'a layer that the file has not',
      'dense',
      () => chain([3], L.dense(tanh), L.dense({ units: 3, useBias: false }), L.dense(tanh)),
      /\(Dense\) takes layers\/dense_2, .*dense.keras has none; it has layers\/dense, layers\/dense_1/,
    ],
    [
      'a layer that the model has not',
      'dense',
      () => chain([3], L.dense(tanh)),
      /no layer takes layers\/dense_1 \(dense_1\) of /,
    ],
    [
      'a layer of another class',
      'conv1d',
      () => chain([6, 3], L.dense(tanh)),
      /takes layers\/dense, .* it has layers\/conv1d/,
    ],
    ['a model of another class', 'two-of-a-model', models.nested, /layers\/functional/],
    [
      'names that contradict the order',
      'renamed-branches',
      () => branches(ROLES, { side: 'last' }),
      /layer last has another place there .*: name all of them as there$/,
    ],
    [
      'bfloat16',
      'bfloat16',
      () => chain([3], L.dense(tanh)),
      /layers\/dense\/vars\/0 is bfloat16, expected float16, float32 or float64$/,
    ],
  ];
  for (const [what, file, make, message] of refused) {
    it(`refuses ${what}, by name, and leaves the model as it was`, async () => {
      const model = make();
      const before = model.getWeights().map(numbers);
      expect(await failure(loadWeights(model, fixture(file))))
        .to.match(/^loadWeights: /)
        .match(message);
      expect(model.getWeights().map(numbers)).to.deep.equal(before);
    });
  }

  it('gives names the last word where all are the file’s, whatever the order', async () => {
    // Both layers take the input, so that nothing but their names tells them apart.
    const make = (first: string, second: string) => {
      const x = tf.input({ shape: [3] });
      const [a, b] = [first, second].map((name) => L.dense({ ...tanh, name }).apply(x) as tf.SymbolicTensor);
      return tf.model({ inputs: x, outputs: L.concatenate().apply([a, b]) as tf.SymbolicTensor });
    };
    const [model, other] = [make('left', 'right'), make('right', 'left')];
    const path = join(folder, 'two.safetensors');
    await saveWeights(model, path, 'keras');
    await loadWeights(other, path);
    expect(numbers(other.getLayer('left').getWeights()[0])).to.deep.equal(
      numbers(model.getLayer('left').getWeights()[0]),
    );
    expect(await failure(loadWeights(make('right', 'middle'), path))).to.contain('has another place there');
  });

  it('refuses what TensorFlow.js computes otherwise than Keras, on the way in and out', async () => {
    const path = join(folder, 'out.safetensors');
    const channelsFirst = { filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' } as const;
    const gates = L.lstm({ units: 2 });
    const models: [tf.LayersModel, RegExp][] = [
      [
        chain([4, 3], L.batchNormalization({ axis: 1, name: 'bn' })),
        /layer bn \(BatchNormalization\): .* not along axis 1/,
      ],
      [chain([2, 4], L.conv1d(channelsFirst)), /\(Conv1D\): .* channelsFirst/],
      [chain([2, 4, 4], L.separableConv2d(channelsFirst)), /\(SeparableConv2D\): .* channelsFirst/],
      [chain([4, 3], gates), /has recurrentActivation hardSigmoid, which Keras 3 computes otherwise/],
      [
        chain([4, 3], L.bidirectional({ layer: L.lstm({ units: 2 }) as tf.RNN, mergeMode: 'sum' })),
        /hardSigmoid/,
      ],
      [chain([4, 3], L.rnn({ cell: L.lstmCell({ units: 2 }) })), /hardSigmoid/],
      [chain([3], L.dense({ units: 1, activation: 'hardSigmoid' })), /has activation hardSigmoid/],
      [
        chain([4, 4, 4, 2], L.conv3dTranspose({ filters: 2, kernelSize: 2 })),
        backend === 'wasm' ? /engine wasm/ : /no error/,
      ],
    ];
    for (const [model, message] of models) {
      expect(await failure(saveWeights(model, path, 'keras'))).to.match(message);
    }
    const arrays = [[3], [3], [3], [3]].map((shape) => ({ shape, data: new Float32Array(3) }));
    await writeSafetensors(path, Object.fromEntries(arrays.map((array, i) => [`00${i}.bn.${i}`, array])));
    const model = chain([3, 3], L.batchNormalization({ axis: 1, name: 'bn' }));
    expect(await failure(loadWeights(model, path))).to.match(/^loadWeights: layer bn .* not along axis 1/);
  });

  it('takes a thousand arrays and more in their order', async () => {
    const make = () => chain([2], ...Array.from({ length: 510 }, () => L.dense({ units: 2 })));
    const [model, again] = [make(), make()];
    const path = join(folder, 'many.safetensors');
    await saveWeights(model, path, 'keras');
    await loadWeights(again, path);
    expect(again.getWeights().map(numbers)).to.deep.equal(model.getWeights().map(numbers));
  });

  it('says what is wrong with a file', async () => {
    const model = models.dense();
    const load = (path: string) => failure(loadWeights(model, path));
    expect(await load(join(folder, 'none.keras'))).to.match(/^loadWeights: .*none\.keras: no such file$/);
    const archive = readFileSync(fixture('dense'));
    const path = join(folder, 'cut.keras');
    writeFileSync(path, archive.subarray(0, 400));
    expect(await load(path)).to.match(/^loadWeights: .*cut\.keras: the zip archive is damaged or cut off/);
    const bytes = Buffer.from(archive);
    bytes[archive.indexOf('config.json') + 60] ^= 255;
    writeFileSync(path, bytes);
    expect(await load(path)).to.match(/^loadWeights: .*cut\.keras: the zip archive is damaged/);
    const weights = await unzipFile(archive, { name: 'model.weights.h5' });
    const cut = join(folder, 'cut.weights.h5');
    writeFileSync(cut, weights.subarray(0, weights.length / 2));
    expect(await load(cut)).to.match(/^loadWeights: .*cut\.weights\.h5/);
    writeFileSync(join(folder, 'a.safetensors'), 'no safetensors');
    expect(await load(join(folder, 'a.safetensors'))).to.match(
      /^readSafetensors: .*a\.safetensors: the header/,
    );
    expect(await load(folder)).to.contain('must end in');
  });

  it('leaks no tensor', async () => {
    const model = models.nested();
    await loadWeights(model, fixture('nested'));
    const before = tf.memory().numTensors;
    await loadWeights(model, fixture('nested'));
    await failure(loadWeights(model, fixture('branches')));
    await saveWeights(model, join(folder, 'a.safetensors'), 'keras');
    expect(tf.memory().numTensors).to.equal(before);
  });
});
