import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { addsSparseGradients, coalesce, putRows, sparseGradient, takeRows, teachOptimizers } from '../simd';
import { tf } from '../tensor';

/** How a table is looked up, and what its gradient is. */
export interface LookupOptions {
  /** The row that gets no gradient; null for none. */
  readonly paddingIdx: number | null;
  /** The largest p-norm of a row that is looked up; null for none. */
  readonly maxNorm: number | null;
  /** p */
  readonly normType: number;
  /** Whether a row's gradient is divided by how often the batch has it. */
  readonly scaleGradByFreq: boolean;
  /** Whether the gradient is of the looked-up rows alone. */
  readonly sparse: boolean;
}

/**
 * Indices as whole numbers, whatever type the tensor has.
 *
 * @throws RecurrentError in the name of `where` for one that is not a row of the table; it names the place
 */
export function indicesOf(where: string, indices: Tensor, rows: number): Int32Array {
  const values = indices.dataSync();
  const wrong = values.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < rows));
  if (wrong >= 0) {
    const place = placeOf(wrong, indices.shape);
    fail(
      where,
      `index ${values[wrong]}${place} is no row of the table: expected whole numbers from 0 to ${rows - 1}`,
    );
  }
  return Int32Array.from(values);
}

function placeOf(at: number, shape: readonly number[]): string {
  if (shape.length === 0) return '';
  const places: number[] = [];
  let rest = at;
  for (const size of [...shape].reverse()) {
    places.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return ` at [${places.join(', ')}]`;
}

/** ‖x‖_p */
function norm(x: Float32Array, p: number): number {
  if (p === Number.POSITIVE_INFINITY) return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (p === 2) return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  return x.reduce((sum, value) => sum + Math.abs(value) ** p, 0) ** (1 / p);
}

/** Shortens, in the table, those of the rows that are longer than maxNorm: x ← x · maxNorm / (‖x‖_p + 10⁻⁷). */
function renormalise(table: Variable, indices: Int32Array, maxNorm: number, p: number): void {
  const width = table.shape[1] as number;
  const unique = Int32Array.from(new Set(indices)).sort();
  if (unique.length === 0) return;
  const rows = takeRows(table, unique).dataSync().slice() as Float32Array;
  let shortened = false;
  for (let i = 0; i < unique.length; i++) {
    const row = rows.subarray(i * width, (i + 1) * width);
    const length = norm(row, p);
    if (!(length > maxNorm)) continue;
    const scale = maxNorm / (length + 1e-7);
    for (let j = 0; j < width; j++) row[j] *= scale;
    shortened = true;
  }
  if (shortened) putRows(table, unique, tf.tensor2d(rows, [unique.length, width]));
}

/**
 * The rows of a table, (indices, width), through which gradients flow back to it.
 *
 * @param table (rows, width)
 */
export function lookup(table: Variable, indices: Int32Array, options: LookupOptions): Tensor2D {
  const { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = options;
  const [rows, width] = table.shape as [number, number];
  if (maxNorm !== null) tf.tidy(() => renormalise(table, indices, maxNorm, normType));
  if (sparse) {
    addsSparseGradients();
    teachOptimizers();
  }
  const gradient = (dy: Tensor): Tensor => {
    const each = scaleGradByFreq ? dy.div(frequencies(indices)) : dy;
    if (sparse) return sparseGradient(coalesce([rows, width], ...withoutPadding(indices, each, paddingIdx)));
    // What has no row is left out.
    const places = indices.map((index) => (index === paddingIdx ? -1 : index));
    return tf.unsortedSegmentSum(each, tf.tensor1d(places, 'int32'), rows);
  };
  const look = tf.customGrad((...args: unknown[]) => {
    const value = takeRows(args[0] as Tensor, indices);
    return { value, gradFunc: (dy: Tensor) => [gradient(dy)] };
  });
  return look(table) as Tensor2D;
}

/** How often each of the indices comes. (indices, 1) */
function frequencies(indices: Int32Array): Tensor2D {
  const counts = new Map<number, number>();
  for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
  return tf.tensor2d(
    Array.from(indices, (index) => counts.get(index) as number),
    [indices.length, 1],
  );
}

function withoutPadding(
  indices: Int32Array,
  gradient: Tensor,
  paddingIdx: number | null,
): [Int32Array, Float32Array] {
  const values = gradient.dataSync() as Float32Array;
  if (paddingIdx === null || !indices.includes(paddingIdx)) return [indices, values];
  const width = values.length / indices.length;
  const kept = Array.from(indices.keys()).filter((i) => indices[i] !== paddingIdx);
  const rows = new Float32Array(kept.length * width);
  kept.forEach((from, i) => {
    rows.set(values.subarray(from * width, (from + 1) * width), i * width);
  });
  return [Int32Array.from(kept, (i) => indices[i]), rows];
}
