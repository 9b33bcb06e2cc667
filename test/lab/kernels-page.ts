import { runBackward, runForward } from '#lab/simd/jobs/sequence-run';
import { compile } from '#lab/simd/machine/kernels';
import { soloMachine } from '#lab/simd/machine/solo';
import type { Sequence } from '#lab/simd/sequence';
import { draw } from '../simd/numbers';

const [batch, time, features, units] = [9, 11, 5, 13];
const columns = 3 * units;
/**
 * A GRU's outputs and all of its gradients, computed by the kernels for one thread. It runs in Node and in a page.
 *
 * @param wasm the file kernels-single.wasm
 */
export function gruNumbers(wasm: Uint8Array): number[] {
  const machine = soloMachine(compile(wasm));
  const named = (name: string) => ({ name, apply: <T>(x: T) => x });
  const found: number[] = [];
  const collect = (_name: string, values: Float32Array) => void found.push(...values);
  const sequence: Sequence<Float32Array> = {
    ...{ where: 'gru', kind: 'gru', resetAfter: true, goBackwards: false, returnSequences: true },
    ...{ activation: named('tanh'), recurrentActivation: named('sigmoid') },
    ...{ c0: null, mask: null, dropoutMask: null, recurrentDropoutMask: null },
    x: draw(1, [batch, time, features], 0.5),
    kernel: draw(2, [features, columns], 0.5),
    recurrentKernel: draw(3, [units, columns], 0.5),
    bias: draw(4, [2, columns], 0.5),
    h0: draw(5, [batch, units], 0.5),
  };
  const sizes = { batch, time, features, units };
  const tape = runForward(machine, sequence, sizes, true, collect);
  const output = draw(6, [batch, time, units], 0.5);
  const hLast = draw(7, [batch, units], 0.5);
  runBackward(machine, tape!, { output, hLast, cLast: null }, true, collect);
  tape!.free();
  return found;
}
