import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { bothDirections, layersOf, type PlacedLayer } from '../layers/model-layers';
import { requireKeras } from './keras-config';
import type { LayerWeights } from './layer-weights';
import { hasGivenName, matchByName } from './match-layers';

type Tensors = Readonly<Record<string, TensorData>>;

/** `012.encoder.dense.0`: the place in `model.get_weights()`, the layer, and the place among its weights. */
const NAME = /^(\d{3,})\.(.*)\.(\d+)$/;

/** Whether a safetensors file is one that `toOrder` named. */
export const isInOrder = (tensors: Tensors): boolean =>
  Object.keys(tensors).length > 0 && Object.keys(tensors).every((name) => NAME.test(name));

/** Weights under names that sort into the order of Keras' `model.get_weights()`. */
export function toOrder(layers: ReadonlyMap<PlacedLayer, readonly TensorData[]>): Record<string, TensorData> {
  const all = [...layers].flatMap(([{ name, inner }, arrays]) => {
    for (const part of [inner, ...bothDirections(inner)]) requireKeras('saveWeights', name, part);
    return arrays.map((array, i) => [`${name}.${i}`, array] as const);
  });
  const digits = Math.max(3, String(all.length - 1).length);
  return Object.fromEntries(
    all.map(([name, array], place) => [`${String(place).padStart(digits, '0')}.${name}`, array]),
  );
}

/** The weights of each layer out of what `toOrder` made. */
export function fromOrder(model: LayersModel, tensors: Tensors, path: string): LayerWeights[] {
  const saved = new Map<string, TensorData[]>();
  for (const name of Object.keys(tensors).sort()) {
    const [, , layer] = NAME.exec(name) as RegExpExecArray;
    saved.set(layer, [...(saved.get(layer) ?? []), tensors[name]]);
  }
  const layers = layersOf(model).filter(({ layer }) => layer.weights.length > 0);
  if (layers.length !== saved.size) {
    fail('loadWeights', `the model has ${layers.length} layers with weights, ${path} has ${saved.size}`);
  }
  const ours = layers.map(({ name, path: names, layer }) => ({
    name,
    given: hasGivenName(layer, names.slice(0, -1)),
  }));
  const arrays = [...saved.values()];
  return matchByName('loadWeights', ours, [...saved.keys()], path).map((place, i) => ({
    name: layers[i].name,
    layer: layers[i].inner,
    arrays: arrays[place],
  }));
}
