import { bidirectional, GRU, LSTM, SimpleRNN, tf } from 'recurrent-lab';

const { layers: L } = tf;
type Layer = tf.layers.Layer;

const chain = (shape: number[], ...layers: Layer[]) =>
  tf.sequential({ layers: [L.inputLayer({ inputShape: shape }), ...layers] });
const everyStep = (layer: Layer, name?: string) => L.timeDistributed({ layer, name });
const epsilon = 1e-5;

/** The models of make-torch-layers.py, their layers called as the modules there. */
export const models: Record<string, () => tf.LayersModel> = {
  linear: () =>
    chain(
      [3],
      L.dense({ units: 3, activation: 'tanh', name: 'fc1' }),
      L.dense({ units: 3, useBias: false, name: 'fc2' }),
    ),
  conv1d: () =>
    chain(
      [6, 3],
      L.conv1d({ filters: 3, kernelSize: 3, padding: 'same', dilationRate: 2, name: 'one' }),
      L.conv1d({ filters: 2, kernelSize: 2, strides: 2, useBias: false, name: 'two' }),
    ),
  conv2d: () =>
    chain(
      [6, 5, 3],
      L.conv2d({ filters: 3, kernelSize: 3, name: 'one' }),
      L.conv2d({ filters: 2, kernelSize: [2, 3], name: 'two' }),
    ),
  conv3d: () =>
    chain(
      [4, 4, 5, 2],
      L.conv3d({ filters: 2, kernelSize: 2, name: 'one' }),
      L.conv3d({ filters: 3, kernelSize: [1, 2, 3], name: 'two' }),
    ),
  'conv-transpose2d': () =>
    chain(
      [3, 4, 2],
      L.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2, name: 'one' }),
      L.conv2dTranspose({ filters: 3, kernelSize: [2, 3], name: 'two' }),
    ),
  'conv-transpose3d': () =>
    chain(
      [2, 3, 2, 2],
      L.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2, name: 'one' }),
      L.conv3dTranspose({ filters: 3, kernelSize: [1, 2, 3], name: 'two' }),
    ),
  depthwise: () =>
    chain(
      [5, 5, 3],
      L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, name: 'one' }),
      L.depthwiseConv2d({ kernelSize: 2, useBias: false, name: 'two' }),
    ),
  embedding: () =>
    chain(
      [5],
      L.embedding({ inputDim: 4, outputDim: 4, name: 'words' }),
      new LSTM({ units: 4, name: 'rnn' }),
    ),
  normalisation: () =>
    chain(
      [4, 5, 4],
      L.batchNormalization({ epsilon, name: 'bn' }),
      L.batchNormalization({ epsilon, scale: false, center: false, name: 'plain' }),
      L.layerNormalization({ epsilon, name: 'ln' }),
      L.layerNormalization({ epsilon, center: false, name: 'ln2' }),
      L.layerNormalization({ epsilon, axis: [2, 3], name: 'all' }),
    ),
  'normalisation-epsilon': () =>
    chain([3], L.batchNormalization({ name: 'bn' }), L.layerNormalization({ name: 'ln' })),
  prelu: () =>
    chain([4, 3], L.prelu({ sharedAxes: [1], name: 'each' }), L.prelu({ sharedAxes: [1, 2], name: 'one' })),
  recurrent: () => {
    const all = { units: 3, returnSequences: true };
    return chain(
      [5, 3],
      new SimpleRNN({ ...all, name: 'tanh' }),
      L.simpleRNN({ ...all, activation: 'relu', name: 'relu' }),
      new GRU({ ...all, name: 'gru' }),
      L.lstm({ ...all, recurrentActivation: 'sigmoid', name: 'lstm' }),
    );
  },
  bidirectional: () =>
    chain(
      [5, 3],
      bidirectional({ layer: new GRU({ units: 3, returnSequences: true }), name: 'one' }),
      L.bidirectional({
        layer: L.simpleRNN({ units: 2, returnSequences: true }) as tf.RNN,
        mergeMode: 'concat',
        name: 'two',
      }),
    ),
  flatten: () =>
    chain(
      [5, 6, 3],
      L.conv2d({ filters: 4, kernelSize: 2, activation: 'relu', name: 'conv' }),
      L.permute({ dims: [3, 1, 2] }),
      L.flatten(),
      L.dense({ units: 3, name: 'fc' }),
    ),
  steps: () =>
    chain(
      [3, 4, 4, 2],
      everyStep(L.conv2d({ filters: 3, kernelSize: 2 }), 'conv'),
      everyStep(L.batchNormalization({ epsilon }), 'bn'),
      everyStep(L.activation({ activation: 'tanh' })),
      everyStep(L.permute({ dims: [3, 1, 2] })),
      everyStep(L.flatten()),
      new GRU({ units: 3, returnSequences: true, name: 'rnn' }),
      everyStep(L.dense({ units: 2 }), 'head'),
    ),
  nested: () => {
    const deep = tf.sequential({ name: 'deep' });
    deep.add(L.dense({ units: 3, activation: 'tanh', inputShape: [4, 3], name: 'fc' }));
    const encoder = tf.sequential({ name: 'encoder' });
    encoder.add(L.conv1d({ filters: 3, kernelSize: 3, padding: 'same', inputShape: [4, 3], name: 'conv' }));
    encoder.add(new GRU({ units: 3, returnSequences: true, name: 'rnn' }));
    encoder.add(deep);
    const inputs = tf.input({ shape: [4, 3] });
    const twice = encoder.apply(encoder.apply(inputs)) as tf.SymbolicTensor;
    const outputs = L.dense({ units: 3, name: 'fc' }).apply(twice) as tf.SymbolicTensor;
    return tf.model({ inputs, outputs });
  },
  alone: () => chain([6, 3], L.conv1d({ filters: 3, kernelSize: 3, name: 'alone' })),
};

/** What must be said besides. */
export const options: Record<string, { epsilon: number }> = { 'normalisation-epsilon': { epsilon: 1e-3 } };

/** Puts the engine right for a model: TensorFlow.js' wasm gets a transposed convolution in three dimensions wrong. */
export async function engineFor(name: string): Promise<void> {
  if (name === 'conv-transpose3d') await tf.setBackend('cpu');
}
