import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KernelClient, type KernelOptions } from 'recurrent-lab/jupyter';
import { type BenchRow, measured } from './result';

const root = join(__dirname, '..', '..');

/** Starts in a round of turns, and warm cells timed in each kernel. */
const STARTS = 5;
const WARM_UP = 30;
const CELLS = 100;

interface Times {
  start: number[];
  cell: number[];
}

/**
 * Our kernel beside ipykernel, in turns: from starting the process to the first result of `1 + 1`, in seconds, and
 * the round trip of a further cell until its kernel is idle again, in milliseconds. Without the course's Python
 * environment ipykernel is left out. Both are encrypted.
 */
export async function rows(): Promise<BenchRow[]> {
  const python = join(root, '.venv', 'bin', 'python');
  const ipython: KernelOptions = { argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'] };
  const kernels = new Map<string, KernelOptions>([['ours', {}]]);
  if (existsSync(python)) kernels.set('ipykernel', ipython);
  const times = new Map<string, Times>();
  for (const name of kernels.keys()) times.set(name, { start: [], cell: [] });
  for (let i = 0; i < STARTS; i++) {
    for (const [name, options] of kernels) await timeKernel(options, times.get(name)!, i === STARTS - 1);
  }
  const row = (name: string, unit: string, of: keyof Times): BenchRow => ({
    name,
    unit,
    ours: measured(times.get('ours')![of]),
    peers: kernels.has('ipykernel')
      ? { ipykernel: { ...measured(times.get('ipykernel')![of]), version: ipythonVersion } }
      : {},
  });
  return [row('kernel/start-to-first-result', 's', 'start'), row('kernel/warm-cell', 'ms', 'cell')];
}

let ipythonVersion = '';

async function timeKernel(options: KernelOptions, times: Times, cells: boolean): Promise<void> {
  const start = performance.now();
  const kernel = await KernelClient.start({ cwd: join(root, 'notebooks'), ...options });
  try {
    await kernel.execute('1 + 1', {}, 60_000);
    times.start.push((performance.now() - start) / 1000);
    if (!cells) return;
    const info = await kernel.request('kernel_info_request');
    if (options.argv) ipythonVersion = info.content.implementation_version;
    for (let i = 0; i < WARM_UP + CELLS; i++) {
      const before = performance.now();
      await kernel.execute(`${i} + 1`, {}, 60_000);
      if (i >= WARM_UP) times.cell.push(performance.now() - before);
    }
  } finally {
    await kernel.close();
  }
}
