import { V } from './vector';

/**
 * The products of a matrix' rows with one vector, y_i = Σ_k x_ik v_k, all of them whole numbers: x and v of 16 bits, y of
 * 32. The width is a multiple of 8, and four rows are computed together: those that fill up the last four lie in the
 * matrix, and have their place in `products`. Fields in the order of ../jobs/fields.ts.
 */
@unmanaged
export class RowDotsJob {
  rows: i32;
  width: i32;
  matrix: usize;
  vector: usize;
  products: usize;
  /** A multiple of 4 */
  rowsPerShard: i32;
}

/** The sum of each of four vectors' lanes, as one vector. */
// @ts-ignore: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return i32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/** One shard: some rows. What bounds it is how fast they come from memory, each of them once. */
export function runRowDots(job: RowDotsJob, shard: i32): void {
  const rowBytes = <usize>job.width << 1;
  const first = shard * job.rowsPerShard;
  const last = min(first + job.rowsPerShard, job.rows);
  const zero = i32x4.splat(0);
  let row = job.matrix + <usize>first * rowBytes;
  let to = job.products + (<usize>first << 2);
  for (let i = first; i < last; i += 4) {
    let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
    let v = job.vector;
    const end = row + rowBytes;
    let row1 = end;
    let row2 = row1 + rowBytes;
    let row3 = row2 + rowBytes;
    while (row < end) {
      const x = v128.load(v);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(x, v128.load(row)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(x, v128.load(row1)));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(x, v128.load(row2)));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(x, v128.load(row3)));
      row += V;
      row1 += V;
      row2 += V;
      row3 += V;
      v += V;
    }
    v128.store(to, laneSums(sum0, sum1, sum2, sum3));
    row = row3;
    to += V;
  }
}
