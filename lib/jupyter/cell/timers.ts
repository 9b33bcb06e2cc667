import * as timers from 'node:timers';
import { promisify } from 'node:util';

/**
 * Which cell a piece of code belongs to, and an end to what a cell left running.
 *
 * The global timer functions remember the cell that called them. While a timer's callback and the promises it
 * settles run, `owner()` is that cell, so output of a loop that waits goes to its own cell even after that has ended.
 * Stopping a cell cancels its timers, and a loop that waits on one goes no further. (AsyncLocalStorage would follow
 * every kind of callback, but under Node 20 and 22 it makes interrupting a busy loop abort the process.)
 */
export class CellTimers {
  #owner = 0;
  readonly #pending = new Map<number, Set<() => void>>();
  readonly #stopped = new Set<number>();

  /** @param running the cell that runs now, or the last one that did */
  constructor(private readonly running: () => number) {}

  owner(): number {
    return this.#owner || this.running();
  }

  /** A cell begins: what runs from here on is its own. */
  enter(): void {
    this.#owner = 0;
  }

  /** Cancels the cell's timers and ignores those it still makes. */
  stop(cell: number): void {
    this.#stopped.add(cell);
    for (const cancel of this.#pending.get(cell) ?? []) cancel();
    this.#pending.delete(cell);
  }

  /** Replaces the global timer functions. */
  install(): void {
    const once = timers.setTimeout as unknown as TimerFunction;
    const repeat = timers.setInterval as unknown as TimerFunction;
    const soon = timers.setImmediate as unknown as TimerFunction;
    this.#wrap('setTimeout', once, (t) => timers.clearTimeout(t as NodeJS.Timeout), true);
    this.#wrap('setInterval', repeat, (t) => timers.clearInterval(t as NodeJS.Timeout), false);
    this.#wrap('setImmediate', soon, (t) => timers.clearImmediate(t as NodeJS.Immediate), true);
    const promises = require('node:timers/promises') as Record<string, unknown>;
    promises.setTimeout = delay(promises.setTimeout as Delay, (resolve, ms) => setTimeout(resolve, ms));
    promises.setImmediate = delay(promises.setImmediate as Delay, (resolve) => setImmediate(resolve));
    Object.defineProperty(setTimeout, promisify.custom, { value: promises.setTimeout });
    Object.defineProperty(setImmediate, promisify.custom, { value: promises.setImmediate });
  }

  #wrap(
    name: 'setTimeout' | 'setInterval' | 'setImmediate',
    real: TimerFunction,
    clear: (t: unknown) => void,
    ends: boolean,
  ) {
    const wrapped = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => {
      if (typeof callback !== 'function') return real(callback, ...rest);
      const cell = this.owner();
      const live = this.#of(cell);
      const cancel = () => clear(timer);
      const run = (...args: unknown[]) => {
        if (ends) live.delete(cancel);
        if (this.#stopped.has(cell)) return clear(timer);
        this.#owner = cell;
        // Promises settled by the callback go on before the next immediate; until then they are this cell's.
        timers.setImmediate(() => {
          if (this.#owner === cell) this.#owner = 0;
        });
        callback(...args);
      };
      const timer = real(run, ...rest);
      live.add(cancel);
      return timer;
    };
    const own = Object.getOwnPropertyDescriptors(real);
    for (const key of Reflect.ownKeys(own)) {
      if (key !== 'length' && key !== 'name' && key !== 'prototype' && key !== promisify.custom) {
        Object.defineProperty(wrapped, key, (own as never)[key]);
      }
    }
    (globalThis as unknown as Record<string, unknown>)[name] = wrapped;
  }

  #of(cell: number): Set<() => void> {
    let live = this.#pending.get(cell);
    if (!live) this.#pending.set(cell, (live = new Set()));
    return live;
  }
}

/** A promise made by a watched timer; with options, such as a signal, Node's own function serves. */
function delay(real: Delay, start: (resolve: () => void, ms: number) => unknown): Delay {
  const takesTime = real.name === 'setTimeout';
  return (...args) => {
    const [ms, value, options] = takesTime ? args : [0, ...args];
    if (options !== undefined) return real(...args);
    return new Promise((resolve) => start(() => resolve(value), ms as number));
  };
}

type Delay = (...args: unknown[]) => Promise<unknown>;
type TimerFunction = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => unknown;
