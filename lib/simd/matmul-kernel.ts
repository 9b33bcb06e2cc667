import type { TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type MatMulPlan, runMatMul } from './jobs/matmul-run';
import type { Machine } from './machine/kernels';
import { machineOrNull } from './machine/machine';
import { LastOperand } from './operand';
import { BACKENDS, makeOutput, valuesOf } from './tensors';

interface MatMulInputs {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
}
interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
  activation?: string;
}
type Kernel = (args: { inputs: MatMulInputs; attrs: MatMulAttributes; backend: unknown }) => TensorInfo;

/** Below so many multiplications tfjs' own kernel is faster, because it has not to copy. */
const WORTH_COPYING = 20_000;
const MAX_BATCHES = 2000;

/** The product as the kernels compute it, or null where they leave it to tfjs. */
function planOf(
  { a, b, bias, preluActivationWeights }: MatMulInputs,
  attrs: MatMulAttributes,
): MatMulPlan | null {
  const { transposeA, transposeB, activation = 'linear' } = attrs;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || preluActivationWeights) return null;
  if (activation !== 'linear' && activation !== 'relu') return null;
  const batchOf = ({ shape }: TensorInfo) => tf.util.sizeFromShape(shape.slice(0, -2));
  const [batchA, batchB] = [batchOf(a), batchOf(b)];
  const sameBatch = String(a.shape.slice(0, -2)) === String(b.shape.slice(0, -2));
  if (!sameBatch && batchA !== 1 && batchB !== 1) return null;
  const batches = Math.max(batchA, batchB);
  const [a1, a2] = a.shape.slice(-2);
  const [b1, b2] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [a2, a1] : [a1, a2];
  const columns = transposeB ? b1 : b2;
  if (depth !== (transposeB ? b2 : b1) || (bias && String(bias.shape) !== String([columns]))) return null;
  if (batches * rows * depth * columns < WORTH_COPYING || batches > MAX_BATCHES) return null;
  return {
    ...{ batches, rows, depth, columns, transposeA, transposeB },
    sharedA: batchA === 1,
    sharedB: batchB === 1,
    relu: activation === 'relu',
  };
}

const lastOperands = new WeakMap<Machine, LastOperand>();

function lastOperand(machine: Machine): LastOperand {
  const known = lastOperands.get(machine);
  if (known) return known;
  const operand = new LastOperand(machine.heap);
  lastOperands.set(machine, operand);
  return operand;
}

/** About what a product takes of the kernels' memory: its matrices, and the second once more. */
function bytesOf({ batches, rows, depth, columns }: MatMulPlan): number {
  return 4 * batches * (rows * depth + 2 * depth * columns + rows * columns);
}

/** The kernel's output shape: the larger batch's dimensions, then the matrix. */
function outputShape({ a, b }: MatMulInputs, { rows, columns }: MatMulPlan): number[] {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rank = Math.max(batchA.length, batchB.length);
  const dimension = (shape: number[], i: number) => shape[i - (rank - shape.length)] ?? 1;
  const batch = Array.from({ length: rank }, (_, i) => Math.max(dimension(batchA, i), dimension(batchB, i)));
  return [...batch, rows, columns];
}

/**
 * Replaces tfjs' matMul on its wasm and cpu backends, whose products with a transposed matrix take ten times as
 * long as they need to; what is small, or not plain, still goes to the kernel that was there.
 */
export function replaceMatMul(): void {
  for (const backendName of BACKENDS) {
    for (const kernelName of [tf.BatchMatMul, tf._FusedMatMul]) {
      const before = tf.getKernel(kernelName, backendName);
      if (!before) continue;
      const original = before.kernelFunc as unknown as Kernel;
      const kernelFunc: Kernel = (args) => {
        const { inputs, attrs, backend } = args;
        const plan = planOf(inputs, attrs);
        const machine = plan && machineOrNull();
        if (!plan || !machine?.heap.hasRoom(bytesOf(plan))) return original(args);
        const output = makeOutput(backend, outputShape(inputs, plan));
        const a = lastOperand(machine).find(backend, inputs.a) ?? valuesOf(backend, inputs.a);
        const b = valuesOf(backend, inputs.b);
        const bias = inputs.bias ? valuesOf(backend, inputs.bias) : null;
        runMatMul(machine, plan, a, b, bias, (c) => valuesOf(backend, output).set(c));
        return output;
      };
      tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel({ ...before, kernelFunc: kernelFunc as unknown as tf.KernelFunc });
    }
  }
}
