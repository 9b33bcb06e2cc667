import { Blocks, type Values } from '../machine/blocks';
import { Kind, type Machine } from '../machine/kernels';
import { ADAM_FIELDS, Job } from './fields';

/** Numbers in a shard, as assembly/adam.ts has it */
const CHUNK = 16384;

/** What a step of Adam multiplies by. */
export interface AdamStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** β₁ᵗ and β₂ᵗ */
  readonly beta1Power: number;
  readonly beta2Power: number;
}

/** A weight's values, its gradient and its moments. */
export interface AdamValues {
  readonly w: Values;
  readonly g: Values;
  readonly m: Values;
  readonly v: Values;
}

/**
 * One step of Adam for all weights at once.
 *
 * @param read copies out what weight `i` and its moments have become
 */
export function runAdam(
  { heap, crew }: Machine,
  step: AdamStep,
  weights: readonly AdamValues[],
  read: (i: number, name: 'w' | 'm' | 'v', values: Float32Array) => void,
): void {
  // Each weight begins at a whole vector; numbers between two are rubbish that stays among itself.
  const starts: number[] = [];
  let count = 0;
  for (const { w } of weights) {
    starts.push(count);
    count += Math.ceil(w.length / 4) * 4;
  }
  const blocks = new Blocks(heap, 'adam');
  try {
    const at = { w: 0, g: 0, m: 0, v: 0 };
    for (const name of ['w', 'g', 'm', 'v'] as const) at[name] = blocks.floats(count);
    for (const name of ['w', 'g', 'm', 'v'] as const) {
      const all = heap.floats(at[name], count);
      weights.forEach((weight, i) => {
        all.set(weight[name], starts[i]);
      });
    }
    const { beta1, beta2, epsilon } = step;
    const job = new Job(blocks, ADAM_FIELDS).set({
      ...{ ...at, count, beta1, beta2, epsilon },
      minusRate: -step.learningRate,
      oneMinusBeta1: 1 - beta1,
      oneMinusBeta2: 1 - beta2,
      correction1: 1 - step.beta1Power,
      correction2: 1 - step.beta2Power,
    });
    crew.run(Kind.adam, job.at, Math.ceil(count / CHUNK), 10 * count, 'adam');
    for (const name of ['w', 'm', 'v'] as const) {
      weights.forEach(({ w }, i) => {
        read(i, name, heap.floats(at[name] + 4 * starts[i], w.length));
      });
    }
  } finally {
    blocks.free();
  }
}
