/** The `size` largest of the scores offered, in no order; of equal ones the first offered. */
export class Largest {
  private readonly scores: Float64Array;
  private count = 0;

  /** @param size at least 1 */
  constructor(private readonly size: number) {
    this.scores = new Float64Array(size);
  }

  /** What a score must exceed to count; -∞ while there is room. */
  get least(): number {
    return this.count < this.size ? Number.NEGATIVE_INFINITY : this.scores[0];
  }

  /** Takes a score above `least`. The scores are a heap, the least of them first. */
  take(score: number): void {
    if (this.count < this.size) this.rise(this.count++, score);
    else this.sink(score);
  }

  private rise(from: number, score: number): void {
    const { scores } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (scores[parent] <= score) break;
      scores[at] = scores[parent];
      at = parent;
    }
    scores[at] = score;
  }

  private sink(score: number): void {
    const { scores, size } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && scores[child + 1] < scores[child]) child++;
      if (scores[child] >= score) break;
      scores[at] = scores[child];
      at = child;
    }
    scores[at] = score;
  }
}

/**
 * The rows that can be among the `size` best, where each one's score is only known to lie between two bounds.
 *
 * @param lower a bound of each row's score, up to a common factor
 * @param upper the other; what it is above `lower` by at each row alike is `width`
 */
export function candidates(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  width: number,
  size: number,
  excluded: ReadonlySet<number>,
): number[] {
  const largest = new Largest(size);
  let { least } = largest;
  for (let i = 0; i < lower.length; i++) {
    if (lower[i] > least && !excluded.has(i)) {
      largest.take(lower[i]);
      least = largest.least;
    }
  }
  const enough = least - width;
  const found: number[] = [];
  for (let i = 0; i < upper.length; i++) {
    if (upper[i] >= enough && !excluded.has(i)) found.push(i);
  }
  return found;
}
