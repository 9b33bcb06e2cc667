import { expect } from 'chai';
import { KernelRows, kernelProduct, simdInfo } from '#lab/simd/index';
import { restartMachine } from '#lab/simd/machine/machine';
import { draw } from './numbers';

/** Whole numbers whose products have 30 bits at the most. */
function wholes(seed: number, count: number, most: number): Int16Array {
  return Int16Array.from(draw(seed, [count], 1), (x) => Math.round(x * most));
}

describe('rows that the kernels hold', () => {
  after(() => restartMachine());

  for (const threads of [1, 3]) {
    for (const [rows, depth] of [
      [1, 1],
      [3, 7],
      [4, 8],
      [5, 9],
      [257, 100],
      [20_001, 101],
    ]) {
      it(`are multiplied: ${rows} × ${depth}, ${threads} threads`, async () => {
        await restartMachine(threads);
        const matrix = wholes(1, rows * depth, 3000);
        const vector = wholes(2, depth, 3000);
        const used = simdInfo().used;
        const held = KernelRows.hold(rows, depth, (row, i) => {
          expect(row.length).to.equal(depth);
          row.set(matrix.subarray(i * depth, (i + 1) * depth));
        })!;
        for (const some of [rows, Math.ceil(rows / 3)]) {
          let products = new Int32Array(0);
          held.dots(vector, some, (values) => {
            products = values.slice();
          });
          const expected = Int32Array.from({ length: some }, (_, i) =>
            vector.reduce((sum, x, k) => sum + x * matrix[i * depth + k], 0),
          );
          expect(products).to.deep.equal(expected);
        }
        held.free();
        held.free();
        expect(simdInfo().used).to.equal(used);
        expect(() => held.dots(vector, 1, () => {})).to.throw(RangeError);
      });
    }
  }

  it('are multiplied at the largest sum there is', () => {
    const held = KernelRows.hold(2, 8, (row, i) => row.fill(i === 0 ? 32_767 : -11_585))!;
    held.dots(Int16Array.of(32_767, 32_767), 1, ([product]) => expect(product).to.equal(2 * 32_767 ** 2));
    held.dots(new Int16Array(8).fill(11_585), 2, (products) => {
      expect(products[1]).to.equal(-8 * 11_585 ** 2);
    });
    held.free();
  });

  it('are refused where there is no room, and nothing is taken', () => {
    const { used } = simdInfo();
    expect(KernelRows.hold(2 ** 20, 2 ** 11, () => {})).to.equal(null);
    expect(simdInfo().used).to.equal(used);
  });

  it('come to a product of two matrices, row by row', () => {
    const [a, b] = [draw(3, [5, 6], 1), draw(4, [7, 6], 1)].map((values) => Float32Array.from(values));
    let product = new Float32Array(0);
    const done = kernelProduct({ a, b, depth: 6 }, (values) => {
      product = values.slice();
    });
    expect(done).to.equal(true);
    const expected = Float32Array.from({ length: 35 }, (_, i) => {
      const [row, column] = [Math.floor(i / 7) * 6, (i % 7) * 6];
      return [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + a[row + k] * b[column + k], 0);
    });
    expect(product).to.be.near(expected, 1e-6);
  });
});
