import type { DataId, DataTypeMap, TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

type Values = Float32Array | Int32Array | Uint8Array;

/** The little that the wasm and cpu backends share under different names. */
interface WasmBackend {
  typedArrayFromHeap(info: TensorInfo): Values;
  makeOutput(shape: number[], dtype: keyof DataTypeMap): TensorInfo;
}
interface CpuBackend {
  data: { get(dataId: DataId): { values: Values } };
  makeTensorInfo(shape: number[], dtype: keyof DataTypeMap, values: Values): TensorInfo;
}

/** tfjs' backends whose data lie in this process' memory, where the kernels can copy them from. */
export const BACKENDS: readonly string[] = ['wasm', 'cpu'];

const isWasm = (backend: unknown): backend is WasmBackend =>
  typeof (backend as WasmBackend).typedArrayFromHeap === 'function';

/** A tensor's values where the backend has them: not a copy, and valid until it allocates again. */
export function valuesOf(backend: unknown, info: TensorInfo): Values {
  if (isWasm(backend)) return backend.typedArrayFromHeap(info);
  return (backend as CpuBackend).data.get(info.dataId).values;
}

/** A new tensor, its values not set on wasm and 0 on cpu. */
export function makeOutput(backend: unknown, shape: number[]): TensorInfo {
  if (isWasm(backend)) return backend.makeOutput(shape, 'float32');
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  return (backend as CpuBackend).makeTensorInfo(shape, 'float32', values);
}
