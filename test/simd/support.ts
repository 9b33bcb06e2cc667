import { tf } from 'recurrent-lab';
import {
  type CellKind,
  checkSequence,
  kernelSequence,
  kernelsCompute,
  type Sequence,
  type SequenceResult,
} from '#lab/simd/index';

/** A sequence of which only the given parts are not the default: no bias, zero states, tanh and σ. */
export function sequenceOf(
  kind: CellKind,
  given: Partial<Sequence>,
  functions: { activation?: string; recurrentActivation?: string } = {},
): Sequence {
  const named = (name: string) => ({ name, apply: tf.tanh });
  return {
    ...{ where: 'test', kind, bias: null, resetAfter: kind === 'gru', h0: null, c0: null, mask: null },
    ...{ dropoutMask: null, recurrentDropoutMask: null, goBackwards: false, returnSequences: false },
    activation: named(functions.activation ?? 'tanh'),
    recurrentActivation: named(functions.recurrentActivation ?? 'sigmoid'),
    ...given,
  } as Sequence;
}

/** What the kernels make of it. */
export function computed(...described: Parameters<typeof sequenceOf>): SequenceResult {
  const sequence = sequenceOf(...described);
  const sizes = checkSequence(sequence);
  if (!kernelsCompute(sequence)) throw new Error('the kernels do not compute this');
  return kernelSequence(sequence, sizes);
}
