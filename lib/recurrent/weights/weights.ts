import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail, refuseUnknown } from '../../errors';
import { type TensorData, writeSafetensors } from '../../files/safetensors';
import { tf } from '../../tensor';
import { fromTorch, type ModuleNames, toTorch } from './pytorch-weights';
import { readWeightFile } from './weight-file';

type Tensors = Record<string, TensorData>;

const snakeCase = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

/** The arrays of a Keras layer in the order of its weights: of what it wraps, its own before its cell's. */
function kerasArrays(tensors: Tensors, folder: string): TensorData[] {
  const parts = ['', '/layer', '/forward_layer', '/backward_layer'].flatMap((part) => [
    `${part}/vars`,
    `${part}/cell/vars`,
  ]);
  const arrays: TensorData[] = [];
  for (const part of parts) {
    for (let i = 0; tensors[`${folder}${part}/${i}`]; i++) arrays.push(tensors[`${folder}${part}/${i}`]);
  }
  return arrays;
}

/** The weights of each layer out of what Keras 3 saves, which counts layers of a class in the model's order. */
function fromKeras(model: LayersModel, tensors: Tensors, path: string): Map<tf.layers.Layer, TensorData[]> {
  if (!Object.keys(tensors).some((name) => name.startsWith('layers/'))) {
    fail('loadWeights', `${path} has no layers/… as Keras 3 writes; save it anew with model.save_weights`);
  }
  const counts: Record<string, number> = {};
  const weights = new Map<tf.layers.Layer, TensorData[]>();
  for (const layer of model.layers) {
    const name = snakeCase(layer.getClassName());
    const count = (counts[name] = (counts[name] ?? -1) + 1);
    if (layer.weights.length === 0) continue;
    weights.set(layer, kerasArrays(tensors, `layers/${count === 0 ? name : `${name}_${count}`}`));
  }
  return weights;
}

/** Sets all weights, or none where a shape differs. */
function setAll(path: string, all: ReadonlyMap<tf.layers.Layer, TensorData[]>): void {
  for (const [layer, arrays] of all) {
    const want = layer.getWeights().map(({ shape }) => `[${shape}]`);
    const got = arrays.map(({ shape }) => `[${shape}]`);
    if (String(want) !== String(got)) {
      fail(
        'loadWeights',
        `layer ${layer.name} has weights ${want.join(' ')}, ${path} has ${got.join(' ') || 'none'}`,
      );
    }
  }
  tf.tidy(() => {
    for (const [layer, arrays] of all)
      layer.setWeights(arrays.map(({ data, shape }) => tf.tensor(data, [...shape])));
  });
}

/**
 * Puts weights that PyTorch or Keras trained into a model of the same layers.
 *
 * - `.safetensors` with a PyTorch state dict (`save_file(model.state_dict(), path)`). A layer takes the module of
 *   its own name, or the one that `names` gives it; where there is only one of a kind, no name is needed.
 * - `.weights.h5` (`model.save_weights(path)`) and `.keras` (`model.save(path)`) of Keras 3.
 * - `.safetensors` that `saveWeights` wrote in Keras' layout.
 *
 * @param options.names module by layer name, e.g. `{ gru_GRU1: 'encoder', dense_Dense1: 'head' }`; for a layer of a
 *   stacked module `'rnn[1]'`
 * @throws RecurrentError where a shape differs, a module is missing or left over; the model then stays as it was
 */
export async function loadWeights(
  model: LayersModel,
  path: string,
  options: { names?: ModuleNames } = {},
): Promise<void> {
  refuseUnknown('loadWeights', options, ['names']);
  const tensors = await readWeightFile(path);
  const fromHere = Object.keys(tensors).every((name) => /^\d{3}\./.test(name));
  const fromTorchFile = path.endsWith('.safetensors') && !fromHere;
  if (options.names && !fromTorchFile) fail('loadWeights', `names are for PyTorch modules, ${path} has none`);
  if (fromTorchFile) setAll(path, fromTorch(model, tensors, options.names ?? {}));
  else setAll(path, fromHere ? fromOrder(model, tensors) : fromKeras(model, tensors, path));
}

/** The weights of each layer out of a file in the order of `model.getWeights()`. */
function fromOrder(model: LayersModel, tensors: Tensors): Map<tf.layers.Layer, TensorData[]> {
  const arrays = Object.keys(tensors)
    .sort()
    .map((name) => tensors[name]);
  const layers = model.layers.filter((layer) => layer.weights.length > 0);
  return new Map(layers.map((layer) => [layer, arrays.splice(0, layer.getWeights().length)]));
}

/**
 * Writes a model's weights as safetensors, for others to read.
 *
 * - `'pytorch'`: a state dict whose modules are called as the layers are; there,
 *   `model.load_state_dict(safetensors.torch.load_file(path))`
 * - `'keras'`: in Keras' layout and order; there, `w = safetensors.numpy.load_file(path)` and
 *   `model.set_weights([w[k] for k in sorted(w)])`
 *
 * @throws RecurrentError for a layer the other side doesn't have, such as a GRU with `resetAfter: false` in PyTorch
 */
export async function saveWeights(
  model: LayersModel,
  path: string,
  layout: 'pytorch' | 'keras',
): Promise<void> {
  const data = async (tensor: Tensor): Promise<TensorData> => ({
    shape: tensor.shape,
    data: (await tensor.data()) as Float32Array,
  });
  if (!path.endsWith('.safetensors')) fail('saveWeights', `path must end in .safetensors, got ${path}`);
  if (layout !== 'pytorch' && layout !== 'keras')
    fail('saveWeights', `layout must be pytorch or keras, got ${layout}`);
  const layers = new Map<tf.layers.Layer, TensorData[]>();
  for (const layer of model.layers) {
    const weights = await Promise.all(layer.getWeights().map(data));
    if (weights.length > 0) layers.set(layer, weights);
  }
  if (layout === 'pytorch') return writeSafetensors(path, toTorch(layers), { format: 'pt' });
  const named = [...layers].flatMap(([layer, weights]) =>
    weights.map((weight, i) => [layer.name, i, weight] as const),
  );
  const entries = named.map(([name, i, weight], place) => [
    `${String(place).padStart(3, '0')}.${name}.${i}`,
    weight,
  ]);
  return writeSafetensors(path, Object.fromEntries(entries), { format: 'keras' });
}
