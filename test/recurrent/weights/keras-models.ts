import { bidirectional, GRU, LSTM, SimpleRNN, tf } from 'recurrent-lab';

const { layers: L } = tf;
type Layer = tf.layers.Layer;
type Symbolic = tf.SymbolicTensor;

const chain = (shape: number[], ...layers: Layer[]) =>
  tf.sequential({ layers: [L.inputLayer({ inputShape: shape }), ...layers] });

function functional(shape: number[], build: (x: Symbolic) => Symbolic): tf.LayersModel {
  const inputs = tf.input({ shape });
  return tf.model({ inputs, outputs: build(inputs) });
}

const on = (layer: Layer, ...x: Symbolic[]) => layer.apply(x.length > 1 ? x : x[0]) as Symbolic;
const dense = (units = 3, name?: string) => L.dense({ units, activation: 'tanh', name });
const timeDistributed = (layer: Layer) => L.timeDistributed({ layer });
const cells = (...some: Layer[]) => some as unknown as Parameters<typeof L.rnn>[0]['cell'];

const ROLES = ['last', 'second', 'side', 'first'] as const;
type Role = (typeof ROLES)[number];

/**
 * As `branches` of the Python beside the fixtures.
 *
 * @param order in which the layers are made
 * @param names of those that get one
 */
export function branches(order: readonly Role[], names: Partial<Record<Role, string>> = {}): tf.LayersModel {
  const made = Object.fromEntries(order.map((role) => [role, dense(3, names[role])])) as unknown as Record<
    Role,
    Layer
  >;
  return functional([3], (x) =>
    on(made.last, on(L.multiply(), on(made.second, on(made.first, x)), on(made.side, x))),
  );
}

/** As the files of the same name, of TensorFlow.js' own recurrent layers. */
export const ownLayers: Record<string, () => tf.LayersModel> = {
  recurrent: () => {
    const gated = { units: 3, recurrentActivation: 'sigmoid', returnSequences: true } as const;
    return chain(
      [5, 3],
      L.simpleRNN({ units: 3, activation: 'relu', returnSequences: true }),
      L.gru(gated),
      new GRU({ units: 3, returnSequences: true, goBackwards: true, dropout: 0.2 }),
      L.lstm({ ...gated, useBias: false }),
      new GRU({ units: 3, returnSequences: true }),
      L.lstm({ units: 2, recurrentActivation: 'sigmoid' }),
    );
  },
  bidirectional: () => {
    const layer = L.lstm({ units: 3, returnSequences: true, recurrentActivation: 'sigmoid' }) as tf.RNN;
    const simple = L.simpleRNN({ units: 3, returnSequences: true }) as tf.RNN;
    return chain(
      [5, 3],
      L.bidirectional({ layer, mergeMode: 'sum' }),
      L.bidirectional({ layer: simple, mergeMode: 'ave' }),
      bidirectional({ layer: new GRU({ units: 2 }) }),
    );
  },
};

/** The models of make-keras-layers.py. */
export const models: Record<string, () => tf.LayersModel> = {
  dense: () => chain([3], dense(), L.dense({ units: 3, useBias: false })),
  conv1d: () =>
    chain(
      [6, 3],
      L.conv1d({ filters: 3, kernelSize: 3, padding: 'same', dilationRate: 2, activation: 'tanh' }),
      L.conv1d({ filters: 2, kernelSize: 2, strides: 2 }),
    ),
  conv2d: () =>
    chain(
      [6, 5, 3],
      L.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      L.conv2d({ filters: 2, kernelSize: [2, 3], strides: 2, useBias: false }),
    ),
  conv3d: () =>
    chain(
      [4, 4, 4, 2],
      L.conv3d({ filters: 2, kernelSize: 2 }),
      L.conv3d({ filters: 3, kernelSize: [1, 2, 3] }),
    ),
  'channels-first': () =>
    chain(
      [2, 5, 6],
      L.conv2d({ filters: 3, kernelSize: 2, dataFormat: 'channelsFirst', activation: 'tanh' }),
      L.depthwiseConv2d({ kernelSize: 2, dataFormat: 'channelsFirst' }),
      L.conv2dTranspose({ filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' }),
      L.flatten({ dataFormat: 'channelsFirst' }),
      L.dense({ units: 2 }),
    ),
  'conv3d-first': () =>
    chain(
      [2, 3, 4, 3],
      L.conv3d({ filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' }),
      L.flatten(),
      L.dense({ units: 2 }),
    ),
  'conv2d-transpose': () =>
    chain(
      [3, 4, 2],
      L.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: 'same' }),
      L.conv2dTranspose({ filters: 3, kernelSize: [2, 3] }),
    ),
  'conv3d-transpose': () =>
    chain(
      [2, 3, 2, 2],
      L.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      L.conv3dTranspose({ filters: 3, kernelSize: [1, 2, 3] }),
    ),
  'separable-conv2d': () =>
    chain(
      [5, 5, 3],
      L.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2 }),
      L.separableConv2d({ filters: 2, kernelSize: 2, useBias: false }),
    ),
  'depthwise-conv2d': () =>
    chain(
      [5, 5, 3],
      L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      L.depthwiseConv2d({ kernelSize: 2, useBias: false }),
    ),
  embedding: () =>
    chain([5], L.embedding({ inputDim: 4, outputDim: 3, maskZero: true }), new LSTM({ units: 3 })),
  normalisation: () =>
    chain(
      [4, 3],
      L.batchNormalization(),
      L.layerNormalization(),
      L.batchNormalization({ scale: false, epsilon: 1e-4 }),
      L.layerNormalization({ center: false, axis: [1, 2] }),
      L.batchNormalization({ center: false, axis: 2 }),
      L.layerNormalization({ scale: false }),
    ),
  prelu: () => chain([4, 3], L.prelu({}), L.prelu({ sharedAxes: [1] }), L.prelu({ sharedAxes: [1, 2] })),
  'conv-lstm2d': () => {
    const options = { kernelSize: 2, recurrentActivation: 'sigmoid' } as const;
    const layers = [
      L.convLstm2d({ ...options, filters: 2, returnSequences: true }),
      L.convLstm2d({ ...options, filters: 3, useBias: false }),
    ];
    return chain([3, 5, 4, 2], ...(layers as unknown as Layer[]));
  },
  recurrent: () =>
    chain(
      [5, 3],
      new SimpleRNN({ units: 3, activation: 'relu', returnSequences: true }),
      new GRU({ units: 3, returnSequences: true, resetAfter: false }),
      new GRU({ units: 3, returnSequences: true, goBackwards: true, dropout: 0.2 }),
      new LSTM({ units: 3, returnSequences: true, useBias: false }),
      new GRU({ units: 3, returnSequences: true }),
      new LSTM({ units: 2 }),
    ),
  cells: () => {
    const gated = { units: 3, recurrentActivation: 'sigmoid' } as const;
    const stack = [L.lstmCell(gated), L.gruCell(gated), L.lstmCell(gated), L.simpleRNNCell({ units: 3 })];
    return chain(
      [5, 3],
      L.rnn({ cell: L.lstmCell(gated), returnSequences: true }),
      L.rnn({ cell: cells(...stack), returnSequences: true }),
      L.rnn({ cell: L.simpleRNNCell({ units: 2 }) }),
    );
  },
  bidirectional: () =>
    chain(
      [5, 3],
      bidirectional({ layer: new LSTM({ units: 3, returnSequences: true }), mergeMode: 'sum' }),
      bidirectional({ layer: new SimpleRNN({ units: 3, returnSequences: true }), mergeMode: 'ave' }),
      bidirectional({ layer: new GRU({ units: 2 }) }),
    ),
  'time-distributed': () =>
    chain(
      [3, 4, 4, 3],
      timeDistributed(L.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' })),
      timeDistributed(L.batchNormalization()),
      timeDistributed(chain([4, 4, 3], L.conv2d({ filters: 3, kernelSize: 2 }), L.flatten(), dense(4))),
      timeDistributed(L.activation({ activation: 'tanh' })),
      timeDistributed(L.dense({ units: 4 })),
    ),
  'time-distributed-bidirectional': () =>
    chain(
      [3, 4, 3],
      timeDistributed(bidirectional({ layer: new GRU({ units: 2, returnSequences: true }) })),
      timeDistributed(bidirectional({ layer: new LSTM({ units: 2 }) })),
    ),
  branches: () => branches(['side', 'last', 'first', 'second']),
  'renamed-branches': () =>
    branches(['second', 'first', 'side', 'last'], {
      last: 'last',
      second: 'second',
      side: 'side',
      first: 'first',
    }),
  nested: () => {
    const inner = chain([3], dense(), L.batchNormalization(), dense());
    const middle = functional([3], (x) => on(dense(), on(inner, on(dense(), x))));
    const outer = dense();
    return functional([3], (x) => on(outer, on(middle, on(outer, on(middle, x)))));
  },
  'two-of-a-model': () => {
    const shared = dense();
    const [left, right] = [chain([3], dense(), shared), chain([3], dense())];
    return functional([3], (x) => on(shared, on(L.add(), on(left, x), on(right, x))));
  },
  'gru-without-bias': () => chain([5, 3], new GRU({ units: 3, useBias: false })),
  float16: () => chain([3], dense()),
  float64: () => chain([3], dense()),
  'of-keras-3-0': () =>
    chain(
      [4, 3],
      timeDistributed(L.activation({ activation: 'tanh' })),
      timeDistributed(dense()),
      L.conv1d({ filters: 3, kernelSize: 3 }),
      bidirectional({ layer: new GRU({ units: 3 }) }),
      chain([6], dense(), L.dense({ units: 2 })),
    ),
  many: () => chain([2], ...Array.from({ length: 40 }, () => dense(2))),
};
