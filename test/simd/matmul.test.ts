import { expect } from 'chai';
import { ready, tf } from 'recurrent-lab';
import { draw } from './numbers';

/** The product by its definition, in float64. */
function product(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  depth: number,
  columns: number,
  tA: boolean,
  tB: boolean,
) {
  const c = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        sum += a[tA ? k * rows + i : i * depth + k] * b[tB ? j * depth + k : k * columns + j];
      }
      c[i * columns + j] = sum;
    }
  }
  return c;
}

describe('matMul', () => {
  before(() => ready());

  const sizes = [
    [64, 64, 64],
    [33, 70, 29],
    [5, 700, 13],
    [1, 300, 90],
    [300, 90, 1],
    [130, 2, 131],
    [256, 400, 64],
  ];
  for (const [rows, depth, columns] of sizes) {
    it(`multiplies ${rows} × ${depth} by ${depth} × ${columns}, transposed or not`, () => {
      for (const [tA, tB] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ]) {
        const a = draw(1, [rows * depth], 1);
        const b = draw(2, [depth * columns], 1);
        const c = tf.tidy(() => {
          const first = tf.tensor2d(a, tA ? [depth, rows] : [rows, depth]);
          const second = tf.tensor2d(b, tB ? [columns, depth] : [depth, columns]);
          return tf.matMul(first, second, tA, tB).dataSync();
        });
        expect(c).to.be.near(product(a, b, rows, depth, columns, tA, tB), 1e-6);
      }
    });
  }

  it('multiplies batches, also with one matrix for all', () => {
    const [n, rows, depth, columns] = [3, 20, 30, 50];
    const a = draw(1, [n, rows, depth], 1);
    const b = draw(2, [n, depth, columns], 1);
    const part = (x: Float32Array, i: number) => x.subarray((i * x.length) / n, ((i + 1) * x.length) / n);
    for (const [oneA, oneB] of [
      [false, false],
      [true, false],
      [false, true],
    ]) {
      const c = tf.tidy(() => {
        const first = tf.tensor3d(oneA ? part(a, 0) : a, [oneA ? 1 : n, rows, depth]);
        const second = tf.tensor3d(oneB ? part(b, 0) : b, [oneB ? 1 : n, depth, columns]);
        const result = tf.matMul(first, second);
        expect(result.shape).to.deep.equal([n, rows, columns]);
        return result.dataSync<'float32'>();
      });
      for (let i = 0; i < n; i++) {
        const expected = product(
          part(a, oneA ? 0 : i),
          part(b, oneB ? 0 : i),
          rows,
          depth,
          columns,
          false,
          false,
        );
        expect(part(c, i)).to.be.near(expected, 1e-6);
      }
    }
  });

  it('adds a bias and cuts at 0 in one go, as a Dense predicts', () => {
    const [rows, depth, columns] = [30, 40, 50];
    const [a, b, bias] = [draw(1, [rows * depth], 1), draw(2, [depth * columns], 1), draw(3, [columns], 1)];
    const c = tf.tidy(() =>
      tf.fused
        .matMul({
          a: tf.tensor2d(a, [rows, depth]),
          b: tf.tensor2d(b, [depth, columns]),
          bias: tf.tensor1d(bias),
          activation: 'relu',
        })
        .dataSync(),
    );
    const expected = product(a, b, rows, depth, columns, false, false).map((y, i) =>
      Math.max(0, y + bias[i % columns]),
    );
    expect(c).to.be.near(expected, 1e-6);
  });

  it('lets NaN and infinity through, into their own rows alone', () => {
    const a = tf.ones<tf.Rank.R2>([37, 41]).bufferSync();
    a.set(Number.NaN, 3, 5);
    a.set(Number.POSITIVE_INFINITY, 36, 40);
    const c = tf.matMul(a.toTensor(), tf.ones([41, 43])).arraySync() as number[][];
    expect(c[3].every(Number.isNaN)).to.equal(true);
    expect(c[36].every((y) => y === Number.POSITIVE_INFINITY)).to.equal(true);
    expect(c.every((row, i) => i === 3 || i === 36 || row.every((y) => y === 41))).to.equal(true);
  });
});
