import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../errors';
import { Crew } from './crew';
import { Heap } from './heap';
import { compile, instantiate, type Machine } from './kernels';
import { soloMachine } from './solo';

/** RECURRENT_THREADS, or as many as there are cores. */
function threadsWanted(): number {
  const asked = process.env.RECURRENT_THREADS;
  if (!asked) return availableParallelism();
  const threads = Number(asked);
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    fail('RECURRENT_THREADS', `must be a whole number from 1 to 256, got "${asked}"`);
  }
  return threads;
}

/** A machine with `threads` threads; where memory can't be shared, with one. */
export function startMachine(threads = threadsWanted()): Machine {
  const load = (file: string) => compile(readFileSync(join(__dirname, '..', file)));
  if (typeof SharedArrayBuffer !== 'function') return soloMachine(load('kernels-single.wasm'));
  const module = load('kernels.wasm');
  const heap = new Heap(true);
  const kernels = instantiate(module, heap.memory);
  return { kernels, heap, crew: new Crew(module, kernels, heap, threads) };
}

let running: Machine | null = null;
let broken: Error | null = null;

/** The process' one machine, started at first use. */
export function machine(): Machine {
  if (broken) throw broken;
  try {
    return (running ??= startMachine());
  } catch (error) {
    broken = error as Error;
    throw error;
  }
}

/** The machine, or null where there can be none: without wasm SIMD, say. */
export function machineOrNull(): Machine | null {
  return machineFault() === null ? machine() : null;
}

/** Why the kernels can't run here, or null. */
export function machineFault(): string | null {
  if (running) return null;
  try {
    machine();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the kernels run on: threads, bytes of memory in use and taken from the system. */
export function simdInfo(): {
  threads: number;
  present: number;
  why: string;
  used: number;
  reserved: number;
} {
  const { crew, heap } = machine();
  return { threads: crew.threads, present: crew.present, why: crew.why, ...heap.usage() };
}

/** Replaces the machine by one with another number of threads; for tests. The old one must be out of use. */
export async function restartMachine(threads?: number): Promise<Machine> {
  const old = running;
  running = startMachine(threads);
  broken = null;
  await old?.crew.stop();
  return running;
}
