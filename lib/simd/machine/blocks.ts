import type { Heap } from './heap';

export type Values = ArrayLike<number>;

/** Blocks of the heap that are freed together. */
export class Blocks {
  private readonly at: number[] = [];

  constructor(
    readonly heap: Heap,
    private readonly where: string,
  ) {}

  take(bytes: number): number {
    const at = this.heap.allocate(bytes, this.where);
    this.at.push(at);
    return at;
  }

  floats(count: number): number {
    return this.take(4 * count);
  }

  /** A copy of the values; 0 where there are none */
  copy(values: Values | null): number {
    if (!values) return 0;
    const at = this.floats(values.length);
    this.heap.floats(at, values.length).set(values);
    return at;
  }

  free(): void {
    for (const at of this.at.splice(0)) this.heap.free(at);
  }
}
