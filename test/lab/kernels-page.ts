import { type SequencePlan, SequenceRunner } from '#lab/simd/jobs/sequence-run';
import { compile } from '#lab/simd/machine/kernels';
import { soloMachine } from '#lab/simd/machine/solo';
import { draw } from '../simd/support';

const [batch, time, features, units] = [9, 11, 5, 13];
const columns = 3 * units;
const plan: SequencePlan = {
  ...{ where: 'gru', cell: 1, columns, biasSize: 2 * columns, batch, time, features, units },
  ...{ activation: 0, recurrentActivation: 3, resetAfter: true, goBackwards: false, returnSequences: true },
};

/**
 * A GRU's outputs and all of its gradients, computed by the kernels for one thread. It runs in Node and in a page.
 *
 * @param wasm the file kernels-single.wasm
 */
export function gruNumbers(wasm: Uint8Array): number[] {
  const runner = new SequenceRunner(soloMachine(compile(wasm)));
  const found: number[] = [];
  const collect = (_name: string, values: Float32Array) => void found.push(...values);
  const none = { c0: null, mask: null, dropoutMask: null, recurrentDropoutMask: null };
  const values = {
    x: draw(1, [batch, time, features], 0.5),
    kernel: draw(2, [features, columns], 0.5),
    recurrentKernel: draw(3, [units, columns], 0.5),
    bias: draw(4, [2, columns], 0.5),
    h0: draw(5, [batch, units], 0.5),
  };
  const tape = runner.forward(plan, { ...values, ...none }, true, collect);
  const output = draw(6, [batch, time, units], 0.5);
  const hLast = draw(7, [batch, units], 0.5);
  runner.backward(tape!, { output, hLast, cLast: null }, true, collect);
  tape!.free();
  return found;
}
