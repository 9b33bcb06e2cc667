import type { AliasTables } from '../simd/jobs/word2vec-run';

const WHOLE = 2 ** 32;

/**
 * Tables by which a number is drawn in proportion to its weight in constant time: each column holds one number up to a
 * threshold, and another above it.
 *
 * @param weights not negative, and not all 0
 * @see A. Walker, "An efficient method for generating discrete random variables with general distributions", 1977
 */
export function aliasTables(weights: readonly number[]): AliasTables {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (weight / total) * weights.length);
  const thresholds = new Uint32Array(weights.length).fill(WHOLE - 1);
  const aliases = Int32Array.from(weights, (_, i) => i);
  const [small, large]: [number[], number[]] = [[], []];
  shares.forEach((share, i) => {
    (share < 1 ? small : large).push(i);
  });
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop() as number, large[large.length - 1]];
    thresholds[less] = Math.min(WHOLE - 1, Math.floor(shares[less] * WHOLE));
    aliases[less] = more;
    shares[more] -= 1 - shares[less];
    if (shares[more] < 1) small.push(large.pop() as number);
  }
  return { thresholds, aliases };
}
