import { Blocks, type Values } from '../machine/blocks';
import { Kind, type Machine } from '../machine/kernels';
import { Job, MATMUL_FIELDS } from './fields';

/** Products of matrices: C (batches, rows, columns) = A B. */
export interface MatMulPlan {
  readonly batches: number;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Whether A has the shape (depth, rows), and B (columns, depth) */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Whether there is one A, or one B, for the whole batch */
  readonly sharedA: boolean;
  readonly sharedB: boolean;
  readonly relu: boolean;
}

const SHARDS = 16;
const MAX_SHARDS = 0x7fff;
/** Rows of C that are computed together */
const HIGH = 4;

function shardsOf({ batches, rows }: MatMulPlan): {
  rowsPerShard: number;
  shardsPerMatrix: number;
} {
  const wanted = Math.ceil(SHARDS / batches);
  const rowsPerShard = Math.ceil(rows / wanted / HIGH) * HIGH;
  return { rowsPerShard, shardsPerMatrix: Math.ceil(rows / rowsPerShard) };
}

/**
 * Multiplies on a machine.
 *
 * @param a its values, or where the heap has them already
 * @param read copies C out
 */
export function runMatMul(
  { kernels, heap, crew }: Machine,
  plan: MatMulPlan,
  a: Values | number,
  b: Values,
  bias: Values | null,
  read: (c: Float32Array) => void,
): void {
  const { batches, rows, depth, columns } = plan;
  const blocks = new Blocks(heap, 'matMul');
  try {
    const cut = shardsOf(plan);
    const size = batches * rows * columns;
    const c = blocks.floats(size);
    const job = new Job(blocks, MATMUL_FIELDS).set({
      ...{ batches, rows, depth, columns, ...cut, c },
      aRow: plan.transposeA ? 1 : depth,
      aColumn: plan.transposeA ? rows : 1,
      aBatch: plan.sharedA ? 0 : rows * depth,
      bRow: plan.transposeB ? 1 : columns,
      bColumn: plan.transposeB ? depth : 1,
      bBatch: plan.sharedB ? 0 : depth * columns,
      relu: Number(plan.relu),
      a: typeof a === 'number' ? a : blocks.copy(a),
      b: blocks.copy(b),
      bias: blocks.copy(bias),
    });
    job.set({
      panels: blocks.take(kernels.matMulPanelsBytes(job.at) >>> 0),
      scratch: blocks.take((kernels.matMulScratchBytes(job.at) >>> 0) * crew.threads),
    });
    kernels.prepareMatMul(job.at);
    const shards = batches * cut.shardsPerMatrix;
    if (shards > MAX_SHARDS) throw new RangeError(`matMul: ${shards} shards`);
    crew.run(Kind.matMul, job.at, shards, size * depth, 'matMul');
    read(heap.floats(c, size));
  } finally {
    blocks.free();
  }
}
