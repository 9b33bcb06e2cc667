import { Blocks } from '../machine/blocks';
import { Kind, type Machine } from '../machine/kernels';
import { Job, ROW_DOTS_FIELDS } from './fields';

/** Rows that are computed together, and numbers of a row. */
export const [HIGH, WIDE] = [4, 8];
const SHARDS = 64;

/** `n` filled up to a multiple. */
export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** A matrix of whole numbers of 16 bits in the heap; its width is a multiple of `WIDE`, and so are its rows of `HIGH`. */
export interface RowsInHeap {
  readonly at: number;
  readonly width: number;
}

/**
 * The products of a matrix' first rows with a vector.
 *
 * @param vector as wide as the matrix at the most; what is missing is 0
 * @param read looks at the products, or copies them out
 */
export function runRowDots(
  { heap, crew }: Machine,
  matrix: RowsInHeap,
  rows: number,
  vector: Int16Array,
  read: (products: Int32Array) => void,
): void {
  const { at, width } = matrix;
  const blocks = new Blocks(heap, 'rowDots');
  try {
    const padded = blocks.take(2 * width);
    heap.shorts(padded, width).fill(0).set(vector);
    const products = blocks.take(4 * roundUp(rows, HIGH));
    const rowsPerShard = roundUp(Math.ceil(rows / SHARDS), HIGH);
    const job = new Job(blocks, ROW_DOTS_FIELDS).set({
      ...{ rows, width, matrix: at, vector: padded, products, rowsPerShard },
    });
    crew.run(Kind.rowDots, job.at, Math.ceil(rows / rowsPerShard), rows * width, 'rowDots');
    read(heap.integers(products, rows));
  } finally {
    blocks.free();
  }
}
