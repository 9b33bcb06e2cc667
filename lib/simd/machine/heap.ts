import { fail } from '../../errors';
import { WebAssembly } from './webassembly';

const PAGE = 65536;
/** Blocks begin at a cache line, so that no two threads write into one. */
const ALIGN = 64;
/** The first bytes are the crew's control words, and address 0 means "no tensor". */
const RESERVED = 1024;

interface Gap {
  at: number;
  bytes: number;
}

const round = (bytes: number) => Math.ceil(Math.max(bytes, 1) / ALIGN) * ALIGN;

/** 123456789 → '0.12 GB' */
export const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;

/** The memory that the kernels work in, and who has which part of it. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  private readonly limit: number;
  /** Free stretches by address, never touching each other */
  private readonly gaps: Gap[] = [];
  private readonly taken = new Map<number, number>();
  private end = RESERVED;
  private used = 0;

  /** @param shared whether workers can have the memory too */
  constructor(shared: boolean) {
    const [memory, pages] = largestMemory(shared);
    this.memory = memory;
    this.shared = shared;
    this.limit = pages * PAGE - PAGE;
  }

  /** Bytes in use, and bytes the memory has grown to. */
  usage(): { used: number; reserved: number } {
    return { used: this.used, reserved: this.memory.buffer.byteLength };
  }

  /** Whether `bytes` in one piece can be had. */
  hasRoom(bytes: number): boolean {
    const size = round(bytes);
    return this.limit - this.end >= size || this.gaps.some((gap) => gap.bytes >= size);
  }

  /** @throws RecurrentError with both numbers where there is not so much */
  allocate(bytes: number, where: string): number {
    const size = round(bytes);
    let best = -1;
    for (let i = 0; i < this.gaps.length; i++) {
      const { bytes: free } = this.gaps[i];
      if (free >= size && (best < 0 || free < this.gaps[best].bytes)) best = i;
    }
    const at = best < 0 ? this.extend(size, where) : this.takeFrom(best, size);
    this.taken.set(at, size);
    this.used += size;
    return at;
  }

  free(at: number): void {
    const bytes = this.taken.get(at);
    if (bytes === undefined) throw new RangeError(`nothing is allocated at ${at}`);
    this.taken.delete(at);
    this.used -= bytes;
    let i = this.gaps.findIndex((gap) => gap.at > at);
    if (i < 0) i = this.gaps.length;
    this.gaps.splice(i, 0, { at, bytes });
    this.join(i);
    this.join(i - 1);
    const last = this.gaps.at(-1);
    if (last && last.at + last.bytes === this.end) {
      this.end = last.at;
      this.gaps.pop();
    }
  }

  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count);
  }

  integers(at: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, count);
  }

  shorts(at: number, count: number): Int16Array {
    return new Int16Array(this.memory.buffer, at, count);
  }

  private takeFrom(index: number, size: number): number {
    const gap = this.gaps[index];
    const { at } = gap;
    gap.at += size;
    gap.bytes -= size;
    if (gap.bytes === 0) this.gaps.splice(index, 1);
    return at;
  }

  private extend(size: number, where: string): number {
    const at = this.end;
    if (at + size > this.limit) {
      fail(
        where,
        `needs ${gigabytes(size)} of the kernels' memory; of ${gigabytes(this.limit)}, ` +
          `${gigabytes(this.limit - at)} is free in one piece`,
      );
    }
    const missing = at + size - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch {
        fail(where, `needs ${gigabytes(size)} more memory, and the system gives no more`);
      }
    }
    this.end = at + size;
    return at;
  }

  private join(i: number): void {
    const gap = this.gaps[i];
    const next = this.gaps[i + 1];
    if (gap && next && gap.at + gap.bytes === next.at) {
      gap.bytes += next.bytes;
      this.gaps.splice(i + 1, 1);
    }
  }
}

/** The largest memory the system lets reserve, up to wasm's 4 GB; pages are taken as they are used. */
function largestMemory(shared: boolean): [WebAssembly.Memory, number] {
  for (let pages = 65536; ; pages /= 2) {
    try {
      return [new WebAssembly.Memory({ initial: 16, maximum: pages, shared }), pages];
    } catch (error) {
      if (pages <= 1024) throw error;
    }
  }
}
