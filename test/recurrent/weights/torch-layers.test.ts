import { mkdtempSync, rmSync } from 'node:fs';
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
  type TensorData,
  tf,
  writeSafetensors,
} from 'recurrent-lab';
import saved from '../fixtures/torch-layers.json';
import { numbers } from '../support';
import { engineFor, models, options } from './torch-models';

interface Case {
  shape: number[];
  x: number[];
  /** What PyTorch computes, and what from the file that `saveWeights` makes. */
  y: number[];
  ours: number[];
}
const cases = saved as Record<string, Case>;
const fixture = (name: string) => join(__dirname, '..', 'fixtures', 'torch-layers', `${name}.safetensors`);
const predict = (model: tf.LayersModel, { x, shape }: Case) =>
  tf.tidy(() => numbers(model.predict(tf.tensor(x, shape)) as tf.Tensor));

describe('weights of PyTorch, every layer class', () => {
  let folder: string;
  let backend: string;
  before(async () => {
    await ready();
    backend = tf.getBackend();
  });
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'torch-'))));
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await tf.setBackend(backend);
  });

  it('has a model for each file', () => expect(Object.keys(models)).to.have.members(Object.keys(cases)));

  for (const [name, make] of Object.entries(models)) {
    it(`${name}: predicts as PyTorch, within 1e-6`, async () => {
      await engineFor(name);
      const model = make();
      await loadWeights(model, fixture(name), options[name]);
      expect(predict(model, cases[name])).to.be.near(cases[name].y, 1e-6);
      expect(cases[name].ours).to.be.near(cases[name].y, 1e-6);
    });

    it(`${name}: goes out as it came in, and in again`, async () => {
      await engineFor(name);
      const model = make();
      await loadWeights(model, fixture(name), options[name]);
      const path = join(folder, 'out.safetensors');
      await saveWeights(model, path, 'pytorch', options[name]);
      const [ours, theirs] = [await readSafetensors(path), await readSafetensors(fixture(name))];
      const prefix = name === 'alone' ? 'alone.' : '';
      // Counts of batches, which PyTorch itself leaves as they are where a file has none; and two biases that are one.
      const wanted = Object.entries(theirs.tensors).filter(([key]) => !key.endsWith('num_batches_tracked'));
      expect(Object.keys(ours.tensors)).to.have.members(wanted.map(([key]) => `${prefix}${key}`));
      for (const [key, tensor] of wanted) {
        if (key.includes('bias_')) expect(ours.tensors[key].shape).to.deep.equal(tensor.shape);
        else expect(ours.tensors[`${prefix}${key}`], key).to.deep.equal(tensor);
      }
      const again = make();
      await loadWeights(again, path, options[name]);
      expect(predict(again, cases[name])).to.be.near(cases[name].y, 1e-6);
    });
  }

  const { layers: L } = tf;
  type Layer = tf.layers.Layer;
  const chain = (shape: number[], ...layers: Layer[]) =>
    tf.sequential({ layers: [L.inputLayer({ inputShape: shape }), ...layers] });
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: Error) => error.message,
    );
  const recurrent = (layer: unknown) => layer as Layer;
  const kernel = { filters: 2, kernelSize: 2 };
  const image = [4, 4, 3];
  const flat = (...layers: Layer[]) =>
    chain(image, L.conv2d(kernel), ...layers, L.dense({ units: 2, name: 'fc' }));
  const everyStep = (layer: Layer) => L.timeDistributed({ layer });

  /** Kernel and bias of another name's layer, which a copy by shape would take. */
  class Custom extends tf.layers.Layer {
    static className = 'Custom';
    override build(): void {
      this.addWeight('kernel', [3, 3], 'float32', tf.initializers.zeros());
      this.built = true;
    }
    override call(inputs: tf.Tensor[]): tf.Tensor {
      return inputs[0];
    }
  }

  const order = /layer fc \(Dense\) takes flattened channels: PyTorch flattens channels first/;
  const refused: [what: string, model: () => tf.LayersModel, message: RegExp][] = [
    [
      'SeparableConv2D',
      () => chain(image, L.separableConv2d({ ...kernel, name: 'sep' })),
      /layer sep \(SeparableConv2D\) has no counterpart in PyTorch$/,
    ],
    [
      'ConvLSTM2D',
      () => chain([2, ...image], recurrent(L.convLstm2d(kernel))),
      /\(ConvLSTM2D\) has no counterpart in PyTorch$/,
    ],
    [
      'RNN of cells',
      () => chain([4, 3], L.rnn({ cell: L.lstmCell({ units: 2 }) })),
      /\(RNN\) has no counterpart in PyTorch$/,
    ],
    ['a class of one’s own', () => chain([3], new Custom({})), /\(Custom\) has no counterpart in PyTorch$/],
    [
      'a GRU that resets before',
      () => chain([4, 3], L.gru({ units: 2, recurrentActivation: 'sigmoid' })),
      /PyTorch has no GRU with resetAfter: false$/,
    ],
    [
      'a GRU without bias that resets before',
      () => chain([4, 3], new GRU({ units: 2, useBias: false, resetAfter: false })),
      /PyTorch has no GRU with resetAfter: false$/,
    ],
    [
      'an LSTM of TensorFlow.js’ own gates',
      () => chain([4, 3], L.lstm({ units: 2 })),
      /PyTorch has no LSTM with recurrentActivation: "hardSigmoid"$/,
    ],
    [
      'an LSTM of another activation',
      () => chain([4, 3], new LSTM({ units: 2, activation: 'relu' })),
      /PyTorch has no LSTM with activation: "relu"$/,
    ],
    [
      'a SimpleRNN of another activation',
      () => chain([4, 3], new SimpleRNN({ units: 2, activation: 'sigmoid' })),
      /PyTorch has no SimpleRNN with activation: "sigmoid"$/,
    ],
    [
      'a layer that goes backwards',
      () => chain([4, 3], new LSTM({ units: 2, goBackwards: true })),
      /PyTorch has no LSTM with goBackwards: true$/,
    ],
    [
      'two directions the other way round',
      () => chain([4, 3], bidirectional({ layer: new GRU({ units: 2, goBackwards: true }) })),
      /PyTorch has no GRU with goBackwards: true$/,
    ],
    [
      'two directions of another activation',
      () =>
        chain(
          [4, 3],
          bidirectional({ layer: new GRU({ units: 2, activation: null as unknown as 'linear' }) }),
        ),
      /PyTorch has no GRU with activation/,
    ],
    [
      'a BatchNormalization of another epsilon',
      () => chain([3], L.batchNormalization({ name: 'bn' })),
      /layer bn \(BatchNormalization\) has epsilon 0.001, PyTorch's module 0.00001; give it epsilon/,
    ],
    [
      'a LayerNormalization of another epsilon',
      () => chain([3], L.layerNormalization()),
      /\(LayerNormalization\) has epsilon 0.001/,
    ],
    [
      'a BatchNormalization along other axes',
      () => chain([4, 3], L.batchNormalization({ axis: 1, epsilon: 1e-5 })),
      /not along axis 1, unlike Keras and PyTorch$/,
    ],
    [
      'a LayerNormalization that is not along the last axes',
      () => chain([4, 3], L.layerNormalization({ axis: 1, epsilon: 1e-5 })),
      /normalises axes 1, PyTorch the last ones/,
    ],
    [
      'a LayerNormalization of channels and places together',
      () => chain([5, 2], L.conv1d(kernel), L.layerNormalization({ axis: [1, 2], epsilon: 1e-5 })),
      /normalises axes 1,2, PyTorch the last ones with channels first$/,
    ],
    [
      'a PReLU with a slope for each place',
      () => chain([4, 3], L.prelu({})),
      /has slopes \[4,3\], PyTorch one or one a channel \(sharedAxes\)$/,
    ],
    [
      'a PReLU along another axis than the channels',
      () => chain([5, 2], L.conv1d(kernel), L.prelu({ sharedAxes: [2] })),
      /has slopes \[4,1\]/,
    ],
    ['Dense on flattened channels', () => flat(L.flatten()), order],
    [
      'Dense on channels flattened after pooling',
      () =>
        flat(
          L.maxPooling2d({ poolSize: [2, 1] }),
          L.dropout({ rate: 0.1 }),
          L.flatten(),
          L.activation({ activation: 'relu' }),
        ),
      order,
    ],
    [
      'Dense on channels flattened as channels last',
      () =>
        chain(
          [3, 4, 4],
          L.conv2d({ ...kernel, dataFormat: 'channelsFirst' }),
          L.flatten({ dataFormat: 'channelsFirst' }),
          L.dense({ units: 2, name: 'fc' }),
        ),
      order,
    ],
    [
      'Dense on channels after a wrong Permute',
      () => flat(L.permute({ dims: [3, 2, 1] }), L.flatten()),
      order,
    ],
    ['Dense on reshaped channels', () => flat(L.reshape({ targetShape: [3, 6] })), order],
    ['Dense on joined features of which some are so', () => joinedFlat(), order],
    [
      'a recurrence on channels flattened at every step',
      () =>
        chain(
          [2, ...image],
          everyStep(L.conv2d(kernel)),
          everyStep(L.flatten()),
          new GRU({ units: 2, name: 'rnn' }),
        ),
      /layer rnn \(GRU\) takes flattened channels/,
    ],
    [
      'Dense on channels flattened after a model',
      () => chain(image, chain(image, L.conv2d(kernel)), L.flatten(), L.dense({ units: 2, name: 'fc' })),
      order,
    ],
    [
      'Dense in a model on channels flattened before it',
      () => chain(image, L.conv2d(kernel), L.flatten(), chain([18], L.dense({ units: 2, name: 'fc' }))),
      order,
    ],
  ];
  const joinedFlat = () => {
    const x = tf.input({ shape: image });
    const on = (layer: Layer, ...inputs: tf.SymbolicTensor[]) =>
      layer.apply(inputs.length > 1 ? inputs : inputs[0]) as tf.SymbolicTensor;
    const mean = on(L.globalAveragePooling2d({}), x);
    const joined = on(L.concatenate(), mean, on(L.flatten(), on(L.conv2d(kernel), x)));
    return tf.model({ inputs: x, outputs: on(L.dense({ units: 2, name: 'fc' }), joined) });
  };

  for (const [what, make, message] of refused) {
    it(`refuses ${what}, by name, on the way in and out`, async () => {
      const path = join(folder, 'out.safetensors');
      const model = make();
      expect(await failure(saveWeights(model, path, 'pytorch')))
        .to.match(/^saveWeights: /)
        .match(message);
      // A file of the shapes here, as a copy that knows no layers would take and make it.
      const placed = model.layers.filter((layer) => layer.weights.length > 0);
      const tensors = placed.flatMap(({ name, weights }) =>
        weights.map((weight, i): [string, TensorData] => {
          const shape = weight.shape as number[];
          const data = new Float32Array(shape.reduce((n, size) => n * size, 1));
          return [`${name}.${['weight', 'bias'][i] ?? i}`, { shape, data }];
        }),
      );
      await writeSafetensors(path, Object.fromEntries(tensors));
      const before = model.getWeights().map(numbers);
      const got = await failure(loadWeights(model, path));
      expect(got).to.match(/^loadWeights: /);
      if (
        !(
          placed[0].getClassName() in
          { GRU: 1, LSTM: 1, SimpleRNN: 1, Bidirectional: 1, BatchNormalization: 1 }
        )
      )
        expect(got).to.match(message);
      expect(model.getWeights().map(numbers)).to.deep.equal(before);
    });
  }

  it('refuses a recurrence of the same shapes that PyTorch computes otherwise', async () => {
    const path = join(folder, 'rnn.safetensors');
    const [units, name] = [2, 'rnn'];
    const gated = { units, name, recurrentActivation: 'sigmoid' } as const;
    const cases: [saved: Layer, other: Layer, message: string][] = [
      [
        new GRU({ units, useBias: false }),
        new GRU({ units, useBias: false, resetAfter: false }),
        'resetAfter: false',
      ],
      [new GRU({ units, useBias: false }), L.gru({ ...gated, useBias: false }), 'resetAfter: false'],
      [new GRU({ units }), new GRU({ units, goBackwards: true }), 'goBackwards: true'],
      [new LSTM({ units }), L.lstm({ units }), 'recurrentActivation: "hardSigmoid"'],
      [new LSTM({ units }), new LSTM({ units, activation: 'relu' }), 'activation: "relu"'],
      [new SimpleRNN({ units }), L.simpleRNN({ units, activation: 'sigmoid' }), 'activation: "sigmoid"'],
    ];
    for (const [saved, other, message] of cases) {
      await saveWeights(chain([4, 3], saved), path, 'pytorch');
      expect(await failure(loadWeights(chain([4, 3], other), path)))
        .to.match(/^loadWeights: /)
        .contain(message);
    }
  });

  it('takes a Flatten that flattens in PyTorch’s order', async () => {
    const path = join(folder, 'out.safetensors');
    const fine = [
      flat(L.permute({ dims: [3, 1, 2] }), L.flatten()),
      flat(L.globalMaxPooling2d({})),
      flat(L.reshape({ targetShape: [9, 2] })),
      flat(L.averagePooling2d({ poolSize: 3 }), L.flatten()),
      chain([4, 4, 1], L.flatten(), L.dense({ units: 2 })),
      chain([4, 3], L.flatten(), L.dense({ units: 2 })),
      chain([4, 3], new GRU({ units: 2, returnSequences: true }), L.flatten(), L.dense({ units: 2 })),
      chain(image, L.conv2d({ ...kernel, filters: 1 }), L.flatten(), L.dense({ units: 2 })),
      chain(
        [3, 4, 4],
        L.conv2d({ ...kernel, dataFormat: 'channelsFirst' }),
        L.flatten(),
        L.dense({ units: 2 }),
      ),
    ];
    for (const model of fine) expect(await failure(saveWeights(model, path, 'pytorch'))).to.equal('no error');
  });

  const numbersOf = (shape: number[], first = 0): TensorData => {
    const size = shape.reduce((n, one) => n * one, 1);
    return { shape, data: Float32Array.from({ length: size }, (_, i) => first + i) };
  };

  it('refuses a module that is not whole, or more, or of whole numbers', async () => {
    const path = join(folder, 'in.safetensors');
    const load = async (model: tf.LayersModel, tensors: Record<string, TensorData>) => {
      await writeSafetensors(path, tensors);
      const before = model.getWeights().map(numbers);
      const message = await failure(loadWeights(model, path));
      if (message !== 'no error') expect(model.getWeights().map(numbers)).to.deep.equal(before);
      return message;
    };
    const dense = (useBias: boolean) => chain([3], L.dense({ units: 3, useBias, name: 'fc' }));
    const square = { 'fc.weight': numbersOf([3, 3]) };
    const biased = { ...square, 'fc.bias': numbersOf([3]) };
    expect(await load(dense(true), square)).to.match(
      /layer fc \(Dense\) needs fc\.bias, which the file has not$/,
    );
    expect(await load(dense(false), biased)).to.equal('loadWeights: no layer takes fc.bias');
    expect(await load(dense(false), square)).to.equal('no error');
    const whole = { shape: [3, 3], data: new Int32Array(9) };
    expect(await load(dense(false), { 'fc.weight': whole })).to.match(/got \[3,3\] of whole numbers$/);
    const conv = chain([5, 2], L.conv1d({ filters: 4, kernelSize: 3, useBias: false, name: 'conv' }));
    expect(await load(conv, { 'conv.weight': numbersOf([3, 2, 4]) })).to.match(
      /conv\.weight must be \[4,2,3\] for layer conv \(Conv1D\), got \[3,2,4\]$/,
    );
    const norm = (options: object) =>
      chain([3], L.batchNormalization({ epsilon: 1e-5, name: 'bn', ...options }));
    const stats = { 'bn.running_mean': numbersOf([3]), 'bn.running_var': numbersOf([3], 1) };
    const affine = { 'bn.weight': numbersOf([3], 2), 'bn.bias': numbersOf([3], 5) };
    const count = { 'bn.num_batches_tracked': { shape: [], data: Int32Array.of(9) } };
    const bn = norm({});
    expect(await load(bn, { ...count, ...stats, ...affine })).to.equal('no error');
    expect(bn.getWeights().map(numbers)).to.deep.equal([
      [2, 3, 4],
      [5, 6, 7],
      [0, 1, 2],
      [1, 2, 3],
    ]);
    expect(await load(norm({}), affine)).to.contain('needs bn.running_mean');
    expect(await load(norm({}), stats)).to.contain('needs bn.weight');
    expect(await load(norm({ scale: false, center: false }), stats)).to.equal('no error');
    expect(await load(norm({ scale: false }), { ...stats, ...affine })).to.match(
      /layer bn \(BatchNormalization\) has no place for bn\.weight \(scale or center: false\)$/,
    );
    const one = { 'bn.weight': { shape: [3], data: Float32Array.of(1, 1, 1) }, 'bn.bias': affine['bn.bias'] };
    expect(await load(norm({ scale: false }), { ...stats, ...one })).to.equal('no error');
    expect(
      await load(dense(false), { 'fc.weight_g': numbersOf([3, 1]), 'fc.weight_v': numbersOf([3, 3]) }),
    ).to.contain('no module for layer fc');
  });

  it('writes a BatchNormalization of either half as PyTorch has it, with both', async () => {
    const path = join(folder, 'out.safetensors');
    for (const [options, weight, bias] of [
      [{ scale: false }, [1, 1], [7, 8]],
      [{ center: false }, [7, 8], [0, 0]],
    ] as const) {
      const layer = L.batchNormalization({ epsilon: 1e-5, name: 'bn', ...options });
      const model = chain([2], layer);
      layer.setWeights([tf.tensor([7, 8]), tf.tensor([1, 2]), tf.tensor([3, 4])]);
      await saveWeights(model, path, 'pytorch');
      const { tensors } = await readSafetensors(path);
      expect(Array.from(tensors['bn.weight'].data)).to.deep.equal(weight);
      expect(Array.from(tensors['bn.bias'].data)).to.deep.equal(bias);
      const again = chain([2], L.batchNormalization({ epsilon: 1e-5, name: 'bn', ...options }));
      await loadWeights(again, path);
      expect(again.getWeights().map(numbers)).to.deep.equal(model.getWeights().map(numbers));
    }
  });

  it('takes epsilon by layer name, and refuses what is none', async () => {
    const model = models['normalisation-epsilon']();
    const load = (options: object) => failure(loadWeights(model, fixture('normalisation-epsilon'), options));
    expect(await load({ epsilon: { bn: 1e-3, ln: 1e-3 } })).to.equal('no error');
    expect(await load({ epsilon: { bn: 1e-3 } })).to.contain(
      'layer ln (LayerNormalization) has epsilon 0.001',
    );
    expect(await load({})).to.contain('or say { epsilon: 0.001 } where the module has that');
    for (const epsilon of [0, -1, '1', null, { bn: 'a' }])
      expect(await load({ epsilon })).to.match(/^loadWeights: epsilon must be a number above 0/);
    const path = join(folder, 'out.safetensors');
    expect(await failure(saveWeights(model, path, 'keras', { epsilon: 1e-3 }))).to.contain(
      'epsilon is for PyTorch',
    );
    expect(await failure(saveWeights(model, path, 'pytorch', { eps: 1 } as object))).to.contain(
      'unknown option "eps"',
    );
  });

  it('takes stacked layers in order only where one feeds the next', async () => {
    const path = join(folder, 'stack.safetensors');
    const gru = (name?: string) => new GRU({ units: 3, returnSequences: true, name });
    await saveWeights(chain([4, 3], gru('rnn')), path, 'pytorch');
    const one = (await readSafetensors(path)).tensors;
    const two = Object.entries(one).map(([name, tensor]) => [name.replace('_l0', '_l1'), tensor]);
    await writeSafetensors(path, { ...one, ...Object.fromEntries(two) });
    expect(await failure(loadWeights(chain([4, 3], gru(), gru()), path))).to.equal('no error');
    expect(await failure(loadWeights(chain([4, 3], gru(), L.dropout({ rate: 0.1 }), gru()), path))).to.equal(
      'no error',
    );
    const norm = L.layerNormalization({ epsilon: 1e-5, center: false, scale: false });
    expect(await failure(loadWeights(chain([4, 3], gru(), norm, gru()), path))).to.contain(
      'say which with names',
    );
    const x = tf.input({ shape: [4, 3] });
    const [a, b] = [gru(), gru()].map((layer) => layer.apply(x) as tf.SymbolicTensor);
    const beside = tf.model({ inputs: x, outputs: L.add().apply([a, b]) as tf.SymbolicTensor });
    expect(await failure(loadWeights(beside, path))).to.contain('say which with names');
    const [first, second] = beside.layers.filter((layer) => layer instanceof GRU);
    const names = { [first.name]: 'rnn[1]', [second.name]: 'rnn[0]' };
    expect(await failure(loadWeights(beside, path, { names }))).to.equal('no error');
  });

  it('finds layers in models by their names, and gives a model’s name to all in it', async () => {
    const load = (names: Record<string, string>) => {
      const model = models.nested();
      return failure(loadWeights(model, fixture('nested'), { names })).then((message) =>
        message === 'no error' ? predict(model, cases.nested) : message,
      );
    };
    expect((await load({ encoder: 'encoder', 'encoder.deep': 'encoder.deep' })) as number[]).to.be.near(
      cases.nested.y,
      1e-6,
    );
    expect((await load({ 'encoder.rnn': 'encoder.rnn', conv: 'encoder.conv' })) as number[]).to.be.near(
      cases.nested.y,
      1e-6,
    );
    expect(await load({ encoder: 'enc' })).to.contain('no module for layer encoder.rnn');
    expect(await load({ other: 'fc' })).to.match(
      /^loadWeights: the model has no layer "other"; it has encoder\.conv, encoder\.rnn, encoder\.deep\.fc, fc$/,
    );
    const twice = chain(
      [3],
      chain([3], L.dense({ units: 3, name: 'a' })),
      chain([3], L.dense({ units: 3, name: 'a' })),
    );
    const path = join(folder, 'twice.safetensors');
    await saveWeights(twice, path, 'pytorch');
    expect(await failure(loadWeights(twice, path, { names: { a: 'x' } }))).to.match(
      /the model has more than one layer "a"; it has sequential_\d+\.a, sequential_\d+\.a$/,
    );
  });

  it('refuses two layers that would be one module', async () => {
    const inner = tf.sequential({ name: 'a' });
    inner.add(L.dense({ units: 3, inputShape: [3], name: 'b' }));
    const model = chain([3], inner, L.dense({ units: 3, name: 'a.b' }));
    expect(await failure(saveWeights(model, join(folder, 'x.safetensors'), 'pytorch'))).to.match(
      /^saveWeights: two layers would both be a\.b\.weight: give them other names$/,
    );
  });
});
