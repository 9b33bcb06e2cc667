import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompilerApi } from '../protocol/compiler';

/** Calls into the compiler's thread, answered in order. */
export class Compiler {
  #worker = this.#start();
  #closed = false;
  readonly #calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  #last = 0;

  #start(): Worker {
    const worker = new Worker(join(__dirname, '..', 'compiler', 'main.js'));
    worker.on('message', ({ id, value, error }) => {
      const call = this.#calls.get(id);
      if (!call) return;
      this.#calls.delete(id);
      if (error === undefined) call.resolve(value as never);
      else call.reject(new Error(`the TypeScript compiler failed: ${error}`));
    });
    // A compiler that broke down takes what it knew with it: the next cell meets a new one.
    const restart = (error: Error) => {
      if (this.#worker !== worker) return;
      if (!this.#closed) this.#worker = this.#start();
      for (const { reject } of this.#calls.values()) reject(error);
      this.#calls.clear();
    };
    worker.on('error', (error) => restart(new Error(`the TypeScript compiler failed: ${error.message}`)));
    worker.on('exit', () => restart(new Error('the TypeScript compiler has ended')));
    return worker;
  }

  call<M extends keyof CompilerApi>(
    method: M,
    ...args: Parameters<CompilerApi[M]>
  ): ReturnType<CompilerApi[M]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args });
    }) as ReturnType<CompilerApi[M]>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }
}
