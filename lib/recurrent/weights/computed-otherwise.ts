import { fail } from '../../errors';
import { tf } from '../../tensor';

/** What TensorFlow.js makes otherwise of a layer, whatever its weights; null where it computes what Keras and PyTorch do. */
function difference(layer: tf.layers.Layer): string | null {
  // Keras 2 saved a list of one.
  const [axis] = [layer.getConfig().axis].flat() as (number | undefined)[];
  const { dataFormat, inputSpec } = layer as { dataFormat?: string; inputSpec?: { ndim?: number }[] };
  const className = layer.getClassName();
  if (className === 'BatchNormalization' && axis !== -1 && axis !== (inputSpec?.[0]?.ndim ?? 0) - 1) {
    return `normalises along the last axis, not along axis ${axis}`;
  }
  if (['Conv1D', 'SeparableConv2D'].includes(className) && dataFormat === 'channelsFirst') {
    return 'mixes up the axes of its outputs with dataFormat channelsFirst';
  }
  if (className === 'UpSampling2D' && layer.getConfig().interpolation === 'bilinear') {
    return 'interpolates between other places';
  }
  if (className === 'Conv3DTranspose' && tf.getBackend() === 'wasm') {
    return 'gives other numbers on the engine wasm';
  }
  return null;
}

/**
 * Refuses a layer that would not compute the same with the same weights, because TensorFlow.js makes it otherwise.
 *
 * @param where the public function that was called
 * @param name the layer's
 */
export function requireComputedAlike(where: string, name: string, layer: tf.layers.Layer): void {
  const what = difference(layer);
  if (what)
    fail(where, `layer ${name} (${layer.getClassName()}): TensorFlow.js ${what}, unlike Keras and PyTorch`);
}
