import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import { tf } from '../../tensor';

type Layer = tf.layers.Layer;

/** A layer where it stands in a model. */
export interface PlacedLayer {
  /** Its own name, those of the models around it before it: `encoder.dense`. */
  readonly name: string;
  /** The names that `name` is made of. */
  readonly path: readonly string[];
  /** What the model applies. */
  readonly layer: Layer;
  /** What has the weights: the layer, or the one that it applies at every step. */
  readonly inner: Layer;
}

export const isModel = (layer: Layer): layer is LayersModel => layer instanceof tf.LayersModel;

/** The layer that a TimeDistributed applies at every step; any other layer itself. */
export function stepLayer(layer: Layer): Layer {
  return layer.getClassName() === 'TimeDistributed' ? (layer as Layer & { layer: Layer }).layer : layer;
}

/** The forward and the backward layer of a Bidirectional, of this library or of tfjs; none of any other layer. */
export function bothDirections(layer: Layer): Layer[] {
  if (layer.getClassName() !== 'Bidirectional') return [];
  const { forwardLayer, backwardLayer } = layer as Layer & Record<'forwardLayer' | 'backwardLayer', Layer>;
  return [forwardLayer, backwardLayer];
}

/** All layers of a model that are no models, those of models inside it too, in the order they run; a shared one once. */
export function layersOf(model: LayersModel): PlacedLayer[] {
  const seen = new Set<Layer>();
  const within = (inside: LayersModel, above: readonly string[]): PlacedLayer[] =>
    inside.layers.flatMap((layer) => {
      const inner = stepLayer(layer);
      const path = [...above, layer.name];
      if (seen.has(inner)) return [];
      seen.add(inner);
      return isModel(inner) ? within(inner, path) : [{ name: path.join('.'), path, layer, inner }];
    });
  return within(model, []);
}

/**
 * The layer of a name: the whole one, as `encoder.dense`, or its own alone where no other layer has it.
 *
 * @throws RecurrentError where there is none, or more than one
 */
export function layerNamed(where: string, layers: readonly PlacedLayer[], name: string): PlacedLayer {
  const whole = layers.filter((placed) => placed.name === name);
  const found = whole.length > 0 ? whole : layers.filter(({ path }) => path.at(-1) === name);
  if (found.length === 1) return found[0];
  const all = (found.length > 1 ? found : layers).map((placed) => placed.name).join(', ');
  return fail(
    where,
    `the model has ${found.length > 1 ? 'more than one' : 'no'} layer "${name}"; it has ${all}`,
  );
}
