import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type FromCell, OUTPUT_FD, type ToCell, WATCHDOG_FD } from '../protocol/cell';
import { killGroup } from '../protocol/kill-group';

/** Node checks its stack of asynchronous contexts after each callback, and aborts over one that was terminated. */
const NODE_FLAGS = ['--no-force-async-hooks-checks'];

export interface CellProcessEvents {
  frame(frame: FromCell): void;
  /** Text written past Node, by native code or a child process. */
  raw(name: 'stdout' | 'stderr', text: string): void;
  /** The process ended although nobody asked it to. */
  died(how: string): void;
}

/** The kernel's end of the process that runs the cells. */
export class CellProcess {
  readonly #child: ChildProcess;
  #closed = false;

  constructor(events: CellProcessEvents) {
    const options = {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe', 'pipe'] as const,
      // A group of its own, so that what a cell has started ends with it.
      detached: process.platform !== 'win32',
    };
    this.#child = spawn(
      process.execPath,
      [...NODE_FLAGS, join(__dirname, '..', 'cell', 'main.js')],
      options as never,
    );
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = this.#child[name] as Readable;
      stream.setEncoding('utf8').on('data', (text: string) => events.raw(name, text));
    }
    readFrames(this.#child.stdio[OUTPUT_FD] as Readable, events.frame);
    // Writing to a process that has just died is no error of ours; its end is reported below.
    this.#line.on('error', () => undefined);
    this.#child.on('error', (error) => this.#died(events, error.message));
    // A process that a cell has started may hold the pipes open, and 'close' would not come.
    this.#child.on('exit', () => this.#killGroup());
    this.#child.on('close', (code, signal) => this.#died(events, signal ?? `exit code ${code}`));
  }

  send(message: ToCell): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  interrupt(cell: number): void {
    this.send({ type: 'interrupt', cell });
    this.#line.write('!');
  }

  /** Ends the process; nothing is reported of it any more. */
  close(): void {
    this.#closed = true;
    this.#killGroup();
  }

  #killGroup(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  get #line(): Writable {
    return (this.#child.stdio as unknown[])[WATCHDOG_FD] as Writable;
  }

  #died(events: CellProcessEvents, how: string): void {
    if (this.#closed) return;
    this.#closed = true;
    events.died(how);
  }
}

function readFrames(stream: Readable, receive: (frame: FromCell) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    const header = chunks[0]!.length >= 4 ? chunks[0]! : Buffer.concat(chunks);
    if (size < 4 || size < 4 + header.readUInt32LE()) return;
    const buffer = Buffer.concat(chunks);
    let at = 0;
    while (buffer.length - at >= 4) {
      const end = at + 4 + buffer.readUInt32LE(at);
      if (end > buffer.length) break;
      receive(JSON.parse(buffer.toString('utf8', at + 4, end)));
      at = end;
    }
    chunks = at < buffer.length ? [buffer.subarray(at)] : [];
    size = buffer.length - at;
  });
}
