/**
 * npm run bench -- [--json FILE] [--plot FOLDER] [--only PREFIX,…] [--rounds N]
 *
 * Times our training steps, predictions, epochs and products, and those of PyTorch (at its best of 1 and 2
 * threads) and of TensorFlow.js' own layers, in turns: a round is some runs of each, and a row the median of all. Word
 * vectors are timed beside gensim's.
 * With --plot the sweeps over sizes are drawn, as SVG.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { engine, ready, seed } from 'recurrent-lab';
import { epochRows } from './bench/epoch';
import { drawSweeps } from './bench/figures';
import { prepare, time } from './bench/ours';
import { Peer, pythonWith } from './bench/peer';
import { type BenchResult, type BenchRow, measured } from './bench/result';
import { type RowSpec, rowSpecs } from './bench/rows';
import { wordVectorRows } from './bench/word-vectors';
import { word2vecRows } from './bench/word2vec';

const root = join(__dirname, '..');
/** After a peer's run its threads still look for work for a while; ours are not timed meanwhile. */
const PAUSE_MS = 30;

interface Peers {
  pytorch: Peer | null;
  'pytorch-flush-denormal': Peer | null;
  'tfjs-wasm': Peer | null;
}

async function startPeers(): Promise<Peers> {
  const python = pythonWith('torch', root);
  if (!python) console.error('bench: no python with torch (set RECURRENT_PYTHON); PyTorch is left out');
  const script = join(root, 'tools', 'bench', 'pytorch.py');
  const torch = (...more: string[]) =>
    python ? Peer.start(python, [script, ...more]) : Promise.resolve(null);
  const tfjs = join(root, 'tools', 'bench', 'tfjs-peer.ts');
  return {
    pytorch: await torch(),
    'pytorch-flush-denormal': await torch('--flush-denormal'),
    'tfjs-wasm': await Peer.start(process.execPath, ['--require', 'tsx/cjs', tfjs]),
  };
}

async function timeRow(spec: RowSpec, peers: Peers, rounds: number): Promise<BenchRow> {
  const { run, dispose } = prepare('ours', spec);
  const ours: number[] = [];
  const times: Record<string, { version: string; threads?: number; times: number[] }> = {};
  const ask = async (name: keyof Peers, runs: number, last: boolean, threads?: number) => {
    const peer = peers[name];
    if (!peer) return;
    const label = threads ? `${name}-${threads}` : name;
    times[label] ??= { version: peer.version, threads, times: [] };
    const key = spec.row;
    times[label].times.push(...(await peer.times({ ...spec, key, threads, runs, last })));
    await setTimeout(PAUSE_MS);
  };
  for (let round = 0; round < rounds; round++) {
    const last = round === rounds - 1;
    ours.push(...(await time(run, spec.runs)));
    for (const name of ['pytorch', 'pytorch-flush-denormal'] as const) {
      if (name !== 'pytorch' && !spec.row.startsWith('train-step/')) continue;
      await ask(name, spec.runs, false, 1);
      await ask(name, spec.runs, last, 2);
    }
    if (spec.tfjs) await ask('tfjs-wasm', Math.ceil(spec.runs / 4), last);
  }
  dispose();
  return { name: spec.row, unit: 'ms', ours: measured(ours), peers: bestOf(times) };
}

/** A peer's measurements at the number of threads that was faster. */
function bestOf(
  times: Record<string, { version: string; threads?: number; times: number[] }>,
): BenchRow['peers'] {
  const best: BenchRow['peers'] = {};
  for (const [label, { version, threads, times: runs }] of Object.entries(times)) {
    const name = threads ? label.slice(0, label.lastIndexOf('-')) : label;
    const entry = { ...measured(runs), version, ...(threads ? { threads } : {}) };
    if (!best[name] || entry.median < best[name].median) best[name] = entry;
  }
  return best;
}

function describeMachine(): BenchResult['machine'] {
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const { name, version, threads } = engine();
  const cores = availableParallelism();
  return {
    cpu: cpus()[0].model,
    cores,
    memory,
    node: process.version,
    engine: `${name} ${version}`,
    threads,
  };
}

function show({ name, unit, ours, peers }: BenchRow): void {
  const others = Object.entries(peers).map(([peer, { median }]) => {
    return `${peer} ${median} (×${(ours.median / median).toFixed(3)})`;
  });
  console.log(`${name.padEnd(34)} ${String(ours.median).padStart(8)} ${unit}  ${others.join('  ')}`);
}

/** Rows of tools/bench/kernel.ts, which times the notebooks' kernel. */
async function kernelRows(): Promise<BenchRow[]> {
  const path = join(root, 'tools', 'bench', 'kernel.ts');
  if (!existsSync(path)) return [];
  return (await import(path)).rows();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      plot: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`bench: --rounds must be at least 1, got ${values.rounds}`);
  const prefixes = (values.only ?? '').split(',');
  const wanted = (row: string) => prefixes.some((prefix) => row.startsWith(prefix));
  await ready();
  seed(1);
  const result: BenchResult = { machine: describeMachine(), rows: [] };
  const add = (row: BenchRow) => {
    result.rows.push(row);
    show(row);
    if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  };
  const specs = rowSpecs().filter((spec) => wanted(spec.row));
  if (specs.length > 0) {
    const peers = await startPeers();
    for (const spec of specs) add(await timeRow(spec, peers, rounds));
    for (const peer of Object.values(peers)) peer?.stop();
  }
  if (values.plot) {
    mkdirSync(values.plot, { recursive: true });
    for (const name of await drawSweeps(values.plot, result.rows)) console.log(join(values.plot, name));
  }
  for (const row of await epochRows(rounds, wanted)) add(row);
  for (const row of await wordVectorRows(rounds, wanted)) add(row);
  for (const row of await word2vecRows(rounds, wanted)) add(row);
  if (wanted('kernel')) for (const row of await kernelRows()) add(row);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
