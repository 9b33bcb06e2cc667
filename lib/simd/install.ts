import { replaceAdam } from './adam';
import { replaceIdentity } from './identity';
import { replaceMatMul } from './matmul-kernel';
import { registerSegmentSum } from './segment-sum';
import { registerSequenceKernels } from './sequence-kernel';

let installed = false;

/**
 * Puts this engine's kernels in place of tfjs' own for the backends wasm and cpu, whichever of them tfjs knows by
 * now; again is no harm.
 */
export function installKernels(): void {
  if (installed) return;
  installed = true;
  registerSequenceKernels();
  registerSegmentSum();
  replaceIdentity();
  replaceMatMul();
  replaceAdam();
}
