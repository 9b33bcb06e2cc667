// From the module, not the globals: a cell's timers are watched, the kernel's own are not.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { runInThisContext } from 'node:vm';
import type { KernelHost } from '../../display/display';
import { toMimeBundle } from '../../display/mime';
import type { ToCell } from '../protocol/cell';
import { divert } from './divert';
import { CellErrors } from './errors';
import { CellModules, SCOPE_NAMES } from './modules';
import { CellOutput } from './output';
import { CellTimers } from './timers';

type Execute = Extract<ToCell, { type: 'execute' }>;

/** How a cell ends that was interrupted. */
class Interrupted extends Error {
  override name = 'Interrupted';
}

/** A cell that watches its signal may take this long to end by itself after an interrupt, once it has been heard. */
const SETTLE_MS = 1000;

interface Running {
  id: number;
  allowInput: boolean;
  controller: AbortController;
  watches: boolean;
  /** Rejects with what ends the cell from outside: an interrupt, an error nobody handled. */
  ended: Promise<never>;
  end(error: unknown): void;
  interrupted?: Interrupted;
  answer?: { resolve(text: string): void; reject(error: Error): void };
}

/** Runs cells in this process, one at a time. */
export class CellRunner implements KernelHost {
  /** The names that cells declare, and their values. */
  readonly #exports: Record<string, unknown> = Object.setPrototypeOf({}, null);
  readonly #modules = new CellModules(process.cwd(), this.#exports);
  readonly #errors = new CellErrors();
  readonly #output = new CellOutput((cell, error) => this.reportUnhandled(error, cell));
  readonly #timers = new CellTimers(() => this.#last);
  #running: Running | undefined;
  #last = 0;

  /** @param watchesSignal is told whether the running cell has asked for its signal */
  constructor(private readonly watchesSignal: (watches: boolean) => void) {}

  /** Ties what the process writes, the timers it sets and the stacks of its errors to their cells. */
  install(): void {
    this.#errors.install();
    this.#timers.install();
    for (const name of ['stdout', 'stderr'] as const)
      divert(process[name], (piece) => this.#output.stream(this.#timers.owner(), name, piece));
  }

  async execute({ cell, source, label, compiled, options }: Execute): Promise<void> {
    const running = begin(cell, options.allowInput);
    this.#running = running;
    this.#last = cell;
    this.#timers.enter();
    this.#errors.remember(label, source, compiled.maps);
    this.#modules.add(compiled.modules);
    const valueless = new Set(this.#valueless());
    const userExpressions: Record<string, unknown> = {};
    let failure: { error: unknown } | undefined;
    try {
      // In a function of its own, a cell may declare a name that is one of the scope's, such as `require`.
      const code = `(function (${SCOPE_NAMES}) { return async function () {\n${compiled.code}\n}; })`;
      const scoped = runInThisContext(code, { filename: `In[${label}]`, lineOffset: -1 });
      const run = scoped(...this.#modules.scope);
      await Promise.race([apart(() => run()), running.ended]);
      // A promise that was rejected and that nobody awaited is known one turn later.
      await Promise.race([new Promise<void>((resolve) => setImmediate(resolve)), running.ended]);
      if (running.interrupted) throw running.interrupted;
      await Promise.race([apart(() => this.#sendResult(cell, compiled.resultName)), running.ended]);
      for (const [name, expression] of Object.entries(options.userExpressions)) {
        userExpressions[name] = await Promise.race([apart(() => this.#evaluate(expression)), running.ended]);
      }
      await Promise.race([this.#output.settle(), running.ended]);
    } catch (error) {
      failure = { error: running.interrupted ?? error };
    }
    if (compiled.resultName) this.#exports[compiled.resultName] = undefined;
    this.#running = undefined;
    this.watchesSignal(false);
    this.#output.finish(cell);
    this.#output.send({
      type: 'done',
      cell,
      error: failure && this.#errors.describe(failure.error),
      lost: failure ? this.#valueless().filter((name) => !valueless.has(name)) : [],
      userExpressions,
    });
  }

  /** Stops the running cell: at once, or if it watches its signal when it has come to an end by itself. */
  interrupt(cell: number): void {
    const running = this.#running;
    if (running?.id !== cell) return;
    const again = running.interrupted !== undefined;
    running.interrupted ??= new Interrupted('the cell was interrupted');
    const stop = () => {
      this.#timers.stop(running.id);
      running.end(running.interrupted);
    };
    running.answer?.reject(running.interrupted);
    running.controller.abort(running.interrupted);
    const timer = setTimeout(stop, again || !running.watches ? 0 : SETTLE_MS);
    running.ended.catch(() => clearTimeout(timer));
  }

  /** The watchdog has terminated what ran; no JavaScript of it will go on. */
  terminated(cell: number): void {
    const running = this.#running;
    this.#modules.dropUnfinished();
    if (running?.id !== cell) return;
    running.interrupted ??= new Interrupted('the cell was interrupted');
    this.#timers.stop(running.id);
    running.end(running.interrupted);
  }

  answer(text: string): void {
    this.#running?.answer?.resolve(text);
  }

  /** A rejection nobody awaited or a throw in a timer: it ends the running cell, or is reported with the next one. */
  reportUnhandled(error: unknown, cell = this.#timers.owner()): void {
    if (this.#running?.id === cell) this.#running.end(error);
    else this.#output.send({ type: 'late', cell, error: this.#errors.describe(error) });
  }

  display(
    bundle: Record<string, unknown> | Promise<Record<string, unknown>>,
    id: string | undefined,
    update: boolean,
  ): void {
    this.#output.rich({ type: 'display', cell: this.#timers.owner(), data: {}, id, update }, bundle);
  }

  clearOutput(wait: boolean): void {
    this.#output.send({ type: 'clear', cell: this.#timers.owner(), wait });
  }

  input(prompt: string, password: boolean): Promise<string> {
    const running = this.#running;
    if (!running) throw new Error('input: no cell is running');
    if (!running.allowInput) throw new Error('input: this front end does not let a cell ask for input');
    if (running.answer) throw new Error('input: the cell is already waiting for an answer');
    this.#output.send({ type: 'input', cell: running.id, prompt, password });
    const answered = new Promise<string>((resolve, reject) => {
      running.answer = { resolve, reject };
    });
    return answered.finally(() => {
      running.answer = undefined;
    });
  }

  cellSignal(): AbortSignal {
    if (!this.#running) return new AbortController().signal;
    this.#running.watches = true;
    this.watchesSignal(true);
    return this.#running.controller.signal;
  }

  #sendResult(cell: number, name: string | undefined): void {
    const value = name === undefined ? undefined : this.#exports[name];
    if (value !== undefined) this.#output.rich({ type: 'result', cell, data: {} }, toMimeBundle(value));
  }

  async #evaluate(expression: string): Promise<Record<string, unknown>> {
    try {
      const value = runInThisContext(`(function (exports) { with (exports) { return (${expression}\n); } })`)(
        this.#exports,
      );
      return { status: 'ok', data: await toMimeBundle(value), metadata: {} };
    } catch (error) {
      return { status: 'error', ...this.#errors.describe(error) };
    }
  }

  #valueless(): string[] {
    return Object.keys(this.#exports).filter((name) => this.#exports[name] === undefined);
  }
}

/** Calls a cell's code on a stack of its own: when the watchdog terminates it, whoever waits for it goes on. */
function apart<T>(call: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(call());
      } catch (error) {
        reject(error);
      }
    });
  });
}

function begin(id: number, allowInput: boolean): Running {
  let end!: (error: unknown) => void;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  ended.catch(() => undefined);
  return { id, allowInput, controller: new AbortController(), watches: false, ended, end };
}
