import { tile } from './gemm';
import { ROW, V } from './vector';

/**
 * C = A B, or C = A B + bias and then at least 0 (relu), for each matrix of a batch. Steps are in numbers:
 * A's element (i, k) is `aRow` · i + `aColumn` · k away from its first, so a transposed matrix is one with its
 * two steps exchanged. Fields in the order of ../jobs/fields.ts.
 */
@unmanaged
export class MatMulJob {
  batches: i32;
  rows: i32;
  depth: i32;
  columns: i32;
  a: usize;
  aRow: i32;
  aColumn: i32;
  aBatch: i32;
  b: usize;
  bRow: i32;
  bColumn: i32;
  bBatch: i32;
  c: usize;
  /** (columns), or 0 */
  bias: usize;
  relu: i32;
  /** B in panels of eight columns, for each of its matrices: `bPanelsBytes` */
  panels: usize;
  /** For each worker, `matMulScratchBytes` */
  scratch: usize;
  /** A shard is this many rows of one matrix */
  rowsPerShard: i32;
  shardsPerMatrix: i32;
}

/** Columns of B, and of C, that are computed together, and rows. */
const WIDE: i32 = 8;
const HIGH: i32 = 4;

// @ts-ignore: decorator
@inline
function bPanelsBytes(job: MatMulJob): usize {
  return (<usize>(job.columns + WIDE - 1) / WIDE) * <usize>job.depth * ROW;
}

export function matMulPanelsBytes(job: MatMulJob): usize {
  return bPanelsBytes(job) * (job.bBatch ? <usize>job.batches : 1);
}

export function matMulScratchBytes(job: MatMulJob): usize {
  return <usize>job.depth * V + <usize>HIGH * ROW;
}

/**
 * Packs `lanes` ≤ 4 neighbours in one direction, `depth` in the other: to[k · stride + lane]. Lanes that are not
 * there become 0.
 */
function packFour(from: usize, laneStep: i32, depthStep: i32, lanes: i32, depth: i32, to: usize, stride: usize): void {
  const ds = <usize>depthStep << 2;
  const ls = <usize>laneStep << 2;
  const end = to + <usize>depth * stride;
  if (lanes == 4 && laneStep == 1) {
    for (; to < end; to += stride) {
      v128.store(to, v128.load(from));
      from += ds;
    }
    return;
  }
  if (lanes == 4 && depthStep == 1) {
    const end4 = to + <usize>(depth & ~3) * stride;
    while (to < end4) {
      const r0 = v128.load(from);
      const r1 = v128.load(from + ls);
      const r2 = v128.load(from + 2 * ls);
      const r3 = v128.load(from + 3 * ls);
      const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
      v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
      v128.store(to + stride, i64x2.shuffle(low01, low23, 1, 3));
      v128.store(to + 2 * stride, i64x2.shuffle(high01, high23, 0, 2));
      v128.store(to + 3 * stride, i64x2.shuffle(high01, high23, 1, 3));
      to += 4 * stride;
      from += V;
    }
  }
  for (; to < end; to += stride) {
    for (let lane = 0; lane < 4; lane++) {
      store<f32>(to + (<usize>lane << 2), lane < lanes ? load<f32>(from + <usize>lane * ls) : 0);
    }
    from += ds;
  }
}

/** Before the shards: B into panels. */
export function prepareMatMul(job: MatMulJob): void {
  const matrices = job.bBatch ? job.batches : 1;
  let to = job.panels;
  for (let i = 0; i < matrices; i++) {
    const b = job.b + (<usize>(i * job.bBatch) << 2);
    for (let j = 0; j < job.columns; j += WIDE) {
      for (let half = 0; half < WIDE; half += 4) {
        const lanes = max(0, min(4, job.columns - j - half));
        const from = b + (<usize>((j + half) * job.bColumn) << 2);
        packFour(from, job.bColumn, job.bRow, lanes, job.depth, to + (<usize>half << 2), ROW);
      }
      to += <usize>job.depth * ROW;
    }
  }
}

/** Adds the bias and cuts at 0, as asked, in a row of C. */
function finishRow(c: usize, job: MatMulJob): void {
  const bias = job.bias;
  for (let j = 0; j < job.columns; j++) {
    let y = load<f32>(c);
    if (bias) y += load<f32>(bias + (<usize>j << 2));
    // A NaN is not below 0, and stays.
    if (job.relu && y < 0) y = 0;
    store<f32>(c, y);
    c += 4;
  }
}

/** One shard: some rows of one matrix. */
export function runMatMul(job: MatMulJob, shard: i32, worker: i32): void {
  const depth = job.depth;
  const columns = job.columns;
  const matrix = shard / job.shardsPerMatrix;
  const first = (shard % job.shardsPerMatrix) * job.rowsPerShard;
  const last = min(first + job.rowsPerShard, job.rows);
  const aPanel = job.scratch + <usize>worker * matMulScratchBytes(job);
  const corner = aPanel + <usize>depth * V;
  const a = job.a + (<usize>(matrix * job.aBatch) << 2);
  const panels = job.panels + (job.bBatch ? <usize>matrix * bPanelsBytes(job) : 0);
  const rowBytes = <usize>columns << 2;
  const c = job.c + <usize>matrix * <usize>job.rows * rowBytes;

  for (let i = first; i < last; i += HIGH) {
    const high = min(HIGH, last - i);
    packFour(a + (<usize>(i * job.aRow) << 2), job.aRow, job.aColumn, high, depth, aPanel, V);
    let panel = panels;
    for (let j = 0; j < columns; j += WIDE) {
      const wide = min(WIDE, columns - j);
      const to = c + <usize>i * rowBytes + (<usize>j << 2);
      if (high == HIGH && wide == WIDE) tile(aPanel, panel, depth, to, rowBytes, false);
      else {
        // At the matrix' edge the tile is larger than what is left.
        tile(aPanel, panel, depth, corner, ROW, false);
        for (let r = 0; r < high; r++) {
          memory.copy(to + <usize>r * rowBytes, corner + <usize>r * ROW, <usize>wide << 2);
        }
      }
      panel += <usize>depth * ROW;
    }
    if (job.bias || job.relu) {
      for (let r = 0; r < high; r++) finishRow(c + <usize>(i + r) * rowBytes, job);
    }
  }
}
