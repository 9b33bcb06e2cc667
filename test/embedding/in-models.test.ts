import { expect } from 'chai';
import {
  clipGradients,
  Embedding,
  EmbeddingBag,
  GRU,
  Random,
  ready,
  seed,
  sparseRows,
  tf,
} from 'recurrent-lab';

const ROWS = 12;
const int = (values: number[][]) => tf.tensor2d(values, undefined, 'int32');
const drawn = (random: Random, batch: number, time: number) =>
  int(Array.from({ length: batch }, () => Array.from({ length: time }, () => random.integer(ROWS))));

function network(sparse: boolean): tf.Sequential {
  seed(3);
  return tf.sequential({
    layers: [
      new Embedding({ numEmbeddings: ROWS, embeddingDim: 4, paddingIdx: 0, sparse, maskPadding: true }),
      new GRU({ units: 5 }),
      tf.layers.dense({ units: 1 }),
    ],
  });
}

describe('Embedding in models', () => {
  before(() => ready());
  beforeEach(() => tf.engine().startScope());
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });

  it('is the first layer, and masks its padding', () => {
    const model = network(false);
    expect(model.inputs[0].shape).to.deep.equal([null, null]);
    const short = model.predict(int([[3, 5, 7]])) as tf.Tensor;
    const padded = model.predict(int([[3, 5, 7, 0, 0]])) as tf.Tensor;
    expect(padded.dataSync()).near(short.dataSync(), 1e-6);
    expect(model.countParams()).to.equal(ROWS * 4 + 3 * (4 * 5 + 5 * 5 + 2 * 5) + 6);
  });

  const optimizers: Record<string, () => tf.Optimizer> = {
    sgd: () => tf.train.sgd(0.1),
    'sgd, clipped as a whole': () => clipGradients(tf.train.sgd(0.1), { globalClipNorm: 0.01 }),
    'sgd, each number clipped': () => clipGradients(tf.train.sgd(0.1), { clipValue: 1e-3 }),
  };
  for (const [name, make] of Object.entries(optimizers)) {
    it(`learns the same by sparse gradients as by dense ones: ${name}`, async () => {
      const random = Random.seeded(4);
      const [x, y] = [drawn(random, 8, 6), tf.randomNormal([8, 1], 0, 1, 'float32', 5)];
      const [sparse, dense] = [true, false].map(network);
      for (const model of [sparse, dense]) {
        model.compile({ optimizer: make(), loss: 'meanSquaredError' });
        await model.fit(x, y, { epochs: 4, batchSize: 4, shuffle: false, verbose: 0 });
      }
      sparse.getWeights().forEach((weight, i) => {
        expect(weight.dataSync()).near(dense.getWeights()[i].dataSync(), 1e-5);
      });
      expect(sparse.getWeights()[0].slice(0, 1).abs().max().dataSync()[0]).to.equal(0);
    });
  }

  it('leaves rows that no batch has as they are, with their moments', () => {
    const layer = new Embedding({ numEmbeddings: ROWS, embeddingDim: 2, sparse: true });
    const before = layer.weight.arraySync();
    const optimizer = tf.train.adam(0.1);
    for (const rows of [
      [1, 2],
      [2, 5],
      [1, 5],
    ])
      optimizer.minimize(() => (layer.apply(int([rows])) as tf.Tensor).square().sum());
    const after = layer.weight.arraySync();
    const changed = after.flatMap((row, i) => (String(row) === String(before[i]) ? [] : [i]));
    expect(changed).to.deep.equal([1, 2, 5]);
  });

  it('sums the gradients of a layer that is used twice, sparse with sparse and with dense', () => {
    for (const sparse of [true, false]) {
      const layer = new Embedding({ numEmbeddings: ROWS, embeddingDim: 2, sparse });
      layer.build();
      const twice = () =>
        tf.add(
          (layer.apply(int([[1, 2]])) as tf.Tensor).sum(),
          (layer.apply(int([[2, 4]])) as tf.Tensor).sum(),
        ) as tf.Scalar;
      const [gradient] = Object.values(tf.variableGrads(twice).grads);
      const rows = sparseRows(gradient);
      if (sparse) {
        expect([...rows!.indices]).to.deep.equal([1, 2, 4]);
        expect([...rows!.values]).to.deep.equal([1, 1, 2, 2, 1, 1]);
      } else expect(gradient.sum(1).arraySync()).to.deep.equal([0, 2, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
      // The table as it is, besides the rows looked up.
      const tied = () => tf.add(twice(), layer.weight.sum()) as tf.Scalar;
      const both = Object.values(tf.variableGrads(tied).grads)[0];
      expect(both.sum(1).arraySync()).to.deep.equal([2, 4, 6, 2, 4, 2, 2, 2, 2, 2, 2, 2]);
      tf.disposeVariables();
    }
  });

  it('teaches an optimizer once, however often a table is looked up', () => {
    const layer = new Embedding({ numEmbeddings: ROWS, embeddingDim: 2, sparse: true });
    layer.apply(int([[1]]));
    const steps = [tf.SGDOptimizer, tf.AdamOptimizer].map(({ prototype }) => prototype.applyGradients);
    layer.apply(int([[2]]));
    expect(
      [tf.SGDOptimizer, tf.AdamOptimizer].map(({ prototype }) => prototype.applyGradients),
    ).to.deep.equal(steps);
  });

  it('changes its table in place, and no copy of it', () => {
    const layer = new Embedding({ numEmbeddings: ROWS, embeddingDim: 2, sparse: true, maxNorm: 0.5 });
    const [copy, values] = [layer.weight.clone(), layer.weight.dataSync().slice()];
    const flat = layer.weight.reshape([-1]);
    tf.train.sgd(1).minimize(() => (layer.apply(int([[1, 2, 3]])) as tf.Tensor).sum());
    expect(layer.weight.dataSync()).to.not.deep.equal(values);
    expect(copy.dataSync()).to.deep.equal(values);
    expect(flat.dataSync()).to.deep.equal(values);
  });

  it('leaks no tensor', () => {
    for (const make of [
      () => tf.train.sgd(0.1),
      () => tf.train.adam(0.1),
      () => tf.train.momentum(0.1, 0.9),
    ]) {
      const layer = new Embedding({ numEmbeddings: ROWS, embeddingDim: 2, sparse: true, maxNorm: 1 });
      const bag = new EmbeddingBag({ numEmbeddings: ROWS, embeddingDim: 2, mode: 'max' });
      for (const one of [layer, bag]) one.build();
      const optimizer = make();
      const indices = int([[1, 2, 2]]);
      const step = () =>
        optimizer.minimize(
          () => tf.add((layer.apply(indices) as tf.Tensor).sum(), bag.apply(indices).sum()) as tf.Scalar,
        );
      step();
      const { numTensors, numDataBuffers } = tf.memory();
      for (let i = 0; i < 3; i++) step();
      expect(tf.memory()).to.include({ numTensors, numDataBuffers });
    }
  });

  it('is saved and loaded with its model', async () => {
    const model = tf.sequential({
      layers: [
        new Embedding({
          ...{ numEmbeddings: ROWS, embeddingDim: 4, paddingIdx: -2, maxNorm: 1, sparse: true },
          ...{ normType: Number.POSITIVE_INFINITY, scaleGradByFreq: true, maskPadding: true },
        }),
        new GRU({ units: 5 }),
      ],
    });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save({
      save: async (given) => {
        artifacts = JSON.parse(JSON.stringify({ ...given, weightData: undefined }));
        artifacts!.weightData = given.weightData;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      },
    });
    const loaded = await tf.loadLayersModel({ load: async () => artifacts! });
    const x = int([[1, 2, 10, 10]]);
    expect((loaded.predict(x) as tf.Tensor).dataSync()).to.deep.equal(
      (model.predict(x) as tf.Tensor).dataSync(),
    );
    expect(loaded.layers[0].getConfig()).to.deep.equal(model.layers[0].getConfig());
    expect((loaded.layers[0] as Embedding).options).to.deep.equal((model.layers[0] as Embedding).options);
  });

  it('starts from given vectors, frozen or not', () => {
    const vectors = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const frozen = Embedding.fromPretrained(vectors, { paddingIdx: 1 });
    expect(frozen.weight.arraySync()).to.deep.equal(vectors); // given padding stays, as in PyTorch
    expect(frozen.trainableWeights).to.have.length(0);
    const given = tf.tensor2d(vectors);
    const free = Embedding.fromPretrained(given, { freeze: false });
    given.dispose();
    expect(free.weight.arraySync()).to.deep.equal(vectors);
    expect(free.trainableWeights).to.have.length(1);
    const bag = EmbeddingBag.fromPretrained(vectors, { mode: 'sum' });
    expect(bag.apply(int([[0, 2]])).arraySync()).to.deep.equal([[6, 8]]);
  });
});

describe('Embedding refuses', () => {
  before(() => ready());
  const size = { numEmbeddings: 10, embeddingDim: 3 };
  const look =
    (indices: tf.Tensor, options = {}) =>
    () =>
      new Embedding({ ...size, ...options }).apply(indices);

  const cases: Record<string, [() => unknown, string]> = {
    'an index beyond the table': [
      look(
        int([
          [1, 2],
          [3, 10],
        ]),
      ),
      'Embedding: index 10 at [1, 1] is no row of the table: expected whole numbers from 0 to 9',
    ],
    'a negative index': [look(tf.scalar(-1, 'int32')), 'Embedding: index -1 is no row of the table'],
    'half an index': [look(tf.tensor1d([1, 2.5])), 'index 2.5 at [1] is no row'],
    'no index': [look(tf.tensor1d([1, Number.NaN])), 'index NaN at [1] is no row'],
    'padding beyond the table': [
      look(tf.scalar(1), { paddingIdx: 10 }),
      'paddingIdx must be a whole number from -10 to 9, got 10',
    ],
    'a mask without padding': [
      look(tf.scalar(1), { maskPadding: true }),
      'maskPadding needs a paddingIdx, got none',
    ],
    'a norm of nothing': [look(tf.scalar(1), { maxNorm: 0 }), 'maxNorm must be above 0, got 0'],
    'a norm that is none': [look(tf.scalar(1), { normType: 0.5 }), 'normType must be at least 1, got 0.5'],
    'an option of another library': [look(tf.scalar(1), { inputDim: 10 }), 'unknown option "inputDim"'],
    'another type': [look(tf.scalar(1), { dtype: 'float16' }), 'dtype must be float32, got float16'],
    'a table of another size': [
      look(tf.scalar(1), { weight: [[1, 2, 3]] }),
      'weight has the shape (1, 3), expected (10, 3)',
    ],
    'ragged vectors': [
      () => Embedding.fromPretrained([[1, 2], [3]]),
      'Embedding.fromPretrained: row 1 has 1 numbers, row 0 has 2',
    ],
    'a maximum with sparse gradients': [
      () => new EmbeddingBag({ ...size, mode: 'max', sparse: true }),
      'mode max takes neither scaleGradByFreq nor sparse',
    ],
    'bags without beginnings': [
      () => new EmbeddingBag(size).apply(tf.tensor1d([1, 2])),
      'EmbeddingBag: expected offsets with indices in one row, got none',
    ],
    'beginnings that go back': [
      () => new EmbeddingBag(size).apply(tf.tensor1d([1, 2, 3]), { offsets: [0, 2, 1] }),
      'offset 2 is 1, expected a whole number from 2 to 3',
    ],
    'a last offset that is not the end': [
      () =>
        new EmbeddingBag({ ...size, includeLastOffset: true }).apply(tf.tensor1d([1, 2, 3]), {
          offsets: [0, 2],
        }),
      'the last offset is 2, expected the number of indices, 3',
    ],
    'factors of a mean': [
      () => new EmbeddingBag(size).apply(int([[1, 2]]), { perSampleWeights: tf.ones([1, 2]) }),
      'perSampleWeights go with mode sum, got mean',
    ],
    'an optimizer that has no rule for rows': [
      () => {
        const layer = new Embedding({ ...size, sparse: true });
        layer.build();
        tf.train.rmsprop(0.1).minimize(() => (layer.apply(int([[1]])) as tf.Tensor).sum());
      },
      'Embedding: rmsprop takes no sparse gradients; sgd, momentum, adagrad and adam do, and sparse: false any',
    ],
  };
  for (const [name, [run, message]] of Object.entries(cases)) {
    it(name, () => {
      expect(run).to.throw(message);
    });
  }
});
