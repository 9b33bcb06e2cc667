import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail, refuseUnknown } from '../../errors';
import { type TensorData, writeSafetensors } from '../../files/safetensors';
import { layersOf, type PlacedLayer } from '../layers/model-layers';
import { requireComputedAlike } from './computed-otherwise';
import { fromKeras } from './keras-weights';
import { type LayerWeights, setAll } from './layer-weights';
import { fromOrder, isInOrder, toOrder } from './ordered-weights';
import { type Epsilon, fromTorch, type ModuleNames, toTorch } from './pytorch-weights';
import { readWeightFile } from './weight-file';

/** What PyTorch adds to a variance unless it is told otherwise. */
const EPSILON = 1e-5;

function checkEpsilon(where: string, epsilon: Epsilon): void {
  const numbers = typeof epsilon === 'object' && epsilon !== null ? Object.values(epsilon) : [epsilon];
  if (numbers.every((one) => typeof one === 'number' && one > 0)) return;
  fail(where, `epsilon must be a number above 0, or one by layer name, got ${JSON.stringify(epsilon)}`);
}

/** Sets all weights, or none where one would not fit or a layer would compute something else with its own. */
function setChecked(path: string, all: readonly LayerWeights[]): void {
  for (const { name, layer } of all) requireComputedAlike('loadWeights', name, layer);
  setAll('loadWeights', path, all);
}

/**
 * Puts weights that PyTorch or Keras trained into a model of the same layers.
 *
 * - `.safetensors` with a PyTorch state dict (`save_file(model.state_dict(), path)`). A layer takes the module of
 *   its own name, that of a layer inside a model `encoder.dense`, or the one that `names` gives it; where there is only
 *   one of a kind, no name is needed. The file holds weights alone: what a module is told besides (strides, padding, an
 *   activation after it, `nonlinearity='relu'` of an RNN) is the model's to have right.
 * - `.weights.h5` (`model.save_weights(path)`) and `.keras` (`model.save(path)`) of Keras 3, models inside the model
 *   too. Layers of a class stand in the model's order, unless all have the names that they have there. A `.keras` also
 *   says what its layers compute, and one that computes something else here is refused.
 * - `.safetensors` that `saveWeights` wrote in Keras' layout.
 *
 * @param options.names module by layer name, e.g. `{ gru_GRU1: 'encoder', dense_Dense1: 'head' }`; for a layer of a
 *   stacked module `'rnn[1]'`; a model inside the model by its name gives all its layers a module around theirs
 * @param options.epsilon what the normalisations of a PyTorch file add to the variance, one number or by layer name;
 *   default 1e-5 as there. A layer's own (1e-3 by default) must be the same
 * @throws RecurrentError where a shape differs, a module is missing or left over, or a layer has no counterpart there;
 *   the model then stays as it was
 */
export async function loadWeights(
  model: LayersModel,
  path: string,
  options: { names?: ModuleNames; epsilon?: Epsilon } = {},
): Promise<void> {
  refuseUnknown('loadWeights', options, ['names', 'epsilon']);
  const file = await readWeightFile(path);
  if ('tensors' in file && !isInOrder(file.tensors)) {
    const { names = {}, epsilon = EPSILON } = options;
    checkEpsilon('loadWeights', epsilon);
    return setChecked(path, fromTorch(model, file.tensors, names, epsilon));
  }
  if (options.names) fail('loadWeights', `names are for PyTorch modules, ${path} has none`);
  if (options.epsilon !== undefined) fail('loadWeights', `epsilon is for PyTorch modules, ${path} has none`);
  setChecked(path, 'keras' in file ? fromKeras(model, file.keras) : fromOrder(model, file.tensors, path));
}

/**
 * Writes a model's weights as safetensors, for others to read.
 *
 * - `'pytorch'`: a state dict whose modules are called as the layers are, `encoder.dense` inside a model; there,
 *   `model.load_state_dict(safetensors.torch.load_file(path))`
 * - `'keras'`: in Keras' layout and order; there, `w = safetensors.numpy.load_file(path)` and
 *   `model.set_weights([w[k] for k in sorted(w)])`
 *
 * @param options.epsilon for PyTorch, what its normalisations add to the variance, one number or by layer name;
 *   default 1e-5 as there. A layer's own (1e-3 by default) must be the same
 * @throws RecurrentError for a layer the other side doesn't have, such as a GRU with `resetAfter: false` in PyTorch
 */
export async function saveWeights(
  model: LayersModel,
  path: string,
  layout: 'pytorch' | 'keras',
  options: { epsilon?: Epsilon } = {},
): Promise<void> {
  refuseUnknown('saveWeights', options, ['epsilon']);
  const data = async (tensor: Tensor): Promise<TensorData> => ({
    shape: tensor.shape,
    data: (await tensor.data()) as Float32Array,
  });
  if (!path.endsWith('.safetensors')) fail('saveWeights', `path must end in .safetensors, got ${path}`);
  if (layout !== 'pytorch' && layout !== 'keras')
    fail('saveWeights', `layout must be pytorch or keras, got ${layout}`);
  const layers = new Map<PlacedLayer, TensorData[]>();
  for (const placed of layersOf(model)) {
    requireComputedAlike('saveWeights', placed.name, placed.inner);
    const weights = await Promise.all(placed.inner.getWeights().map(data));
    if (weights.length > 0) layers.set(placed, weights);
  }
  if (layout === 'pytorch') {
    const { epsilon = EPSILON } = options;
    checkEpsilon('saveWeights', epsilon);
    return writeSafetensors(path, toTorch(model, layers, epsilon), { format: 'pt' });
  }
  if (options.epsilon !== undefined) fail('saveWeights', 'epsilon is for PyTorch, the layout is keras');
  return writeSafetensors(path, toOrder(layers), { format: 'keras' });
}
