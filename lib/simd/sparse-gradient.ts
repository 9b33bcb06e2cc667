import type { DataId, Tensor, Tensor2D, TensorInfo, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { BACKENDS, makeOutput, valuesOf } from './tensors';

/** A gradient of a table of which few rows are not zero. */
export interface SparseRows {
  /** (rows of the table, width) */
  readonly shape: readonly [rows: number, width: number];
  /** Which rows those are: ascending, each once. */
  readonly indices: Int32Array;
  /** Their values, one row after the other: indices.length · width numbers. */
  readonly values: Float32Array;
}

/** What stands behind the tensors that have no numbers of their own. */
const rowsBehind = new WeakMap<DataId, SparseRows>();

interface Backend {
  write(values: null, shape: readonly number[], dtype: 'string'): DataId;
  refCount(dataId: DataId): number;
}

/** A tensor of the table's shape for which no memory is taken: no backend makes room for strings that are not there. */
function placeholder(backend: Backend, rows: SparseRows): TensorInfo {
  const dataId = backend.write(null, rows.shape, 'string');
  rowsBehind.set(dataId, rows);
  return { dataId, shape: [...rows.shape], dtype: 'float32' };
}

/**
 * The gradient as tfjs passes it from the tape to an optimizer. Only optimizers that `sparse-optimizers.ts` has taught
 * it, and `sparseRows`, can read it.
 */
export function sparseGradient(rows: SparseRows): Tensor {
  const backend = tf.backend() as unknown as Backend;
  return tf.engine().makeTensorFromTensorInfo(placeholder(backend, rows));
}

/**
 * The rows of a sparse gradient, such as `tf.variableGrads` gives for an `Embedding` with `sparse: true`; undefined for
 * any other tensor.
 *
 * @see torch.Tensor.coalesce, whose `indices()` and `values()` these are
 */
export const sparseRows = (gradient: TensorInfo): SparseRows | undefined => rowsBehind.get(gradient.dataId);

/** The numbers of a gradient that are not known to be zero, as one tensor. */
export function gradientNumbers(gradient: Tensor): Tensor {
  const rows = sparseRows(gradient);
  return rows ? tf.tensor1d(rows.values) : gradient;
}

/** A gradient with its numbers changed by what keeps zeros at zero; sparse where the gradient is. */
export function changeGradient(gradient: Tensor, change: (numbers: Tensor) => Tensor): Tensor {
  const rows = sparseRows(gradient);
  if (!rows) return change(gradient);
  const values = change(tf.tensor1d(rows.values)).dataSync() as Float32Array;
  return sparseGradient({ ...rows, values: values.slice() });
}

/** Rows by their places in the table, those of one place summed in the order in which they come. */
export function coalesce(
  shape: readonly [number, number],
  places: ArrayLike<number>,
  rows: Float32Array,
): SparseRows {
  const width = shape[1];
  const indices = Int32Array.from(new Set(Array.from(places))).sort();
  const at = new Map(Array.from(indices, (index, i) => [index, i * width]));
  const values = new Float32Array(indices.length * width);
  for (let i = 0; i < places.length; i++) {
    const to = at.get(places[i]) as number;
    for (let j = 0; j < width; j++) values[to + j] += rows[i * width + j];
  }
  return { shape, indices, values };
}

function sum(a: SparseRows, b: SparseRows): SparseRows {
  const places = [...a.indices, ...b.indices];
  const rows = new Float32Array(a.values.length + b.values.length);
  rows.set(a.values);
  rows.set(b.values, a.values.length);
  return coalesce(a.shape, places, rows);
}

/** tfjs adds the gradients of a weight that was used twice. */
function addKernel(original: tf.KernelConfig['kernelFunc']): tf.KernelConfig['kernelFunc'] {
  return (call) => {
    const { inputs, backend } = call;
    const [a, b] = [inputs.a as TensorInfo, inputs.b as TensorInfo];
    const [left, right] = [sparseRows(a), sparseRows(b)];
    if (!left && !right) return original(call);
    if (left && right) return placeholder(backend as Backend, sum(left, right));
    const [rows, dense] = left ? [left, b] : [right as SparseRows, a];
    const result = makeOutput(backend, dense.shape);
    const values = valuesOf(backend, result) as Float32Array;
    values.set(valuesOf(backend, dense));
    const width = rows.shape[1];
    rows.indices.forEach((index, i) => {
      for (let j = 0; j < width; j++) values[index * width + j] += rows.values[i * width + j];
    });
    return result;
  };
}

const taught = new Set<string>();

/** Lets tfjs' `Add` take sparse gradients, on the running backend and on those it may change to; again is no harm. */
export function addsSparseGradients(): void {
  for (const backendName of [...BACKENDS, tf.getBackend()]) {
    const original = tf.getKernel(tf.Add, backendName);
    if (!original || taught.has(backendName)) continue;
    taught.add(backendName);
    tf.unregisterKernel(tf.Add, backendName);
    tf.registerKernel({ ...original, kernelFunc: addKernel(original.kernelFunc) });
  }
}

/** Some rows of a table, (indices, width), without a gradient: tfjs' own look-up copies number by number. */
export function takeRows(table: Tensor, indices: Int32Array): Tensor2D {
  if (!BACKENDS.includes(tf.getBackend())) return tf.gather(table as Tensor2D, tf.tensor1d(indices, 'int32'));
  const backend = tf.backend();
  const width = table.shape[1] as number;
  const info = makeOutput(backend, [indices.length, width]);
  const [all, rows] = [valuesOf(backend, table), valuesOf(backend, info)];
  indices.forEach((index, i) => {
    rows.set(all.subarray(index * width, (index + 1) * width), i * width);
  });
  return tf.engine().makeTensorFromTensorInfo(info) as Tensor2D;
}

/**
 * Puts rows into a table: in place where its numbers lie in this process' memory, so that the cost is that of the rows.
 * Who holds a copy of the table keeps what it had.
 */
export function putRows(table: Variable, indices: Int32Array, rows: Tensor): void {
  const backend = tf.backend() as unknown as Backend;
  if (!BACKENDS.includes(tf.getBackend())) {
    const places = tf.tensor2d(indices, [indices.length, 1], 'int32');
    table.assign(tf.tensorScatterUpdate(table, places, rows));
    return;
  }
  // A copy in tfjs is a second name of the same numbers.
  if (backend.refCount(table.dataId) > 1) table.assign(tf.tensor(table.dataSync().slice(), table.shape));
  const values = rows.dataSync();
  const all = valuesOf(backend, table);
  const width = values.length / indices.length;
  indices.forEach((index, i) => {
    all.set(values.subarray(i * width, (i + 1) * width), index * width);
  });
}
