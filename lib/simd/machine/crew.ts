import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RecurrentError } from '../../errors';
import type { Heap } from './heap';
import { CONTROL, type Kernels, type Runner, Word } from './kernels';
import type { WebAssembly } from './webassembly';

/** About a tenth of a millisecond's work: below it, waking a worker takes longer than it saves. */
const WORTH_SHARING = 1_000_000;

/**
 * Computes a job's shards: in this thread, and in workers that take shards too. They wait without holding the
 * process, and one that is gone takes no shards, so nothing waits for it.
 */
export class Crew implements Runner {
  private workers: Worker[] = [];
  private started = false;
  private reason = '';

  /**
   * @param threads how many threads compute, this one included
   * @param patienceMs how long a shard may be out without any progress before its worker counts as dead
   */
  constructor(
    private readonly module: WebAssembly.Module,
    private readonly kernels: Kernels,
    private readonly heap: Heap,
    readonly threads: number,
    private readonly patienceMs = 10_000,
  ) {}

  private get words(): Int32Array {
    return this.heap.integers(CONTROL, 32);
  }

  /** Why there are fewer threads than asked for, or ''. */
  get why(): string {
    return this.reason;
  }

  /** Threads that take shards now; workers start with the first run that has a use for them. */
  get present(): number {
    return 1 + this.workers.length;
  }

  /**
   * Computes all shards of a job and returns when they are done.
   *
   * @throws RecurrentError where a worker died over a shard; from then on this thread computes alone
   */
  run(kind: number, job: number, shards: number, multiplications: number, where: string): void {
    if (shards === 0) return;
    const shared = shards > 1 && multiplications > WORTH_SHARING;
    if (shared && !this.started) this.start();
    const { words } = this;
    words[Word.kind] = kind;
    words[Word.job] = job;
    Atomics.store(words, Word.done, 0);
    Atomics.store(words, Word.next, shards << 16);
    if (shared && this.workers.length > 0) {
      Atomics.add(words, Word.run, 1);
      Atomics.notify(words, Word.run);
    }
    this.kernels.work(CONTROL, 0);
    this.finish(shards, where);
  }

  /** Ends the workers. */
  async stop(): Promise<void> {
    const { workers } = this;
    this.workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** Waits for the shards that workers still have. */
  private finish(shards: number, where: string): void {
    const { words } = this;
    let done = Atomics.load(words, Word.done);
    for (let round = 0; done < shards && round < 2000; round++) done = Atomics.load(words, Word.done);
    let since = performance.now();
    while (done < shards) {
      const failed = Atomics.load(words, Word.failed);
      if (failed !== 0) this.giveUp(where, `worker ${failed} died over a shard`);
      if (performance.now() - since > this.patienceMs) {
        this.giveUp(where, `a worker has not reported for ${this.patienceMs / 1000} s and counts as dead`);
      }
      Atomics.wait(words, Word.done, done, 200);
      const now = Atomics.load(words, Word.done);
      if (now !== done) since = performance.now();
      done = now;
    }
  }

  private giveUp(where: string, what: string): never {
    Atomics.store(this.words, Word.failed, 0);
    // No shard for anyone who comes late.
    Atomics.store(this.words, Word.next, 0);
    void this.stop();
    this.reason = what;
    throw new RecurrentError(`${where}: ${what}; the result is lost, and one thread computes from now on`);
  }

  private start(): void {
    this.started = true;
    const { module, heap } = this;
    for (let number = 1; number < this.threads; number++) {
      try {
        const worker = new Worker(join(__dirname, 'worker.js'), {
          workerData: { module, memory: heap.memory, number },
          // Not the options of this process: a worker needs no loader and no inspector.
          execArgv: [],
          env: {},
        });
        worker.unref();
        worker.on('error', (error) => this.leave(worker, error.message));
        worker.on('exit', () => this.leave(worker, 'a worker ended'));
        this.workers.push(worker);
      } catch (error) {
        this.reason = `workers do not start: ${(error as Error).message}`;
        return;
      }
    }
  }

  private leave(worker: Worker, why: string): void {
    const at = this.workers.indexOf(worker);
    if (at < 0) return;
    this.workers.splice(at, 1);
    this.reason = why;
  }
}
