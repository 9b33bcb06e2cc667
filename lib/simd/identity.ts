import type { TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { tapes } from './tape';
import { BACKENDS } from './tensors';

interface Referring {
  incRef(dataId: object): void;
}

/**
 * `clone`, which tfjs calls for all that a gradient needs. Its wasm kernel copies the data; this one refers to
 * them once more, as `reshape` and the cpu backend do, and knows the activations that are kept for a gradient.
 */
function identity({ inputs, backend }: { inputs: { x: TensorInfo }; backend: Referring }): TensorInfo {
  const { dataId, shape, dtype } = inputs.x;
  if (tapes.has(dataId)) tapes.incRef(dataId);
  else backend.incRef(dataId);
  return { dataId, shape, dtype };
}

export function replaceIdentity(): void {
  for (const backendName of BACKENDS) {
    if (tf.getKernel(tf.Identity, backendName)) tf.unregisterKernel(tf.Identity, backendName);
    tf.registerKernel({
      kernelName: tf.Identity,
      backendName,
      kernelFunc: identity as unknown as tf.KernelFunc,
    });
  }
}
