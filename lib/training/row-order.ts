import { randomState, setRandomState, tf } from '../tensor';

/**
 * What `Math.random` must give for `tf.util.shuffle` to put 0 … n − 1 in the given order. It goes through the places
 * from the last to the first, and swaps each with one at random of those up to it.
 */
function drawsFor(order: readonly number[]): number[] {
  const rows = order.map((_, i) => i);
  const places = [...rows];
  const draws: number[] = [];
  for (let last = order.length - 1; last >= 0; last--) {
    const from = places[order[last]];
    draws.push((from + 0.5) / (last + 1));
    const moved = rows[last];
    rows[from] = moved;
    places[moved] = from;
  }
  return draws;
}

/** Lets `Math.random` give these numbers, and after them what it gave before. */
function feedMathRandom(draws: readonly number[]): void {
  const { random } = Math;
  let next = 0;
  Math.random = () => {
    const draw = draws[next++];
    if (next === draws.length) Math.random = random;
    return draw;
  };
}

/**
 * The order of the rows in `fit` with `shuffle`. tfjs shuffles one list in place, epoch after epoch, so that the order
 * of an epoch comes from all those before it; the list is out of reach, but not the numbers that it is shuffled by.
 */
export class RowOrder {
  private rows: number[] | null = null;
  private goesOn = false;
  private epoch = -1;

  /** Goes on from the order of the epoch before. */
  restore(order: Int32Array): void {
    this.rows = [...order];
    this.goesOn = true;
  }

  /**
   * Follows the shuffle that comes next in tfjs; in a run that goes on it makes the first one come out right.
   *
   * @param epoch about to begin; the second call for it does nothing
   * @param count rows to train on
   */
  beginEpoch(epoch: number, count: number): void {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    this.rows ??= Array.from({ length: count }, (_, i) => i);
    const before = randomState();
    tf.util.shuffle(this.rows);
    if (this.goesOn) feedMathRandom(drawsFor(this.rows));
    else setRandomState(before);
    this.goesOn = false;
  }

  /** The order of the last epoch. */
  get order(): Int32Array {
    return Int32Array.from(this.rows ?? []);
  }
}
