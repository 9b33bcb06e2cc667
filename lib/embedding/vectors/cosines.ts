import { KernelRows } from '../../simd';
import { candidates } from './nearest';

/** Numbers from which a copy in the kernels' memory is worth its making: about a millisecond's work. */
const LARGE = 1_000_000;
/** 1 as a whole number of 16 bits: products of unit vectors have 30 bits, and so has every part of their sum. */
const UNIT = 32_767;
/** Levy and Goldberg's ε, which keeps the quotient finite. */
const EPSILON = 1e-6;

/** A vector that every row is compared with. */
export interface Term {
  readonly vector: Float64Array;
  /** ‖vector‖ */
  readonly length: number;
}

/**
 * What a row is ranked by, p_j being its unit vector's product with the term j: with `'add'` p_0; with `'mul'`
 * Π (1 + p_j) / 2 of the first `positive` terms over the same of the others, + ε.
 */
export interface Ranking {
  readonly by: 'add' | 'mul';
  readonly terms: readonly Term[];
  readonly positive: number;
}

export interface Ranked {
  readonly index: number;
  readonly score: number;
}

/** ‖x‖ of `count` numbers from `at` on. */
export function lengthOf(x: ArrayLike<number>, at = 0, count = x.length): number {
  let sum = 0;
  for (let i = at; i < at + count; i++) sum += x[i] * x[i];
  return Math.sqrt(sum);
}

function quotient(products: ArrayLike<number>, positive: number): number {
  let above = 1;
  let below = 1;
  for (let j = 0; j < positive; j++) above *= (1 + products[j]) / 2;
  for (let j = positive; j < products.length; j++) below *= (1 + products[j]) / 2;
  return above / (below + EPSILON);
}

/** Each row's quotient at the most or at the least: of products in whole numbers that are off by an error. */
function quotients(products: readonly Int32Array[], positive: number, error: number): Float64Array {
  const [above, below] = [0, 1].map(() => new Float64Array(products[0].length).fill(1));
  products.forEach((values, j) => {
    const factors = j < positive ? above : below;
    const shift = j < positive ? error : -error;
    for (let i = 0; i < factors.length; i++) {
      const cosine = values[i] / UNIT ** 2 + shift;
      factors[i] *= (1 + Math.min(1, Math.max(-1, cosine))) / 2;
    }
  });
  for (let i = 0; i < above.length; i++) above[i] /= below[i] + EPSILON;
  return above;
}

/**
 * Vectors that are searched by cosine. Their lengths are kept, and of many vectors the kernels hold a copy in whole
 * numbers of 16 bits, half as large: it tells which few rows can be among the best, and those are compared in float64.
 * So the answer is that of a plain loop, whatever computes.
 */
export class Cosines {
  private norms: Float64Array | null = null;
  private held: KernelRows | null | undefined;

  constructor(
    private readonly vectors: Float32Array,
    private readonly dimension: number,
  ) {}

  /** ‖x_i‖ of each row. */
  get lengths(): Float64Array {
    const { vectors, dimension } = this;
    this.norms ??= Float64Array.from({ length: vectors.length / dimension }, (_, i) =>
      lengthOf(vectors, i * dimension, dimension),
    );
    return this.norms;
  }

  /** A row's vector of length 1; of zeros where it is zeros. */
  unit(index: number): Float64Array {
    const { vectors, dimension, lengths } = this;
    const scale = 1 / (lengths[index] || 1);
    const row = vectors.subarray(index * dimension, (index + 1) * dimension);
    return Float64Array.from(row, (x) => x * scale);
  }

  /** A row's unit vector times a vector; 0 for a row of zeros. */
  product(index: number, vector: Float64Array): number {
    const { vectors, dimension } = this;
    const at = index * dimension;
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += vectors[at + k] * vector[k];
    return sum / (this.lengths[index] || 1);
  }

  /** The `size` best of the first `rows` rows, best first; of equals the first row first. */
  best(ranking: Ranking, rows: number, size: number, excluded: ReadonlySet<number>): Ranked[] {
    const possible = this.possible(ranking, rows, size, excluded);
    const ranked = possible.map((index) => ({ index, score: this.score(ranking, index) }));
    ranked.sort((a, b) => b.score - a.score || a.index - b.index);
    return ranked.slice(0, size);
  }

  /** Gives the kernels' memory back. */
  dispose(): void {
    this.held?.free();
    this.held = undefined;
  }

  private score({ by, terms, positive }: Ranking, index: number): number {
    if (by === 'add') return this.product(index, terms[0].vector);
    return quotient(
      terms.map(({ vector }) => this.product(index, vector)),
      positive,
    );
  }

  private possible(ranking: Ranking, rows: number, size: number, excluded: ReadonlySet<number>): number[] {
    const { by, terms, positive } = ranking;
    // A factor of the quotient would not be known to be positive.
    const bounded = terms.every(({ length }) => length <= 1 + 1e-9);
    const kernel = bounded && rows * this.dimension >= LARGE ? this.kernelRows() : null;
    if (!kernel) {
      const scores = Float64Array.from({ length: rows }, (_, i) => this.score(ranking, i));
      return candidates(scores, scores, 0, size, excluded);
    }
    if (by === 'add') {
      let found: number[] = [];
      const width = 2 * this.error() * UNIT ** 2;
      kernel.dots(this.whole(terms[0].vector, 1), rows, (products) => {
        found = candidates(products, products, width, size, excluded);
      });
      return found;
    }
    const products = terms.map(({ vector }) => {
      let copy = new Int32Array(0);
      kernel.dots(this.whole(vector, 1), rows, (values) => {
        copy = values.slice();
      });
      return copy;
    });
    const error = this.error();
    const lower = quotients(products, positive, -error);
    return candidates(lower, quotients(products, positive, error), 0, size, excluded);
  }

  /** How far a product of vectors of length 1 at the most, in whole numbers over UNIT², is from the true one. */
  private error(): number {
    // ‖UNIT x − whole(x)‖ ≤ √d / 2, and Cauchy-Schwarz.
    const rounding = Math.sqrt(this.dimension) / 2 / UNIT;
    return 2 * rounding + rounding ** 2 + 1e-9;
  }

  private whole(vector: ArrayLike<number>, length: number): Int16Array {
    const to = new Int16Array(vector.length);
    this.round(vector, 0, length, to);
    return to;
  }

  /** The numbers of a vector from `at` on over its length, in whole numbers. */
  private round(vector: ArrayLike<number>, at: number, length: number, to: Int16Array): void {
    const scale = UNIT / (length || 1);
    for (let k = 0; k < to.length; k++) {
      const x = vector[at + k] * scale;
      // An Int16Array cuts off what follows the point.
      to[k] = x < 0 ? x - 0.5 : x + 0.5;
    }
  }

  private kernelRows(): KernelRows | null {
    const { vectors, dimension, lengths } = this;
    if (this.held === undefined) {
      this.held = KernelRows.hold(lengths.length, dimension, (row, i) => {
        this.round(vectors, i * dimension, lengths[i], row);
      });
    }
    return this.held;
  }
}
