import type { Tensor } from '@tensorflow/tfjs';

/** What tfjs hands a callback: numbers, or scalars not yet read. */
export type Logs = Record<string, number | Tensor>;

/** The logs as numbers. They are read, not consumed: other callbacks get the same ones. */
export async function numbersOf(logs: Logs = {}): Promise<Record<string, number>> {
  const entries = Object.entries(logs).map(
    async ([name, value]): Promise<[string, number]> => [
      name,
      typeof value === 'number' ? value : (await value.data())[0],
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Lets timers, signals and messages come through; tfjs' own loop does not where its engine is synchronous. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
