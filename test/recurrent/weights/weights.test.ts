import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  bidirectional,
  GRU,
  LSTM,
  loadWeights,
  readSafetensors,
  ready,
  SimpleRNN,
  saveWeights,
  tf,
  writeSafetensors,
} from 'recurrent-lab';
import saved from '../fixtures/saved-models.json';
import { numbers } from '../support';

const fixture = (name: string) => join(__dirname, '..', 'fixtures', name);
const { units } = saved;
const inputShape = saved.shape.slice(1) as [number, number];

const modelOf = (...layers: tf.layers.Layer[]) =>
  tf.sequential({ layers: [...layers, tf.layers.dense({ units: 1, name: 'fc' })] });
const models: Record<string, () => tf.Sequential> = {
  'torch-rnn.safetensors': () => modelOf(new SimpleRNN({ units, inputShape })),
  'torch-gru.safetensors': () => modelOf(new GRU({ units, inputShape })),
  'torch-lstm.safetensors': () => modelOf(new LSTM({ units, inputShape })),
  'torch-gru-stacked.safetensors': () =>
    modelOf(new GRU({ units, inputShape, returnSequences: true }), new GRU({ units })),
  'torch-lstm-bidirectional.safetensors': () =>
    modelOf(bidirectional({ layer: new LSTM({ units }), inputShape })),
  'torch-gru-without-bias.safetensors': () => modelOf(new GRU({ units, inputShape, useBias: false })),
  'keras-simple-rnn.weights.h5': () => modelOf(new SimpleRNN({ units, inputShape })),
  'keras-gru.weights.h5': () => modelOf(new GRU({ units, inputShape })),
  'keras-gru-reset-before.weights.h5': () => modelOf(new GRU({ units, inputShape, resetAfter: false })),
  'keras-lstm.weights.h5': () => modelOf(new LSTM({ units, inputShape })),
  'keras-stacked.weights.h5': () =>
    modelOf(new GRU({ units, inputShape, returnSequences: true }), new GRU({ units })),
  'keras-bidirectional.weights.h5': () =>
    modelOf(bidirectional({ layer: new LSTM({ units }), inputShape, mergeMode: 'ave' })),
  'keras-time-distributed.weights.h5': () =>
    modelOf(
      new GRU({ units, inputShape, returnSequences: true }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units }) }),
      new SimpleRNN({ units }),
    ),
  'keras.keras': () => modelOf(bidirectional({ layer: new LSTM({ units }), inputShape, mergeMode: 'ave' })),
};

/** What the other framework predicted with the weights of a file. */
function expectedOf(file: string): number[] {
  const [, kind, name] = /^(torch|keras)-?(.*?)(?:\.weights)?\.\w+$/.exec(file) as RegExpExecArray;
  const all = saved[kind as 'torch'] as Record<string, number[]>;
  return all[name || 'bidirectional'];
}

const predict = (model: tf.LayersModel) =>
  tf.tidy(() => numbers(model.predict(tf.tensor(saved.x, saved.shape)) as tf.Tensor));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('weights from and to PyTorch and Keras', () => {
  let folder: string;
  before(() => ready());
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'weights-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [file, make] of Object.entries(models)) {
    it(`${file}: predicts as there, within 1e-6`, async () => {
      const model = make();
      await loadWeights(model, fixture(file));
      expect(predict(model)).to.be.near(expectedOf(file), 1e-6);
    });

    if (!file.endsWith('keras')) {
      it(`${file}: goes out and in again unchanged`, async () => {
        const model = make();
        await loadWeights(model, fixture(file));
        for (const layout of ['keras', 'pytorch'] as const) {
          if (layout === 'pytorch' && file.includes('reset-before')) continue;
          const path = join(folder, `${layout}.safetensors`);
          await saveWeights(model, path, layout);
          const again = make();
          const [ours, theirs] = [again.layers, model.layers];
          const names = Object.fromEntries(ours.map((layer, i) => [layer.name, theirs[i].name]));
          await loadWeights(again, path, layout === 'pytorch' ? { names } : {});
          expect(again.getWeights().map(numbers)).to.deep.equal(model.getWeights().map(numbers));
        }
      });
    }
  }

  it('writes the state dict that PyTorch would', async () => {
    const model = modelOf(new LSTM({ units, inputShape, name: 'rnn' }));
    await loadWeights(model, fixture('torch-lstm.safetensors'));
    const path = join(folder, 'out.safetensors');
    await saveWeights(model, path, 'pytorch');
    const [ours, theirs] = [
      await readSafetensors(path),
      await readSafetensors(fixture('torch-lstm.safetensors')),
    ];
    expect(Object.keys(ours.tensors)).to.have.members(Object.keys(theirs.tensors));
    for (const name of ['rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'fc.weight', 'fc.bias']) {
      expect(ours.tensors[name]).to.deep.equal(theirs.tensors[name]);
    }
  });

  it('writes a time-distributed layer as the linear module that it is there', async () => {
    const head = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), name: 'head' });
    const model = tf.sequential({ layers: [new GRU({ units: 2, returnSequences: true, inputShape }), head] });
    const path = join(folder, 'out.safetensors');
    await saveWeights(model, path, 'pytorch');
    const { shape, data } = (await readSafetensors(path)).tensors['head.weight'];
    const [kernel] = head.getWeights();
    expect(Array.from(data)).to.deep.equal(numbers(kernel.transpose()));
    expect(shape).to.deep.equal([2, 2]);
  });

  it('leaks no tensor', async () => {
    const model = models['torch-gru.safetensors']();
    await loadWeights(model, fixture('torch-gru.safetensors'));
    const before = tf.memory().numTensors;
    await loadWeights(model, fixture('torch-gru.safetensors'));
    await saveWeights(model, join(folder, 'a.safetensors'), 'pytorch');
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuses what does not fit, and leaves the model as it was', async () => {
    const model = models['torch-gru.safetensors']();
    const before = model.getWeights().map(numbers);
    const load = (path: string, options = {}) => failure(loadWeights(model, path, options));
    expect(await load(fixture('torch-lstm.safetensors'))).to.contain(
      'rnn[0].weight_ih must be a matrix of 15 rows, got [20,3]',
    );
    expect(await load(fixture('torch-gru-stacked.safetensors'))).to.contain('no module for layer');
    expect(await load(fixture('torch-gru-without-bias.safetensors'))).to.contain('useBias: false');
    expect(await load(fixture('keras-lstm.weights.h5'))).to.contain('has none');
    expect(await load(fixture('torch-gru.safetensors'), { names: { other: 'rnn' } })).to.contain(
      'no layer "other"',
    );
    expect(await load(fixture('torch-gru.safetensors'), { names: { fc: 'head' } })).to.contain(
      "names: { fc: '…' }",
    );
    expect(await load(fixture('keras-gru.weights.h5'), { names: { fc: 'dense' } })).to.contain(
      'names are for PyTorch',
    );
    expect(await load(fixture('cells.json'))).to.contain('must end in .safetensors, .weights.h5 or .keras');
    const { tensors } = await readSafetensors(fixture('torch-gru.safetensors'));
    await writeSafetensors(join(folder, 'more.safetensors'), {
      ...tensors,
      scale: { shape: [1], data: Float32Array.of(1) },
    });
    expect(await load(join(folder, 'more.safetensors'))).to.equal('loadWeights: no layer takes scale');
    writeFileSync(join(folder, 'bad.weights.h5'), 'no hdf5');
    expect(await load(join(folder, 'bad.weights.h5'))).to.contain('is no HDF5 file');
    expect(model.getWeights().map(numbers)).to.deep.equal(before);
    const resetBefore = models['keras-gru-reset-before.weights.h5']();
    const path = join(folder, 'x.safetensors');
    expect(await failure(saveWeights(resetBefore, path, 'pytorch'))).to.contain(
      'PyTorch has no GRU with resetAfter: false',
    );
    expect(await failure(saveWeights(model, join(folder, 'x.h5'), 'keras'))).to.contain(
      'must end in .safetensors',
    );
  });
});
