import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { tf } from '../../tensor';
import { requireComputedAlike } from './computed-otherwise';

/** What goes into a layer, or comes out of it. */
export interface LayerWeights {
  /** The layer's, those of the models around it before it. */
  readonly name: string;
  readonly layer: tf.layers.Layer;
  readonly arrays: readonly TensorData[];
}

const shapes = (all: readonly { readonly shape: readonly number[] }[]) =>
  all.map(({ shape }) => `[${shape}]`);

/** Sets all weights, or none where a shape differs or a layer would compute something else with them. */
export function setAll(path: string, all: readonly LayerWeights[]): void {
  for (const { name, layer, arrays } of all) {
    requireComputedAlike('loadWeights', name, layer);
    const [want, got] = [shapes(layer.getWeights()), shapes(arrays)];
    if (String(want) === String(got)) continue;
    const has = `${path} has ${got.join(' ') || 'none'}`;
    fail('loadWeights', `layer ${name} has weights ${want.join(' ') || 'of no shape'}, ${has}`);
  }
  tf.tidy(() => {
    for (const { layer, arrays } of all)
      layer.setWeights(arrays.map(({ data, shape }) => tf.tensor(data, [...shape])));
  });
}
