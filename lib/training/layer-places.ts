import type { LayersModel } from '@tensorflow/tfjs';
import { tf } from '../tensor';

export type Layer = tf.layers.Layer;

/** A layer and where in the model it is: `2/forwardLayer`, `0/cell/cells/1`. */
export interface PlacedLayer {
  readonly place: string;
  readonly layer: Layer;
}

/** What trains inside a Sequential is a model that it makes; callbacks meet that one. */
export const trainedModel = (model: LayersModel): LayersModel =>
  (model instanceof tf.Sequential && (model as unknown as { model?: LayersModel }).model) || model;

const isLayer = (value: unknown): value is Layer => value instanceof tf.layers.Layer;

/** The layers in a layer's field: itself, or those of a list or a plain object. */
function layersIn(field: string, value: unknown): [string, Layer][] {
  if (isLayer(value)) return [[field, value]];
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([key, entry]): [string, Layer][] =>
    isLayer(entry) ? [[`${field}/${key}`, entry]] : [],
  );
}

function inside(layer: Layer): [string, Layer][] {
  if (!(layer instanceof tf.LayersModel)) {
    return Object.entries(layer).flatMap(([field, value]) => layersIn(field, value));
  }
  // A Sequential has no input layer, the same layers in a functional model have one.
  const layers = layer.layers.filter((each) => each.getClassName() !== 'InputLayer');
  return layers.map((each, i) => [String(i), each]);
}

/**
 * All layers of a model by their places in its structure, which unlike their names do not depend on what other
 * models were made before: those inside wrappers, stacked cells and inner models too. A shared layer has one place.
 */
export function placedLayers(model: LayersModel): PlacedLayer[] {
  const seen = new Set<Layer>();
  const walk = (outer: Layer, prefix: string): PlacedLayer[] =>
    inside(outer).flatMap(([name, layer]) => {
      if (seen.has(layer)) return [];
      seen.add(layer);
      const place = `${prefix}${name}`;
      return [{ place, layer }, ...walk(layer, `${place}/`)];
    });
  return walk(trainedModel(model), '');
}
