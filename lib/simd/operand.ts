import type { DataId, TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Heap } from './machine/heap';
import { valuesOf } from './tensors';

/** Numbers from which a copy is worth remembering. */
const LARGE = 65_536;
const MOST = 16_777_216;

/**
 * The heap's copy of the last large matrix that was multiplied. A Dense multiplies its input twice, on the way
 * there and for its weights' gradient; tfjs never changes the data of a `dataId`, so one copy does.
 */
export class LastOperand {
  private dataId: DataId | null = null;
  private at = 0;

  constructor(private readonly heap: Heap) {}

  /** Where the copy of a large tensor lies; null for one that is not worth it. */
  find(backend: unknown, info: TensorInfo): number | null {
    const size = tf.util.sizeFromShape(info.shape);
    if (size < LARGE || size > MOST || !this.heap.hasRoom(4 * size)) return null;
    if (this.dataId !== info.dataId) {
      this.forget();
      this.at = this.heap.allocate(4 * size, 'matMul');
      this.dataId = info.dataId;
      this.heap.floats(this.at, size).set(valuesOf(backend, info));
    }
    return this.at;
  }

  forget(): void {
    if (this.dataId) this.heap.free(this.at);
    this.dataId = null;
  }
}
