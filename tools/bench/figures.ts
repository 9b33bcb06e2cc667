import { join } from 'node:path';
import { lineChart, saveChart } from 'recurrent-lab';
import type { BenchRow } from './result';

interface Point extends Record<string, string | number> {
  engine: string;
  value: number;
  ms: number;
}

/** The points of each sweep: `sweep/gru/units=64` is a point of the sweep `gru/units`. */
function sweepsOf(rows: readonly BenchRow[]): Map<string, Point[]> {
  const sweeps = new Map<string, Point[]>();
  for (const { name, ours, peers } of rows) {
    const [, sweep, value] = /^sweep\/(.+)=(\d+)$/.exec(name) ?? [];
    if (!sweep) continue;
    const points = sweeps.get(sweep) ?? [];
    const engines = { Recurrent: ours, ...(peers.pytorch ? { PyTorch: peers.pytorch } : {}) };
    for (const [engine, { median }] of Object.entries(engines)) {
      points.push({ engine, value: Number(value), ms: median });
    }
    sweeps.set(sweep, points);
  }
  return sweeps;
}

/**
 * Draws each sweep, time against size on logarithmic axes, as `sweep-gru-units.svg` and so on.
 *
 * @param folder an existing one
 * @returns the names of the files
 */
export async function drawSweeps(folder: string, rows: readonly BenchRow[]): Promise<string[]> {
  const names: string[] = [];
  for (const [sweep, points] of sweepsOf(rows)) {
    const [kind, size] = sweep.split('/');
    const name = `sweep-${kind}-${size}.svg`;
    const title = `A training step of ${kind.toUpperCase()} by ${size}`;
    const axes = { x: 'value', y: 'ms', xTitle: size, yTitle: 'ms a step', by: 'engine' };
    await saveChart(lineChart(points, { title, ...axes, log: ['x', 'y'] }), join(folder, name));
    names.push(name);
  }
  return names;
}
