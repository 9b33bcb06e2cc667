import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { tf } from '../../tensor';

/** What goes into a layer, or comes out of it. */
export interface LayerWeights {
  /** The layer's, those of the models around it before it. */
  readonly name: string;
  readonly layer: tf.layers.Layer;
  readonly arrays: readonly TensorData[];
}

const shapes = (all: readonly { readonly shape: readonly number[] }[]) =>
  all.map(({ shape }) => `[${shape}]`);

/**
 * Sets all weights, or none where a shape differs.
 *
 * @param where the public function that was called
 */
export function setAll(where: string, path: string, all: readonly LayerWeights[]): void {
  for (const { name, layer, arrays } of all) {
    const [want, got] = [shapes(layer.getWeights()), shapes(arrays)];
    if (String(want) === String(got)) continue;
    const has = `${path} has ${got.join(' ') || 'none'}`;
    fail(where, `layer ${name} has weights ${want.join(' ') || 'of no shape'}, ${has}`);
  }
  tf.tidy(() => {
    for (const { layer, arrays } of all)
      layer.setWeights(arrays.map(({ data, shape }) => tf.tensor(data, [...shape])));
  });
}
