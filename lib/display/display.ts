import { randomUUID } from 'node:crypto';
import { type MimeBundle, toMimeBundle } from './mime';

export type { MimeBundle } from './mime';

/** A shown value that can be replaced in place. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows `value` where the first one stood. */
  update(value: unknown): void;
}

/** What the kernel offers to code that runs in a cell; a front end's protocol stays behind it. */
export interface KernelHost {
  display(bundle: MimeBundle | Promise<MimeBundle>, id: string, update: boolean): void;
  clearOutput(wait: boolean): void;
  input(prompt: string, password: boolean): Promise<string>;
  cellSignal(): AbortSignal;
}

/** A registered symbol, because the notebook and the kernel may each have loaded their own copy of this file. */
const HOST = Symbol.for('recurrent.kernelHost');
const globals = globalThis as { [HOST]?: KernelHost };
const neverAborted = new AbortController().signal;

/** Whether what is displayed reaches a notebook. */
export function insideKernel(): boolean {
  return globals[HOST] !== undefined;
}

/** A bundle that is already made, as `display` takes it. */
export function bundled(bundle: MimeBundle): object {
  return { [Symbol.for('Jupyter.display')]: () => bundle };
}

/** Makes `host` the kernel of this process. */
export function setKernelHost(host: KernelHost): void {
  globals[HOST] = host;
}

/**
 * Shows a value at this point of the cell: a data frame as a table, a Vega-Lite specification as a chart, an
 * object with `[Symbol.for('Jupyter.display')]()` as that method says, anything else as text. Outside a kernel
 * the text goes to standard output.
 *
 * @returns a handle whose `update` replaces what is shown
 */
export function display(value: unknown): DisplayHandle {
  const id = randomUUID();
  show(value, id, false);
  const handle = { id, update: (next: unknown) => show(next, id, true) };
  // A cell that ends in display(x) has shown x; the handle that it returns is not for reading.
  return Object.defineProperty(handle, Symbol.for('Jupyter.display'), { value: () => ({}) });
}

/**
 * Clears what the cell has shown so far; nothing happens outside a kernel.
 *
 * @param wait true waits for the next output, so that the cell does not flicker; default false
 */
export function clearOutput(wait = false): void {
  globals[HOST]?.clearOutput(wait);
}

/**
 * Asks the person at the front end for a line of text: `const name = await input('name? ')`.
 *
 * @param options.password hides what is typed; default false
 * @throws where nobody can answer: the front end allows no input, or there is no kernel
 */
export async function input(prompt = '', options: { password?: boolean } = {}): Promise<string> {
  const host = globals[HOST];
  if (!host) throw new Error('input: needs a notebook; this code runs outside a kernel');
  return host.input(String(prompt), options.password ?? false);
}

/**
 * The running cell's signal. It aborts when the cell is interrupted, so that a long loop can stop at a place that
 * suits it: `cellSignal().throwIfAborted()`. Outside a kernel it never aborts.
 */
export function cellSignal(): AbortSignal {
  return globals[HOST]?.cellSignal() ?? neverAborted;
}

function show(value: unknown, id: string, update: boolean): void {
  const bundle = toMimeBundle(value);
  const host = globals[HOST];
  if (host) host.display(bundle, id, update);
  else
    void Promise.resolve(bundle).then((b) => process.stdout.write(`${b['text/plain'] ?? Object.keys(b)}\n`));
}
