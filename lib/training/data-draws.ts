import type { RandomState, SeededState } from '../tensor';

/** Draws from the seeded streams, by the data: before which batch (−1: when the pass was made), and from where. */
export type Draw = [batch: number, from: SeededState];

const UNIT = 2 ** 32;
const NUMBERS = 10;

/** Alea's state is a small whole number and three multiples of 2⁻³². */
const packed = ({ c, s0, s1, s2 }: RandomState) => [c, s0 * UNIT, s1 * UNIT, s2 * UNIT].map((x) => x | 0);
const unpacked = ([c, ...s]: number[]): RandomState => {
  const [s0, s1, s2] = s.map((x) => (x >>> 0) / UNIT);
  return { c, s0, s1, s2 };
};

/** Rows of a pass, a batch and where both streams were before it, four whole numbers each. */
export function packDraws(passes: readonly (readonly Draw[])[]): Int32Array {
  const rows = passes.flatMap((draws, pass) =>
    draws.map(([batch, { library, mathRandom }]) => [
      ...[pass, batch],
      ...packed(library),
      ...packed(mathRandom as RandomState),
    ]),
  );
  return Int32Array.from(rows.flat());
}

/**
 * The draws of each pass.
 *
 * @param numbers what `packDraws` gave
 */
export function unpackDraws(numbers: Int32Array, passes: number): Draw[][] {
  const all: Draw[][] = Array.from({ length: passes }, () => []);
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const [pass, batch, ...states] = numbers.subarray(at, at + NUMBERS);
    const from = { library: unpacked(states.slice(0, 4)), mathRandom: unpacked(states.slice(4)) };
    all[pass].push([batch, from]);
  }
  return all;
}
