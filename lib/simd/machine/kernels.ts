import type { Heap } from './heap';
import { WebAssembly } from './webassembly';

/** What the compiled kernels export; sizes in bytes, addresses in the heap. See assembly/. */
export interface Kernels {
  work(control: number, worker: number): void;
  tapeBytes(job: number): number;
  scratchBytes(job: number): number;
  panelsBytes(job: number): number;
  sumsBytes(job: number): number;
  prepareSequences(job: number): void;
  finishSequences(job: number): void;
  matMulPanelsBytes(job: number): number;
  matMulScratchBytes(job: number): number;
  prepareMatMul(job: number): void;
}

/** Computes the shards of jobs. */
export interface Runner {
  /** Threads asked for, and those that take shards now */
  readonly threads: number;
  readonly present: number;
  /** Why there are fewer than asked for, or '' */
  readonly why: string;
  /**
   * Computes all shards of the job at an address and returns when they are done.
   *
   * @param multiplications about how many there are, which decides whether waking a worker is worth it
   */
  run(kind: number, job: number, shards: number, multiplications: number, where: string): void;
  stop(): Promise<void>;
}

/** The kernels, the memory they work in, and the threads that share their work. */
export interface Machine {
  readonly kernels: Kernels;
  readonly heap: Heap;
  readonly crew: Runner;
}

/** The compiled kernels of a file: kernels.wasm for shared memory, kernels-single.wasm for one thread. */
export function compile(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(bytes);
}

/** Ties compiled kernels to a memory. Every thread has an instance of its own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}

/** Where the control words of a run lie in the memory, as 4-byte indices; the first four are assembly/index.ts' Control. */
export const CONTROL = 64;
export const Word = {
  next: 0,
  done: 1,
  kind: 2,
  job: 3,
  /** Counts runs; workers wait for it to change */
  run: 16,
  /** The number of a worker whose kernel failed, else 0 */
  failed: 17,
} as const;

/** The kinds of job, as assembly/index.ts numbers them. */
export const Kind = { sequences: 0, matMul: 1, adam: 2, word2vec: 3, rowDots: 4 } as const;
