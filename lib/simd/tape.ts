import * as tf from '@tensorflow/tfjs';
import { type DataId, KernelBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs';
import { fail } from '../errors';

/** What a forward pass leaves for its gradient: a block of the heap, and what to do when nobody needs it any more. */
export interface Kept<T> {
  readonly content: T;
  free(): void;
}

interface Entry {
  kept: Kept<unknown>;
  references: number;
}

type Engine = { makeTensorFromTensorInfo(info: TensorInfo, backend: KernelBackend): Tensor };

/** Where a process that is interrupted between forward and backward pass leaves a tape, memory comes back this way. */
const collected = new FinalizationRegistry<Kept<unknown>>((kept) => kept.free());

/**
 * A backend of tfjs for tensors whose data are blocks of the kernels' heap. TensorFlow.js keeps what a gradient
 * needs as tensors, counts who refers to them and disposes them in time; so activations are such a tensor (of
 * one element, whatever the block's size) and its disposal gives the block back.
 */
class TapeBackend extends KernelBackend {
  private readonly entries = new WeakMap<object, Entry>();
  private count = 0;

  has(dataId: DataId): boolean {
    return this.entries.has(dataId);
  }

  keep<T>(kept: Kept<T>): Tensor {
    const dataId = {};
    this.entries.set(dataId, { kept, references: 1 });
    collected.register(dataId, kept, dataId);
    this.count++;
    const engine = tf.engine() as unknown as Engine;
    return engine.makeTensorFromTensorInfo({ dataId, shape: [1], dtype: 'float32' }, this);
  }

  content<T>(dataId: DataId): T {
    const entry = this.entries.get(dataId);
    return entry ? (entry.kept.content as T) : fail('gradient', 'its activations have been disposed');
  }

  override incRef(dataId: DataId): void {
    const entry = this.entries.get(dataId);
    if (entry) entry.references++;
  }

  override refCount(dataId: DataId): number {
    return this.entries.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.entries.get(dataId);
    if (!entry) return true;
    if (--entry.references > 0 && !force) return false;
    this.entries.delete(dataId);
    collected.unregister(dataId);
    this.count--;
    entry.kept.free();
    return true;
  }

  override numDataIds(): number {
    return this.count;
  }

  override readSync(): never {
    return fail('gradient', 'activations kept for a gradient have no values to read');
  }
}

export const tapes = new TapeBackend();
