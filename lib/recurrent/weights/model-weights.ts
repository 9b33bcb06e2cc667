import type { io, LayersModel, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { tf } from '../../tensor';
// A model that is opened may hold any of the layers.
import '../layers/bidirectional';
import { fromKeras } from './keras-weights';
import { setAll } from './layer-weights';
import type { SavedModel } from './model-json';

const WHERE = 'loadModel';

/** Under such names the converter writes the weights of a `.keras` file of Keras 2. */
const KERAS_PATH = /^layers\/.*\/vars\/\d+$/;

/**
 * The model without its weights. tfjs skips slow initialisers where it sees weights before it makes the layers; after
 * that it must see none, because it would set them unchecked.
 */
export async function makeModel({ path, artifacts }: SavedModel): Promise<LayersModel> {
  let asked = 0;
  const seen: io.ModelArtifacts = {
    ...artifacts,
    weightSpecs: [],
    get weightData() {
      return asked++ === 0 ? new ArrayBuffer(0) : undefined;
    },
  };
  try {
    return await tf.loadLayersModel({ load: async () => seen });
  } catch (error) {
    // tfjs goes on with lines of advice.
    const [reason] = (error as Error).message.split(/ This may be due|\n/);
    return fail(WHERE, `${path} can't be opened (${reason})`);
  }
}

/** The weights by name, as tensors that the caller disposes. */
function decoded({ path, specs, data }: SavedModel): NamedTensorMap {
  try {
    return tf.io.decodeWeights(data, specs);
  } catch (error) {
    return fail(WHERE, `${path}: the weights can't be read (${(error as Error).message})`);
  }
}

/** Sets the weights by the names that tfjs gives them, after a look at all of them. */
function setByName(model: LayersModel, path: string, tensors: NamedTensorMap): void {
  const left = new Map(model.weights.map((weight) => [weight.originalName, weight]));
  if (left.size !== model.weights.length) fail(WHERE, `${path}: two weights of the model have one name`);
  for (const [name, { shape, dtype }] of Object.entries(tensors)) {
    // TensorFlow 2 puts the cell's name between the layer's and the weight's.
    const parts = name.split('/');
    const short = [...parts.slice(0, -2), parts.at(-1)].join('/');
    const own = left.has(name) ? name : short;
    const weight = left.get(own) ?? fail(WHERE, `${path}: no layer takes the weight ${name}`);
    left.delete(own);
    if (String(weight.shape) !== String(shape) || weight.dtype !== dtype) {
      const want = `${weight.dtype} [${weight.shape}]`;
      fail(WHERE, `${path}: weight ${name} is ${dtype} [${shape}], the model's is ${want}`);
    }
  }
  if (left.size > 0) fail(WHERE, `${path} has no weights ${[...left.keys()].join(', ')}`);
  model.loadWeights(tensors);
}

function setByPath(model: LayersModel, path: string, tensors: NamedTensorMap): void {
  const data = ([name, tensor]: [string, Tensor]): [string, TensorData] => [
    name,
    { shape: tensor.shape, data: tensor.dataSync() as Float32Array },
  ];
  const arrays = Object.fromEntries(Object.entries(tensors).map(data));
  const file = { where: WHERE, major: 2 as const, path, tensors: arrays, names: new Map(), config: null };
  setAll(WHERE, path, fromKeras(model, file));
}

/**
 * Sets a model's weights, and its optimizer's where they were saved.
 *
 * @throws RecurrentError where there are others than the model has; some may be set then
 */
export async function setSavedWeights(model: LayersModel, saved: SavedModel): Promise<void> {
  const all = decoded(saved);
  try {
    const isOptimizers = ({ group }: io.WeightsManifestEntry) => group === 'optimizer';
    const pick = (specs: io.WeightsManifestEntry[]) => specs.map(({ name }) => ({ name, tensor: all[name] }));
    const own = pick(saved.specs.filter((spec) => !isOptimizers(spec)));
    const tensors = Object.fromEntries(own.map(({ name, tensor }) => [name, tensor]));
    const byPath = own.length > 0 && own.every(({ name }) => KERAS_PATH.test(name));
    (byPath ? setByPath : setByName)(model, saved.path, tensors);
    const optimizers = pick(saved.specs.filter(isOptimizers));
    if (model.optimizer && optimizers.length > 0) await model.optimizer.setWeights(optimizers);
  } finally {
    tf.dispose(all);
  }
}
