import { dirname, resolve } from 'node:path';
import { cutText } from '../../display/cut-text';
import { fail } from '../../errors';
import type { Content } from '../protocol/wire';
import { KernelClient } from './client';
import {
  cellSource,
  isExecuted,
  joinLines,
  type Notebook,
  type NotebookCell,
  type Output,
  OutputList,
  readNotebook,
} from './notebook-file';

export interface RunOptions {
  /** The size that notebooks read from `RECURRENT_SIZE`; default what the environment says. */
  size?: 'quick' | 'full';
  /** Longest a single cell may take, in seconds; default 120, for size `full` 4 hours. */
  cellSeconds?: number;
  /** Goes on after a cell that fails; default false. */
  allowErrors?: boolean;
  /** What is still asked of the kernel when all cells have run, before it is closed. */
  afterwards?: (kernel: KernelClient, path: string) => Promise<void>;
}

/** What came of one code cell. */
export interface CellResult {
  /** Position among all cells of the notebook, from 0. */
  index: number;
  id: string;
  source: string;
  outputs: Output[];
  seconds: number;
  /** Why the cell failed; absent if it did not. */
  failure?: string;
}

/** A notebook being run; `cells` settle one after another. */
export interface NotebookRun {
  path: string;
  /** One for each code cell that is executed, in order. */
  cells: { index: number; id: string; source: string; result: Promise<CellResult> }[];
  /** The notebook with its outputs. Rejects if the notebook cannot be read, has no code, or a cell failed. */
  finished: Promise<Notebook>;
}

const PARALLEL = 2;
/** How long a notebook is watched after its last cell for errors that nobody handles. */
const LAST_ERRORS_MS = 250;

/**
 * Runs notebooks in fresh kernels, each in its own folder, at most two side by side.
 *
 * A cell fails on an exception, a type error, a rejection nobody handled, a reply that does not come or says
 * `aborted`, or on taking too long. After a failure the rest of that notebook is not run, which fails each of its
 * cells. As with nbclient, a cell tagged `raises-exception` may throw, and one tagged `skip-execution` is left as it is,
 * outputs included.
 *
 * @throws if `paths` is empty, or one of them is no notebook, is for another kernel or has no code cell
 */
export function runNotebooks(paths: string[], options: RunOptions = {}): NotebookRun[] {
  if (paths.length === 0) fail('runNotebooks', 'there are no notebooks to run');
  const slots = new Slots(PARALLEL);
  return paths.map((path) => runWithin(slots, path, options));
}

/** Runs one notebook; see {@link runNotebooks}. */
export function runNotebook(path: string, options: RunOptions = {}): NotebookRun {
  return runWithin(new Slots(1), path, options);
}

function runWithin(slots: Slots, path: string, options: RunOptions): NotebookRun {
  const notebook = readNotebook(path);
  const { name, language } = notebook.metadata.kernelspec ?? {};
  if (name && name !== 'tslab' && language !== 'typescript')
    fail('runNotebook', `${path} is for the kernel "${name}", expected "tslab"`);
  const code = notebook.cells
    .map((cell, index) => ({ cell, index, source: cellSource(cell) }))
    .filter(({ cell }) => isExecuted(cell));
  if (code.length === 0) fail('runNotebook', `${path} has no code cell to run`);
  const pending = code.map(({ cell, index, source }) => ({
    ...deferred<CellResult>(),
    cell,
    index,
    source,
    id: cell.id ?? String(index),
  }));
  const finished = slots.run(() => runCells(path, notebook, pending, options));
  // A caller that looks at the cells alone has seen every failure.
  finished.catch((error) => {
    for (const { reject } of pending) reject(error as Error);
  });
  for (const { promise } of pending) promise.catch(() => undefined);
  return {
    path,
    cells: pending.map(({ index, id, source, promise }) => ({ index, id, source, result: promise })),
    finished,
  };
}

type PendingCell = Deferred<CellResult> & { cell: NotebookCell; index: number; id: string; source: string };

async function runCells(
  path: string,
  notebook: Notebook,
  cells: PendingCell[],
  options: RunOptions,
): Promise<Notebook> {
  const env: Record<string, string> = { JPY_SESSION_NAME: resolve(path) };
  if (options.size) env.RECURRENT_SIZE = options.size;
  const kernel = await KernelClient.start({ cwd: dirname(resolve(path)), env });
  const full = (options.size ?? process.env.RECURRENT_SIZE) === 'full';
  const limit = (options.cellSeconds ?? (full ? 4 * 3600 : 120)) * 1000;
  const displays = new Map<string, Output[]>();
  const executed: Notebook = structuredClone(notebook);
  const failures: string[] = [];
  try {
    const info = await kernel.request('kernel_info_request', {}, { milliseconds: limit });
    executed.metadata.language_info = info.content.language_info;
    for (const [at, { cell, index, id, source, resolve: settle }] of cells.entries()) {
      const base = { index, id, source, outputs: [] as Output[], seconds: 0 };
      if (failures.length > 0 && !options.allowErrors) {
        settle({ ...base, failure: 'not run, because an earlier cell failed' });
        continue;
      }
      const list = new OutputList(displays);
      const start = performance.now();
      let failure: string | undefined;
      let count: number | null = null;
      try {
        const { reply, published } = await kernel.execute(
          source,
          { stop_on_error: !options.allowErrors && !raises(cell) },
          limit,
        );
        for (const message of published) list.add(message);
        count = reply.execution_count ?? null;
        failure = failureOf(reply, cell);
        if (!failure && at === cells.length - 1) failure = await leftBehind(kernel);
      } catch (error) {
        failure = (error as Error).message;
        await kernel.interrupt().catch(() => undefined);
      }
      const stored = executed.cells[index]!;
      stored.outputs = list.outputs;
      stored.execution_count = count;
      // When an earlier run began and ended says nothing of this one.
      delete stored.metadata.execution;
      const seconds = (performance.now() - start) / 1000;
      if (failure) failures.push(`cell ${index} (${id}): ${failure}`);
      settle({ ...base, outputs: list.outputs, seconds, failure });
    }
    if (failures.length === 0) await options.afterwards?.(kernel, path);
  } finally {
    await kernel.close();
  }
  if (failures.length > 0 && !options.allowErrors) throw new Error(`${path}: ${failures.join('\n')}`);
  return executed;
}

/** Why a reply means that its cell failed; an error that the cell announces is none. */
function failureOf(reply: Content, cell: NotebookCell): string | undefined {
  if (reply.status === 'ok') return undefined;
  if (reply.status !== 'error') return `the kernel answered "${reply.status}", so the cell was not run`;
  if (raises(cell)) return undefined;
  return (reply.traceback as string[]).join('\n');
}

/** Whether the cell announces that it throws. */
function raises(cell: NotebookCell): boolean {
  return cell.metadata.tags?.includes('raises-exception') === true;
}

/** Errors after the last cell's end are reported with the next one: an empty cell asks for them. */
async function leftBehind(kernel: KernelClient): Promise<string | undefined> {
  await new Promise((resolve) => setTimeout(resolve, LAST_ERRORS_MS));
  const { reply } = await kernel.execute('', { silent: true }, 10_000);
  return reply.status === 'error' ? (reply.traceback as string[]).join('\n') : undefined;
}

/** A failed cell as a person wants to see it: where it is, its source, what it showed, and why it failed. */
export function cellReport(
  path: string,
  { index, id, source, outputs, failure, seconds }: CellResult,
): string {
  const shown = outputs.map((o) =>
    joinLines(o.text ?? o.data?.['text/plain'] ?? o.traceback?.join('\n') ?? ''),
  );
  const parts = [`${path}, cell ${index} (${id}), ${seconds.toFixed(1)} s`, '--- source', source];
  if (shown.length > 0) parts.push('--- output', ...shown.map((text) => cutText(text, 4000)));
  return [...parts, '--- failure', failure ?? 'none'].join('\n');
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  const made = {} as Deferred<T>;
  made.promise = new Promise<T>((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** Lets a number of tasks run at a time, in the order they came. */
export class Slots {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
