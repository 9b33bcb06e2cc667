import { workerData } from 'node:worker_threads';
import { CONTROL, instantiate, Word } from './kernels';
import type { WebAssembly } from './webassembly';

/** Rounds of looking before a worker goes to sleep: a training step's kernels follow one another closely. */
const ROUNDS = 2000;

/** A member of the crew: waits for a run, takes shards until there are none, and waits again. */
function serve({
  module,
  memory,
  number,
}: {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  number: number;
}) {
  const kernels = instantiate(module, memory);
  const words = new Int32Array(memory.buffer, CONTROL, 32);
  let seen = 0;
  for (;;) {
    for (let round = 0; Atomics.load(words, Word.run) === seen; round++) {
      if (round > ROUNDS) Atomics.wait(words, Word.run, seen);
    }
    seen = Atomics.load(words, Word.run);
    try {
      kernels.work(CONTROL, number);
    } catch (error) {
      Atomics.store(words, Word.failed, number);
      Atomics.notify(words, Word.done);
      throw error;
    }
  }
}

serve(workerData);
