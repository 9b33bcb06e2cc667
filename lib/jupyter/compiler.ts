import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A cell in JavaScript, ready to run. */
export interface Compiled {
  code: string;
  /** Source maps in JSON, that of the last step first. */
  maps: string[];
  /** The name under which the code exports the value of the cell's last expression, if it ends in one. */
  resultName?: string;
  /** Modules beside the notebook that the cell imports, compiled. */
  modules: { path: string; data: string }[];
}

/** A diagnostic of TypeScript; line and column are counted from 1. */
export interface Problem {
  line: number;
  column: number;
  length: number;
  code: number;
  message: string;
  /** Set if the problem is not in the cell but in a file it imports. */
  fileName?: string;
}

export interface Completeness {
  status: 'complete' | 'incomplete' | 'invalid';
  indent?: string;
}

/** What the compiler's thread does; positions are offsets in UTF-16 units. */
export interface CompilerApi {
  compile(source: string): Promise<{ problems: Problem[]; compiled?: Compiled }>;
  /** Keeps the declarations of the cell compiled last, except `lost`: after an error, names that got no value. */
  commit(lost: string[]): Promise<void>;
  /** Forgets all declarations. */
  reset(): Promise<void>;
  complete(
    source: string,
    position: number,
  ): Promise<{ start: number; end: number; matches: { name: string; kind: string }[] }>;
  inspect(source: string, position: number): Promise<string | undefined>;
  completeness(source: string): Promise<Completeness>;
}

/** Calls into the compiler's thread, answered in order. */
export class Compiler {
  #worker = this.#start();
  #closed = false;
  readonly #calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  #last = 0;

  #start(): Worker {
    const worker = new Worker(join(__dirname, 'compiler-thread.js'));
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
