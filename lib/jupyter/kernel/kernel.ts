import type { CellError, DoneFrame, FromCell } from '../protocol/cell';
import { codeFrame } from '../protocol/code-frame';
import type { Problem } from '../protocol/compiler';
import type { Content, Message } from '../protocol/wire';
import { CellProcess } from './cell-process';
import { Compiler } from './compiler-worker';
import { History } from './history';

/** How the kernel reaches the front ends. */
export interface FrontEnds {
  publish(type: string, content: Content, parent: Message | undefined): void;
  reply(request: Message, content: Content): void;
  askInput(request: Message, prompt: string, password: boolean): void;
}

interface Current {
  id: number;
  request: Message;
  silent: boolean;
  /** Whether the cell has a number and a place in the history of its own. */
  stores: boolean;
  count: number;
  /** Set while the cell is compiled. */
  giveUp?: () => void;
  /** Set while the cell's process runs it. */
  finish?: (done: DoneFrame) => void;
}

/** Messages that were sent together arrive within this time; after an error it decides what was already queued. */
const ABORT_WINDOW_MS = 20;
/** Cells whose late output still finds its way. */
const REMEMBERED_CELLS = 1000;

/** Runs cells in order, and knows for each what came of it. */
export class Kernel {
  readonly compiler = new Compiler();
  readonly #history = new History();
  readonly #queue: Message[] = [];
  readonly #requests = new Map<number, { request: Message; silent: boolean }>();
  /** Undefined after the process has died; the next cell starts another. */
  #process: CellProcess | undefined;
  #current: Current | undefined;
  #count = 0;
  #cells = 0;
  /** Errors nobody handled while no cell ran; the cell that ends next reports them. */
  #late: CellError[] = [];

  constructor(private readonly front: FrontEnds) {
    this.#process = this.#startProcess();
  }

  /** Whether a cell runs, and for whom. */
  get running(): Message | undefined {
    return this.#current?.request;
  }

  execute(request: Message): void {
    this.#queue.push(request);
    if (!this.#current) void this.#work();
  }

  interrupt(): void {
    const current = this.#current;
    if (!current) return;
    current.giveUp?.();
    if (current.finish) this.#process?.interrupt(current.id);
  }

  answerInput(text: string): void {
    this.#process?.send({ type: 'input', text });
  }

  history(request: Content): unknown[] {
    return this.#history.select(request);
  }

  async close(): Promise<void> {
    this.#process?.close();
    await this.compiler.close();
  }

  async #work(): Promise<void> {
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      this.front.publish('status', { execution_state: 'busy' }, request);
      const content = await this.#run(request).catch((error) => failure(describe('KernelError', error)));
      const stops = content.status === 'error' && request.content.stop_on_error !== false;
      if (stops) await new Promise((resolve) => setTimeout(resolve, ABORT_WINDOW_MS));
      const aborted = stops ? this.#queue.splice(0) : [];
      this.#current = undefined;
      this.front.reply(request, content);
      this.front.publish('status', { execution_state: 'idle' }, request);
      for (const other of aborted) {
        this.front.publish('status', { execution_state: 'busy' }, other);
        this.front.reply(other, { status: 'aborted', execution_count: this.#count });
        this.front.publish('status', { execution_state: 'idle' }, other);
      }
    }
  }

  async #run(request: Message): Promise<Content> {
    const { code, silent = false, store_history = !silent, allow_stdin = false } = request.content;
    const user_expressions = request.content.user_expressions ?? {};
    const source = typeof code === 'string' ? code : '';
    const blank = source.trim() === '';
    const stores = store_history && !silent && !blank;
    if (stores) this.#history.add(++this.#count, source);
    const id = ++this.#cells;
    const current: Current = { id, request, silent, stores, count: this.#count };
    this.#current = current;
    this.#remember(id, request, silent);
    if (!silent) this.front.publish('execute_input', { code: source, execution_count: this.#count }, request);
    const ok = { status: 'ok', execution_count: current.count, user_expressions: {}, payload: [] };
    let error: CellError | undefined;
    let evaluated: Content = {};
    if (!blank || Object.keys(user_expressions).length > 0) {
      const label = stores ? String(current.count) : `${current.count}+${id}`;
      const givenUp = new Promise<undefined>((resolve) => {
        current.giveUp = () => resolve(undefined);
      });
      const made = await Promise.race([this.compiler.call('compile', source), givenUp]);
      current.giveUp = undefined;
      const { problems = [], compiled } = made ?? {};
      if (!made) error = describe('Interrupted', 'the cell was interrupted');
      else if (problems.length > 0) error = describeProblems(problems, source, label);
      else if (compiled) {
        const options = { allowInput: allow_stdin === true, userExpressions: user_expressions };
        const done = await new Promise<DoneFrame>((resolve) => {
          current.finish = resolve;
          this.#process ??= this.#startProcess();
          this.#process.send({ type: 'execute', cell: id, source, label, compiled, options });
        });
        current.finish = undefined;
        await this.compiler.call('commit', done.lost);
        error = done.error;
        evaluated = done.userExpressions;
      } else await this.compiler.call('commit', []);
    }
    error = withLate(error, this.#late.splice(0));
    if (!error) return { ...ok, user_expressions: evaluated };
    if (!silent) this.front.publish('error', { ...error }, request);
    return { ...failure(error), execution_count: current.count };
  }

  #startProcess(): CellProcess {
    return new CellProcess({
      frame: (frame) => this.#receive(frame),
      raw: (name, text) => this.#publish(this.#cells, 'stream', { name, text }),
      died: (how) => {
        this.#process = undefined;
        void this.compiler.call('reset');
        const message = `the process that ran the cells has ended (${how}); all variables are lost, run the cells again`;
        const hint =
          how === 'SIGABRT'
            ? '. It may have run out of memory: NODE_OPTIONS=--max-old-space-size=8192 gives it more'
            : '';
        const error = describe('ProcessEnded', message + hint);
        const cell = this.#current?.id ?? 0;
        if (this.#current?.finish)
          this.#current.finish({ type: 'done', cell, error, lost: [], userExpressions: {} });
        else this.#late.push(error);
      },
    });
  }

  #receive(frame: FromCell): void {
    switch (frame.type) {
      case 'stream':
        this.#publish(frame.cell, 'stream', { name: frame.name, text: frame.text });
        break;
      case 'display': {
        const type = frame.update ? 'update_display_data' : 'display_data';
        this.#publish(frame.cell, type, {
          data: frame.data,
          metadata: {},
          transient: { display_id: frame.id },
        });
        break;
      }
      case 'result': {
        const count = this.#current?.count ?? this.#count;
        if (this.#current?.stores) this.#history.setOutput(count, String(frame.data['text/plain'] ?? ''));
        this.#publish(frame.cell, 'execute_result', {
          data: frame.data,
          metadata: {},
          execution_count: count,
        });
        break;
      }
      case 'clear':
        this.#publish(frame.cell, 'clear_output', { wait: frame.wait });
        break;
      case 'input':
        if (this.#current) this.front.askInput(this.#current.request, frame.prompt, frame.password);
        break;
      case 'late':
        this.#late.push(frame.error);
        this.#publish(frame.cell, 'stream', {
          name: 'stderr',
          text: `${frame.error.traceback.join('\n')}\n`,
        });
        break;
      case 'done':
        if (this.#current?.id === frame.cell) this.#current.finish?.(frame);
    }
  }

  #publish(cell: number, type: string, content: Content): void {
    const from = this.#requests.get(cell);
    if (!from?.silent) this.front.publish(type, content, from?.request);
  }

  #remember(id: number, request: Message, silent: boolean): void {
    this.#requests.set(id, { request, silent });
    this.#requests.delete(id - REMEMBERED_CELLS);
  }
}

function describe(ename: string, message: unknown): CellError {
  const evalue = message instanceof Error ? message.message : String(message);
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

function failure(error: CellError): Content {
  return { status: 'error', ...error, user_expressions: {}, payload: [] };
}

/** A cell's own error, then those that earlier cells left behind and nobody has seen. */
function withLate(error: CellError | undefined, late: CellError[]): CellError | undefined {
  if (late.length === 0) return error;
  const first = error ?? late[0]!;
  const traceback = error ? [...error.traceback] : [];
  for (const one of late) traceback.push('Nobody handled this error of an earlier cell:', ...one.traceback);
  return { ...first, traceback };
}

/** Codes below are those of TypeScript's parser. */
const FIRST_TYPE_ERROR = 2000;

function describeProblems(all: Problem[], source: string, label: string): CellError {
  const length = source.split('\n').length;
  // tslab adds a line of its own, which suffers from an error before it.
  const inside = all.filter(({ line, fileName }) => fileName || line <= length);
  const problems = inside.length > 0 ? inside : all.slice(0, 1);
  const traceback = problems.flatMap(({ line, column, length, code, message, fileName }) => {
    const place = `${fileName ?? `In[${label}]`}:${line}:${column}`;
    const head = `${place} - error${code ? ` TS${code}` : ''}: ${message}`;
    return fileName ? [head] : [head, ...codeFrame(source, { line, column }, length)];
  });
  const first = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const ename = first.code < FIRST_TYPE_ERROR ? 'SyntaxError' : 'TypeError';
  return { ename, evalue: `${first.message}${more}`, traceback };
}
