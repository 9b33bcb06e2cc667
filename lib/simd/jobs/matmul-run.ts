import { Blocks, type Values } from '../machine/blocks';
import { Kind, type Machine } from '../machine/kernels';
import { MATMUL_FIELDS, type MatMulFields, writeFields } from './fields';

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
    const job = blocks.take(4 * MATMUL_FIELDS.length);
    const cut = shardsOf(plan);
    const size = batches * rows * columns;
    const fields: MatMulFields = {
      ...{ batches, rows, depth, columns, ...cut },
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
      c: blocks.floats(size),
    };
    const write = () => writeFields(heap.integers(job, MATMUL_FIELDS.length), MATMUL_FIELDS, fields);
    write();
    fields.panels = blocks.take(kernels.matMulPanelsBytes(job) >>> 0);
    fields.scratch = blocks.take((kernels.matMulScratchBytes(job) >>> 0) * crew.threads);
    write();
    kernels.prepareMatMul(job);
    const shards = batches * cut.shardsPerMatrix;
    if (shards > MAX_SHARDS) throw new RangeError(`matMul: ${shards} shards`);
    crew.run(Kind.matMul, job, shards, size * depth, 'matMul');
    read(heap.floats(fields.c!, size));
  } finally {
    blocks.free();
  }
}
