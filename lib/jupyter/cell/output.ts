import { writeSync } from 'node:fs';
// From the module, not the global: a cell's timers are watched, the kernel's own are not.
import { setImmediate } from 'node:timers';
import { cutText } from '../../display/cut-text';
import { type FromCell, OUTPUT_FD } from '../protocol/cell';
import { WrittenText } from './written-text';

/** What one cell may write: text, and rich output. Beyond it only the amount is counted. */
const MAX_TEXT = 1 << 20;
const MAX_RICH = 64 << 20;
/** Writes that go out at once in each window; a flood beyond is collected, so that its frames are few and large. */
const EAGER_WRITES = 50;
const WINDOW_MS = 50;
const MAX_PENDING = 1 << 16;

const STREAMS = ['stdout', 'stderr'] as const;
type StreamName = (typeof STREAMS)[number];

/** What a cell has written so far. */
class CellOutputState {
  readonly stdout = new WrittenText();
  readonly stderr = new WrittenText();
  text = 0;
  rich = 0;
  dropped = 0;
}

/** The output of the cells in this process, on its way to the kernel. */
export class CellOutput {
  readonly #cells = new Map<number, CellOutputState>();
  #pending: { cell: number; name: StreamName; text: string } | undefined;
  #flushing = false;
  #windowStart = 0;
  #written = 0;
  /** Bundles that are still being made; later output waits, so that everything shows in the order it was written. */
  #making: Promise<void> | undefined;

  /** @param onError is told of a display whose bundle could not be made */
  constructor(private readonly onError: (cell: number, error: unknown) => void) {}

  /** Sends what was written; the bytes of a letter that is not yet whole wait for the rest of it. */
  stream(cell: number, name: StreamName, piece: string | Uint8Array): void {
    this.#text(cell, name, this.#of(cell)[name].add(piece));
  }

  #text(cell: number, name: StreamName, text: string): void {
    if (this.#making) this.#after(cell, () => this.#stream(cell, name, text));
    else this.#stream(cell, name, text);
  }

  /** Sends a frame after all text written before it. */
  send(frame: Extract<FromCell, { cell: number }>): void {
    if (this.#making) this.#after(frame.cell, () => this.#send(frame));
    else this.#send(frame);
  }

  /** Sends a display or result; its bundle may still have to be made. */
  rich(
    frame: Extract<FromCell, { type: 'display' | 'result' }>,
    bundle: Record<string, unknown> | Promise<Record<string, unknown>>,
  ): void {
    if (bundle instanceof Promise || this.#making) {
      this.#after(frame.cell, async () => this.#rich(frame, await bundle));
    } else this.#rich(frame, bundle);
  }

  /** Resolves when all output so far has been sent. */
  async settle(): Promise<void> {
    while (this.#making) await this.#making;
    this.flush();
  }

  /** Says what was left out of a cell's output, and frees its counters. */
  finish(cell: number): void {
    for (const name of STREAMS) this.#text(cell, name, this.#of(cell)[name].end());
    if (this.#making) this.#after(cell, () => this.#finish(cell));
    else this.#finish(cell);
  }

  flush(): void {
    if (this.#pending) writeFrame({ type: 'stream', ...this.#pending });
    this.#pending = undefined;
  }

  #finish(cell: number): void {
    this.flush();
    const { dropped } = this.#of(cell);
    if (dropped > 0) {
      const text = `\n… ${dropped.toLocaleString('en')} more characters of output are not shown\n`;
      writeFrame({ type: 'stream', cell, name: 'stderr', text });
    }
    this.#cells.delete(cell);
  }

  #after(cell: number, step: () => void | Promise<void>): void {
    const made: Promise<void> = (this.#making ?? Promise.resolve())
      .then(step)
      .catch((error) => this.onError(cell, error))
      .then(() => {
        if (this.#making === made) this.#making = undefined;
      });
    this.#making = made;
  }

  #send(frame: FromCell): void {
    this.flush();
    writeFrame(frame);
  }

  #rich(frame: Extract<FromCell, { type: 'display' | 'result' }>, data: Record<string, unknown>): void {
    if (Object.keys(data).length === 0) return;
    this.flush();
    const counts = this.#of(frame.cell);
    const replaces = frame.type === 'display' && frame.update;
    const json = JSON.stringify({ ...frame, data });
    if (replaces ? json.length > MAX_RICH : counts.rich + json.length > MAX_RICH) {
      counts.dropped += json.length;
      return;
    }
    if (!replaces) counts.rich += json.length;
    writeJson(json);
  }

  #stream(cell: number, name: StreamName, text: string): void {
    const counts = this.#of(cell);
    const room = Math.max(0, MAX_TEXT - counts.text);
    counts.text += text.length;
    const fits = cutText(text, room);
    counts.dropped += text.length - fits.length;
    if (fits === '') return;
    if (this.#pending?.cell === cell && this.#pending.name === name) this.#pending.text += fits;
    else {
      this.flush();
      this.#pending = { cell, name, text: fits };
    }
    const now = performance.now();
    if (now - this.#windowStart > WINDOW_MS) {
      this.#windowStart = now;
      this.#written = 0;
    }
    if (this.#written++ < EAGER_WRITES || this.#pending.text.length > MAX_PENDING) this.flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => {
        this.#flushing = false;
        this.flush();
      });
    }
  }

  #of(cell: number): CellOutputState {
    let state = this.#cells.get(cell);
    if (!state) this.#cells.set(cell, (state = new CellOutputState()));
    return state;
  }
}

function writeFrame(frame: FromCell): void {
  writeJson(JSON.stringify(frame));
}

/** A frame is its length in bytes, four of them, and JSON. */
function writeJson(json: string): void {
  const body = Buffer.from(json);
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, 4);
  for (let at = 0; at < frame.length; ) {
    try {
      at += writeSync(OUTPUT_FD, frame, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
