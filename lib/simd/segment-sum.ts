import type { TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32' | 'int32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

/**
 * y_s = Σ of the rows x_i whose segment is s. It is the gradient of `tf.gather`, and so of an embedding; tfjs has
 * no kernel of it for the wasm engine.
 */
function segmentSum(x: Float32Array, segments: Int32Array, y: Float32Array): void {
  const width = x.length / segments.length;
  y.fill(0);
  for (const [i, segment] of segments.entries()) {
    const to = segment * width;
    // As tfjs' other kernels, which leave out what has no segment.
    if (to < 0 || to >= y.length) continue;
    for (let j = 0; j < width; j++) y[to + j] += x[i * width + j];
  }
}

/** Gives tfjs' wasm backend the operation that it lacks. */
export function registerSegmentSum(): void {
  const place = { kernelName: tf.UnsortedSegmentSum, backendName: 'wasm' };
  if (tf.getKernel(place.kernelName, place.backendName)) return;
  tf.registerKernel({
    ...place,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
      const wasm = backend as WasmBackend;
      const y = wasm.makeOutput(
        [attrs?.numSegments as number, ...x.shape.slice(segmentIds.shape.length)],
        'float32',
      );
      const segments = wasm.typedArrayFromHeap(segmentIds) as unknown as Int32Array;
      segmentSum(wasm.typedArrayFromHeap(x), segments, wasm.typedArrayFromHeap(y));
      return y;
    },
  });
}
