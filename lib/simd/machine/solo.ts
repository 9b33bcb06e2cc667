import { Heap } from './heap';
import { CONTROL, instantiate, type Kernels, type Machine, type Runner, Word } from './kernels';
import type { WebAssembly } from './webassembly';

/** A crew of one: this thread computes every shard. */
class Solo implements Runner {
  readonly threads = 1;
  readonly present = 1;
  readonly why = '';

  constructor(
    private readonly kernels: Kernels,
    private readonly heap: Heap,
  ) {}

  run(kind: number, job: number, shards: number): void {
    const words = this.heap.integers(CONTROL, 32);
    words[Word.kind] = kind;
    words[Word.job] = job;
    words[Word.next] = shards << 16;
    this.kernels.work(CONTROL, 0);
  }

  async stop(): Promise<void> {}
}

/**
 * A machine without threads and without shared memory, which runs wherever wasm SIMD does, a browser included.
 *
 * @param module kernels-single.wasm, compiled
 */
export function soloMachine(module: WebAssembly.Module): Machine {
  const heap = new Heap(false);
  const kernels = instantiate(module, heap.memory);
  return { kernels, heap, crew: new Solo(kernels, heap) };
}
