import { runMatMul } from './jobs/matmul-run';
import { HIGH, roundUp, runRowDots, WIDE } from './jobs/row-dots-run';
import type { Machine } from './machine/kernels';
import { machineOrNull } from './machine/machine';

/** What other users of the kernels' memory are left with. */
const KEEP_FREE = 2 ** 29;

interface Held {
  readonly machine: Machine;
  readonly at: number;
}

const abandoned = new FinalizationRegistry<Held>(({ machine, at }) => machine.heap.free(at));

/** A matrix of whole numbers of 16 bits that the kernels hold, to multiply its rows with one vector after the other. */
export class KernelRows {
  private held: Held | null;

  private constructor(
    held: Held,
    private readonly width: number,
  ) {
    this.held = held;
    abandoned.register(this, held, this);
  }

  /**
   * Takes memory for a matrix until `free`, or until there is no reference to it.
   *
   * @param fill writes row `i`, which is all zeros
   * @returns null where the kernels can't run, or have not as much memory
   */
  static hold(rows: number, depth: number, fill: (row: Int16Array, i: number) => void): KernelRows | null {
    const [width, height] = [roundUp(depth, WIDE), roundUp(rows, HIGH)];
    const machine = machineOrNull();
    const bytes = 2 * width * height;
    if (!machine?.heap.hasRoom(bytes + KEEP_FREE)) return null;
    const at = machine.heap.allocate(bytes, 'KernelRows');
    const all = machine.heap.shorts(at, width * height).fill(0);
    for (let i = 0; i < rows; i++) fill(all.subarray(i * width, i * width + depth), i);
    return new KernelRows({ machine, at }, width);
  }

  /**
   * The products of the first `rows` rows with a vector, for `read` to look at before it returns. The sums have 32 bits;
   * that they have enough is the caller's part.
   */
  dots(vector: Int16Array, rows: number, read: (products: Int32Array) => void): void {
    if (!this.held) throw new RangeError('the matrix is freed');
    const { machine, at } = this.held;
    runRowDots(machine, { at, width: this.width }, rows, vector, read);
  }

  /** Gives the memory back. */
  free(): void {
    if (!this.held) return;
    abandoned.unregister(this);
    this.held.machine.heap.free(this.held.at);
    this.held = null;
  }
}

/** Two matrices whose rows are multiplied, each with each. */
export interface RowProduct {
  /** (rows, depth) */
  readonly a: Float32Array;
  /** (columns, depth) */
  readonly b: Float32Array;
  readonly depth: number;
}

/**
 * A Bᵀ, (rows of A, rows of B), for `read` to look at before it returns.
 *
 * @returns false where the kernels can't run, or have not as much memory
 */
export function kernelProduct({ a, b, depth }: RowProduct, read: (product: Float32Array) => void): boolean {
  const machine = machineOrNull();
  const [rows, columns] = [a.length / depth, b.length / depth];
  if (!machine?.heap.hasRoom(4 * (a.length + 2 * b.length + rows * columns) + KEEP_FREE)) return false;
  const plan = { batches: 1, rows, depth, columns, transposeA: false, transposeB: true };
  runMatMul(machine, { ...plan, sharedA: true, sharedB: true, relu: false }, a, b, null, read);
  return true;
}
