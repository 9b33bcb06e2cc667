/** Numbers that Python draws as well, and measures of distance. They run in a page too. */

/** mulberry32's `count` first numbers, 32 bits each; test/simd/fixtures/sequences.py has the same. */
export function hashed(seed: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const a = (seed + Math.imul(i + 1, 0x6d2b79f5)) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    numbers[i] = t ^ (t >>> 14);
  }
  return numbers;
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Uniform in [-scale, scale). */
export function draw(seed: number, shape: readonly number[], scale: number): Float32Array {
  return Float32Array.from(hashed(seed, sizeOf(shape)), (u) => (u / 2 ** 31 - 1) * scale);
}

/** `value` with probability `share`, else 0. */
export function bernoulli(
  seed: number,
  shape: readonly number[],
  share: number,
  value: number,
): Float32Array {
  return draw(seed, shape, 1).map((u) => (u < 2 * share - 1 ? value : 0));
}

/**
 * |R − R'| / |R|, estimated: `summary` has |R| and R's inner products with vectors of random signs.
 *
 * Gradients below 1e-25 in all are 0 to the kernels, which flush what is below 1e-30 in a step.
 *
 * @param values R'
 */
export function distance([norm, ...products]: readonly number[], values: ArrayLike<number>): number {
  let sum = 0;
  products.forEach((product, k) => {
    const signs = hashed(1000 + k, values.length);
    let ours = 0;
    for (let i = 0; i < values.length; i++) ours += signs[i] >>> 31 ? -values[i] : values[i];
    sum += (ours - product) ** 2;
  });
  const error = Math.sqrt(sum / products.length);
  return error / Math.max(norm, 1e-25);
}
