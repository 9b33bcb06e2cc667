import {
  bidirectional,
  type CallbackState,
  clipGradients,
  cosineRate,
  Embedding,
  earlyStopping,
  encoderDecoder,
  GRU,
  LSTM,
  liveCurve,
  nextSeed,
  Random,
  type ResumableCallback,
  RunState,
  type ShuffledData,
  SimpleRNN,
  tf,
} from 'recurrent-lab';
import seedrandom from 'seedrandom';

type Batch = { xs: tf.Tensor; ys: tf.Tensor };
type FitArgs = tf.ModelFitArgs & { epochs: number };
/** Trains a model; `counter` is what the checkpoint is told as `data`. */
export type Fit = ((model: tf.LayersModel, args: FitArgs) => Promise<unknown>) & { counter?: ShuffledData };

/** A way to train that must resume to the bytes of a run that was not broken off. */
export interface Case {
  layers?: () => tf.layers.Layer[];
  model?: () => tf.LayersModel;
  optimizer?: () => tf.Optimizer;
  callbacks?: () => tf.Callback[];
  /** How the model is trained, with data made anew for each run. */
  train?: () => Fit;
  every?: number;
}

const ROWS = 8;
const [BATCH, TIME, FEATURES] = [4, 3, 2];

/** ROWS sequences and their targets, always the same. */
function numbers(from = 1): { x: number[][][]; y: number[][] } {
  const random = Random.seeded(from);
  const x = Array.from({ length: ROWS }, () =>
    Array.from({ length: TIME }, () => Array.from({ length: FEATURES }, () => random.normal())),
  );
  return { x, y: x.map((rows) => [rows.flat().reduce((sum, value) => sum + value, 0) / 3]) };
}

export const arrays = () => {
  const { x, y } = numbers();
  return { x: tf.tensor3d(x), y: tf.tensor2d(y) };
};

export const rowsOf = ({ x, y } = numbers()) =>
  tf.data.zip({ xs: tf.data.array(x), ys: tf.data.array(y) }) as tf.data.Dataset<tf.TensorContainer>;

export const dataset =
  (make: () => tf.data.Dataset<tf.TensorContainer>, more: () => object = () => ({})) =>
  (): Fit => {
    const data = make();
    const extra = more();
    return (model, args) => model.fitDataset(data as never, { ...args, ...extra } as never);
  };

export const tensors =
  (more: object = {}) =>
  (): Fit =>
  (model, args) => {
    const { x, y } = arrays();
    return model.fit(x, y, { batchSize: 3, ...args, ...more });
  };

const batchOf = (rows: number[]): Batch => {
  const { x, y } = numbers();
  return { xs: tf.tensor3d(rows.map((row) => x[row])), ys: tf.tensor2d(rows.map((row) => y[row])) };
};

/** Batches of what a generator of rows yields. */
const generated = (make: () => Generator<number[]>) =>
  tf.data.generator(function* () {
    for (const rows of make()) yield batchOf(rows);
  } as never) as unknown as tf.data.Dataset<tf.TensorContainer>;

const inOrder = Array.from({ length: ROWS }, (_, i) => i);
const halves = function* (rows: number[]) {
  yield rows.slice(0, BATCH);
  yield rows.slice(BATCH);
};

const noisy = (batch: tf.TensorContainer) => {
  const { xs, ys } = batch as Batch;
  return { xs: xs.add(tf.randomNormal(xs.shape)), ys };
};

/** Data that count their passes. */
export function counted() {
  const state = { epoch: 0 };
  const data = generated(() => halves([...Random.seeded(100 + state.epoch++).permutation(ROWS)]));
  Object.defineProperty(data, 'epoch', { get: () => state.epoch, set: (epoch) => (state.epoch = epoch) });
  return Object.assign(data, { seed: 3 }) as typeof data & ShuffledData;
}

const batchInputShape = [BATCH, TIME, FEATURES] as [number, number, number];
export const inputShape = [TIME, FEATURES] as [number, number];
const input = () => tf.input({ shape: inputShape });
export const head = () => tf.layers.dense({ units: 1 });
const fixedBatches = tensors({ batchSize: BATCH });

/** Counts what it is called for, and adds that up in a tensor. */
class Counting extends tf.layers.Layer {
  static className = 'Counting';
  calls = 0;
  sums: { all: number[] } = { all: [] };
  mean = tf.keep(tf.scalar(0));
  steps = tf.variable(tf.scalar(0), false);
  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean }): tf.Tensor {
    const [x] = [inputs].flat();
    if (training) {
      this.sums.all.push(++this.calls);
      this.mean = tf.keep(this.mean.mul(0.9).add(x.mean().mul(0.1)));
      this.steps.assign(this.steps.add(1));
    }
    return x
      .mul(1 + this.calls / 100)
      .add(this.mean)
      .add(this.steps.div(100)) as tf.Tensor;
  }
}
tf.serialization.registerClass(Counting);

/** Noise from a stream that nobody else can see. */
class OwnNoise extends tf.layers.Layer {
  static className = 'OwnNoise';
  #random = Random.seeded(77);
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return [inputs].flat()[0].mul(this.#random.uniform());
  }
  saveState(): CallbackState {
    return { json: this.#random.state(), tensors: {} };
  }
  restoreState({ json }: CallbackState): void {
    this.#random = Random.from(json as ReturnType<Random['state']>);
  }
}
tf.serialization.registerClass(OwnNoise);

/** Lowers the rate when an epoch's loss is above the one before. */
export class Plateau extends tf.Callback implements ResumableCallback {
  readonly stateName = 'plateau';
  best = Number.POSITIVE_INFINITY;
  bad = Number.NaN;
  constructor(private readonly set: (optimizer: tf.Optimizer, factor: number) => void) {
    super();
  }
  override async onTrainBegin() {
    RunState.of(this.model).enter(this);
    this.best = Number.POSITIVE_INFINITY;
    this.bad = Number.NaN;
  }
  override async onEpochEnd(_epoch: number, logs?: tf.Logs) {
    const [loss] = await (logs as unknown as Record<string, tf.Tensor>).loss.data();
    this.bad = loss < this.best - 0.05 ? Number.NEGATIVE_INFINITY : -0;
    this.set(this.model.optimizer, loss < this.best - 0.05 ? 0.9 : 0.4);
    this.best = Math.min(this.best, loss);
  }
  saveState() {
    return { json: { best: this.best, bad: this.bad }, tensors: { best: tf.scalar(this.best) } };
  }
  restoreState({ json }: CallbackState) {
    Object.assign(this, json as object);
  }
}

/** Draws from the streams in an epoch's end and beginning, as a callback that shows samples does. */
class Drawing extends tf.Callback {
  override async onEpochBegin() {
    tf.randomUniform([2]).dispose();
  }
  override async onEpochEnd() {
    nextSeed();
  }
}

const dates = () => encoderDecoder({ sourceTokens: 5, targetTokens: 5, units: 3, embedding: 2 });
const PAIRS = inOrder.map((i) => ({ source: [1 + (i % 5), 1 + ((i * i) % 5)], target: [1 + (i % 4), 2] }));

/** A table of which each batch has a few rows. */
const withSparseRows = (optimizer: () => tf.Optimizer): Case => ({
  optimizer,
  layers: () => [
    new Embedding({
      numEmbeddings: 30,
      embeddingDim: 3,
      paddingIdx: 0,
      maxNorm: 2,
      sparse: true,
      maskPadding: true,
    }),
    new GRU({ units: 3 }),
    head(),
  ],
  train: () => (model, args) => {
    const words = tf.tensor2d(inOrder.map((i) => [i, (3 * i) % 29, (7 * i) % 29]));
    return model.fit(words, arrays().y, { batchSize: 3, ...args });
  },
});

const withLowering = (optimizer: () => tf.Optimizer): Case => ({
  optimizer,
  callbacks: () => [
    new Plateau((own, factor) => {
      const rated = own as unknown as { learningRate: number; setLearningRate?(rate: number): void };
      const rate = rated.learningRate * factor;
      if (rated.setLearningRate) rated.setLearningRate(rate);
      else rated.learningRate = rate;
    }),
  ],
});

/** By what is in them. */
export const cases: Record<string, Case> = {
  'sparse rows by adam': withSparseRows(() => tf.train.adam(0.03)),
  'sparse rows by momentum': withSparseRows(() => tf.train.momentum(0.03, 0.9)),
  'sparse rows by adagrad, clipped': withSparseRows(() =>
    clipGradients(tf.train.adagrad(0.03), { globalClipNorm: 0.5 }),
  ),
  'fit, shuffled by default': {},
  'fit, not shuffled': { train: tensors({ shuffle: false }) },
  'fit, one row a batch': { train: tensors({ batchSize: 1 }) },
  'fit, validationSplit': { train: tensors({ validationSplit: 0.25 }) },
  'fit, validationData': {
    train: () => (model, args) => {
      const [{ x, y }, other] = [arrays(), numbers(2)];
      return model.fit(x, y, { ...args, validationData: [tf.tensor3d(other.x), tf.tensor2d(other.y)] });
    },
  },
  'fit, a callback that draws': { callbacks: () => [new Drawing()] },
  'fitDataset, a callback that draws': {
    train: dataset(() => rowsOf().batch(3)),
    callbacks: () => [new Drawing()],
  },
  'rows in order': { train: dataset(() => rowsOf().batch(3)) },
  'a seeded shuffle': { train: dataset(() => rowsOf().shuffle(ROWS, '7').batch(3)) },
  'a seeded shuffle of a part': { train: dataset(() => rowsOf().shuffle(3, '7').batch(3)) },
  'a seeded shuffle, the same in each pass': {
    train: dataset(() => rowsOf().shuffle(ROWS, '7', false).batch(3)),
  },
  'shuffled batches, read ahead': { train: dataset(() => rowsOf().batch(2).shuffle(4, '7').prefetch(2)) },
  'training and validation from one shuffle': {
    train: () => {
      const rows = rowsOf().shuffle(ROWS, '7');
      return (model, args) =>
        model.fitDataset(
          rows.skip(3).batch(2) as never,
          {
            ...args,
            validationData: rows.take(3).batch(2),
          } as never,
        );
    },
  },
  'validation shuffled, as a data set': {
    train: dataset(
      () => rowsOf().batch(3),
      () => ({ validationData: rowsOf(numbers(2)).shuffle(ROWS, '9').batch(3), validationBatches: 2 }),
    ),
  },
  'batchesPerEpoch that do not end a pass': {
    train: dataset(
      () => rowsOf().batch(2).repeat(20),
      () => ({ batchesPerEpoch: 3 }),
    ),
  },
  'batchesPerEpoch of a shuffle that is repeated': {
    train: dataset(
      () => rowsOf().shuffle(ROWS, '7').repeat().batch(3),
      () => ({ batchesPerEpoch: 3 }),
    ),
  },
  'batchesPerEpoch of data that count': {
    train: dataset(
      () => counted().repeat(),
      () => ({ batchesPerEpoch: 3 }),
    ),
  },
  'batchesPerEpoch of one long pass that draws': {
    train: dataset(
      () =>
        generated(function* () {
          const first = Math.floor(Math.random() * ROWS);
          for (;;) yield [first, Math.floor(Math.random() * ROWS), nextSeed() % ROWS];
        }),
      () => ({ batchesPerEpoch: 3 }),
    ),
    layers: () => [new GRU({ units: 3, inputShape, dropout: 0.3 }), head()],
  },
  'batchesPerEpoch that are more than there are': {
    train: dataset(
      () => rowsOf().batch(2),
      () => ({ batchesPerEpoch: 3 }),
    ),
  },
  'data that count': { train: dataset(counted) },
  'data made of some that count': {
    train: () => {
      const counter = counted();
      const fit = dataset(() => counter.shuffle(2, '7').map(noisy))();
      return Object.assign(fit, { counter });
    },
  },
  'validation data that count': {
    train: dataset(
      () => rowsOf().batch(3),
      () => ({ validationData: counted() }),
    ),
  },
  'a generator that draws for each batch': {
    train: dataset(() =>
      generated(function* () {
        for (let i = 0; i < 3; i++) yield [Math.floor(Math.random() * ROWS), nextSeed() % ROWS];
      }),
    ),
    layers: () => [new GRU({ units: 3, inputShape, dropout: 0.3 }), tf.layers.dropout({ rate: 0.3 }), head()],
  },
  'a generator that shuffles its rows in place': {
    train: dataset(() => {
      const rows = [...inOrder];
      return generated(function* () {
        tf.util.shuffle(rows);
        yield* halves(rows);
      });
    }),
    layers: () => [new GRU({ units: 3, inputShape, dropout: 0.3 }), head()],
  },
  'a generator with a stream of its own': {
    train: dataset(() => {
      const own = seedrandom.alea('x');
      return generated(function* () {
        for (let i = 0; i < 3; i++) yield [Math.floor(own() * ROWS), Math.floor(own() * ROWS)];
      });
    }),
  },
  'an iterator that draws when it is made': {
    train: dataset(
      () =>
        tf.data.generator((() => {
          const rows = [...inOrder];
          tf.util.shuffle(rows);
          return (function* () {
            for (const part of halves(rows)) yield batchOf(part);
          })();
        }) as never) as never,
    ),
  },
  'a map that draws': {
    train: dataset(() =>
      rowsOf()
        .batch(3)
        .map((batch) => {
          const { xs, ys } = batch as Batch;
          return { xs: xs.add(tf.randomNormal(xs.shape)), ys };
        }),
    ),
  },

  'stateful recurrent layers without names, seeded dropout': {
    layers: () => [
      new GRU({
        units: 2,
        batchInputShape,
        stateful: true,
        returnSequences: true,
        dropout: 0.3,
        seed: 4,
      } as never),
      new LSTM({ units: 2, stateful: true, recurrentDropout: 0.3, seed: 5, returnSequences: true }),
      new SimpleRNN({ units: 2, stateful: true, dropout: 0.2 }),
      head(),
    ],
    train: fixedBatches,
  },
  'bidirectional, ours': {
    layers: () => [
      bidirectional({ layer: new GRU({ units: 2, stateful: true, dropout: 0.3, seed: 4 }), batchInputShape }),
      head(),
    ],
    train: fixedBatches,
  },
  "bidirectional, tfjs' own": {
    layers: () => [
      tf.layers.bidirectional({
        layer: tf.layers.gru({ units: 2, stateful: true }) as never,
        batchInputShape,
      } as never),
      head(),
    ],
    train: fixedBatches,
  },
  timeDistributed: {
    layers: () => [
      tf.layers.timeDistributed({ layer: tf.layers.dropout({ rate: 0.3 }), batchInputShape } as never),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }),
      new GRU({ units: 2, stateful: true, dropout: 0.3, seed: 4 }),
      head(),
    ],
    train: fixedBatches,
  },
  'timeDistributed recurrent layer': {
    model: () => {
      const x = tf.input({ batchShape: [BATCH, TIME, FEATURES] });
      const wide = tf.layers.reshape({ targetShape: [TIME, FEATURES, 1] }).apply(x) as tf.SymbolicTensor;
      const layer = new GRU({ units: 2, stateful: true, dropout: 0.3, seed: 4 });
      const each = tf.layers.timeDistributed({ layer }).apply(wide) as tf.SymbolicTensor;
      const y = head().apply(tf.layers.flatten().apply(each) as tf.SymbolicTensor) as tf.SymbolicTensor;
      return tf.model({ inputs: x, outputs: y });
    },
    train: fixedBatches,
  },
  "tfjs' own stateful layers": {
    layers: () => [
      tf.layers.gru({
        units: 2,
        batchInputShape,
        stateful: true,
        returnSequences: true,
        dropout: 0.3,
      } as never),
      tf.layers.lstm({ units: 2, stateful: true, returnSequences: true, recurrentDropout: 0.3 }),
      tf.layers.simpleRNN({ units: 2, stateful: true }),
      head(),
    ],
    train: fixedBatches,
  },
  "tfjs' own cells, stacked, which draw dropout masks once": {
    layers: () => [
      tf.layers.rnn({
        cell: [
          tf.layers.gruCell({ units: 2, dropout: 0.4, recurrentDropout: 0.4 }),
          tf.layers.lstmCell({ units: 2, dropout: 0.4 }),
          tf.layers.simpleRNNCell({ units: 2, recurrentDropout: 0.4 }),
        ],
        stateful: true,
        batchInputShape,
      } as never),
      head(),
    ],
    train: fixedBatches,
  },
  "tfjs' own noise": {
    layers: () => [
      tf.layers.gaussianNoise({ stddev: 0.1, inputShape } as never),
      tf.layers.spatialDropout1d({ rate: 0.2, seed: 3 }),
      tf.layers.spatialDropout1d({ rate: 0.2 }),
      tf.layers.gaussianDropout({ rate: 0.2 }),
      tf.layers.alphaDropout({ rate: 0.2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.2, seed: 3 }),
      tf.layers.dropout({ rate: 0.2 }),
      head(),
    ],
  },
  'batch normalization, regularizers, constraints, a frozen layer': {
    layers: () => [
      new GRU({ units: 3, inputShape, kernelRegularizer: 'l1l2' }),
      tf.layers.dense({ units: 3, trainable: false }),
      tf.layers.batchNormalization({ momentum: 0.7 }),
      tf.layers.dense({ units: 3, kernelConstraint: 'maxNorm', kernelRegularizer: 'l1l2' }),
      tf.layers.batchNormalization({ trainable: false }),
      head(),
    ],
  },
  'models in models': {
    model: () => {
      const inner = tf.sequential({
        layers: [
          new GRU({ units: 2, inputShape, dropout: 0.3, seed: 8, returnSequences: true }),
          tf.layers.batchNormalization(),
        ],
      });
      const x = input();
      const half = tf.model({ inputs: x, outputs: inner.apply(x) as tf.SymbolicTensor });
      return tf.sequential({
        layers: [
          half,
          new LSTM({ units: 2, recurrentDropout: 0.3, seed: 9 }),
          tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), head()] }),
        ],
      });
    },
  },
  'a shared layer, two branches': {
    model: () => {
      const x = input();
      const shared = new GRU({ units: 2, dropout: 0.3, seed: 8 });
      const noisy = tf.layers.gaussianNoise({ stddev: 0.1 }).apply(x) as tf.SymbolicTensor;
      const both = [x, noisy].map((each) => shared.apply(each) as tf.SymbolicTensor);
      const y = head().apply(tf.layers.concatenate().apply(both) as tf.SymbolicTensor);
      return tf.model({ inputs: x, outputs: y as tf.SymbolicTensor });
    },
  },
  'a layer of your own with numbers and tensors in its fields': {
    layers: () => [new Counting({ inputShape }), tf.layers.flatten(), head()],
  },
  'a layer of your own that saves itself': {
    layers: () => [new OwnNoise({ inputShape }), tf.layers.flatten(), head()],
  },

  ...Object.fromEntries(
    Object.entries<() => tf.Optimizer>({
      sgd: () => tf.train.sgd(0.1),
      momentum: () => tf.train.momentum(0.1, 0.9),
      'momentum, Nesterov': () => tf.train.momentum(0.1, 0.9, true),
      adagrad: () => tf.train.adagrad(0.1),
      adadelta: () => tf.train.adadelta(0.1),
      adam: () => tf.train.adam(0.03),
      adamax: () => tf.train.adamax(0.03, 0.9, 0.999, 1e-7, 0.1),
      rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
      'rmsprop, centered': () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-14, true),
      'adam, clipped': () => clipGradients(tf.train.adam(0.03), { globalClipNorm: 0.1 }),
    }).map(([name, optimizer]) => [`optimizer ${name}, its rate set by a callback`, withLowering(optimizer)]),
  ),
  ...Object.fromEntries(
    [() => tf.train.sgd(0.1), () => tf.train.momentum(0.1, 0.9), () => tf.train.adam(0.1)].map(
      (optimizer) => [
        `cosineRate of ${optimizer().getClassName()}`,
        {
          optimizer,
          train: dataset(() => rowsOf().batch(3)),
          callbacks: () => [cosineRate({ peak: 0.05 })],
        },
      ],
    ),
  ),

  'two of each callback': {
    train: tensors({ validationSplit: 0.25 }),
    callbacks: () => [
      earlyStopping({ monitor: 'loss', patience: 90 }),
      liveCurve({ every: 0 }),
      earlyStopping({ monitor: 'val_loss', patience: 90, minDelta: 10 }),
      liveCurve({ every: 0, series: { val_loss: 'other' } }),
      new Plateau(() => {}),
      new Plateau(() => {}),
    ],
  },
  'early stopping that stops': {
    callbacks: () => [earlyStopping({ monitor: 'loss', patience: 2, minDelta: 10 })],
  },
  'a checkpoint every 2 epochs': { every: 2 },
  'a convolution with states': {
    layers: () => [
      tf.layers.reshape({ targetShape: [TIME, 2, 2, 2], batchInputShape: [BATCH, TIME * 8] } as never),
      tf.layers.convLstm2d({
        filters: 2,
        kernelSize: 1,
        stateful: true,
        dropout: 0.3,
        trainable: false,
      } as never),
      tf.layers.flatten(),
      head(),
    ],
    train: () => (model, args) => {
      const { x, y } = arrays();
      return model.fit(x.reshape([ROWS, 6]).tile([1, 4]), y, { batchSize: BATCH, ...args });
    },
  },
  'an encoder and a decoder, whose data shuffle by the seeded streams': {
    model: () => dates().model,
    train: dataset(() => dates().batches(PAIRS, { batch: 3, shuffle: true }) as never),
  },
  'losses that are no numbers': { optimizer: () => tf.train.sgd(1e30) },
};
