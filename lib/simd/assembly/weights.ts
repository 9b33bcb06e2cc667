import { pack, panelBytes } from './gemm';
import { Job } from './job';

/**
 * The weights of the cells whose gates all see the same input: y = [x | 1 | h] · [W; b; U], with the `columns`
 * of all gates side by side. Their gradients come as *sums*: (columns + 1, a multiple of 4), transposed.
 */

/** Numbers from one column's gradient to the next. */
// @ts-ignore: decorator
@inline
export function sumsStep(depth: i32): i32 {
  return (depth + 3) & ~3;
}

export function sumsBytes(depth: i32, columns: i32): usize {
  return (<usize>((columns + 1) & ~1) * <usize>sumsStep(depth)) << 2;
}

/** [W; b; U] in panels: what a step multiplies by. */
export function packInputs(asked: Job, columns: i32, panels: usize): void {
  const F = asked.features;
  const depth = F + 1 + asked.units;
  memory.fill(panels, 0, panelBytes(depth, columns));
  pack(panels, depth, 0, 0, asked.kernel, columns, 1, F, columns);
  if (asked.bias) pack(panels, depth, F, 0, asked.bias, 0, 1, 1, columns);
  pack(panels, depth, F + 1, 0, asked.recurrentKernel, columns, 1, asked.units, columns);
}

/** A weight matrix (rows, columns), transposed: what a gradient is multiplied by on its way back. */
export function packTransposed(matrix: usize, rows: i32, columns: i32, panels: usize): void {
  memory.fill(panels, 0, panelBytes(columns, rows));
  pack(panels, columns, 0, 0, matrix, 1, columns, columns, rows);
}

/** Adds the sums of all shards to those of the first, in their order: the same bits for any number of threads. */
export function addShards(sums: usize, bytes: usize, shards: i32): void {
  let from = sums + bytes;
  for (let shard = 1; shard < shards; shard++) {
    const end = sums + bytes;
    for (let p = sums; p < end; p += 16) {
      v128.store(p, f32x4.add(v128.load(p), v128.load(from)));
      from += 16;
    }
  }
}

/** Part of the sums, as part of a tensor (…, toStep): to[k, j] = sums[j, k0 + k]. */
export function spread(sums: usize, step: i32, k0: i32, rows: i32, columns: i32, to: usize, toStep: i32): void {
  for (let k = 0; k < rows; k++) {
    let from = sums + (<usize>(k0 + k) << 2);
    let p = to + (<usize>(k * toStep) << 2);
    const end = p + (<usize>columns << 2);
    for (; p < end; p += 4) {
      store<f32>(p, load<f32>(from));
      from += <usize>step << 2;
    }
  }
}

/** The sums of [x | 1 | h]'s products, as the gradients of W, b and U. */
export function spreadInputs(asked: Job, columns: i32, sums: usize): void {
  const F = asked.features;
  const step = sumsStep(F + 1 + asked.units);
  spread(sums, step, 0, F, columns, asked.dKernel, columns);
  spread(sums, step, F, 1, columns, asked.dBias, columns);
  spread(sums, step, F + 1, asked.units, columns, asked.dRecurrentKernel, columns);
}
