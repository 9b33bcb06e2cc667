import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer, pythonWith } from './peer';
import { type BenchRow, measured } from './result';
import { writeText } from './word2vec-text';

const root = join(__dirname, '..', '..');
const here = (file: string) => join(root, 'tools', 'bench', file);
const THREADS = [1, 2];

/**
 * An epoch of skip-gram with 100 dimensions, window 5, 5 negatives, sample 10⁻³ and minimum count 5, with one thread and
 * with two, in turns with gensim's on the same text. What goes before, counting words above all, is not timed.
 */
export async function word2vecRows(rounds: number, wanted: (row: string) => boolean): Promise<BenchRow[]> {
  const rows = THREADS.map((threads) => ({ threads, name: `word2vec/skip-gram-${threads}` }));
  if (!rows.some(({ name }) => wanted(name))) return [];
  const folder = mkdtempSync(join(tmpdir(), 'recurrent-bench-'));
  const python = pythonWith('gensim', root);
  if (!python) console.error('bench: no python with gensim (set RECURRENT_PYTHON); gensim is left out');
  const gensim = python ? await Peer.start(python, [here('gensim-peer.py')]) : null;
  try {
    const path = join(folder, 'text.txt');
    writeText(path);
    const result: BenchRow[] = [];
    for (const { name, threads } of rows.filter((row) => wanted(row.name))) {
      const env = { ...process.env, RECURRENT_THREADS: String(threads) };
      const own = await Peer.start(process.execPath, ['--require', 'tsx/cjs', here('word2vec-ours.ts')], env);
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        ours.push(...((await own?.times({ path })) ?? []));
        theirs.push(...((await gensim?.times({ task: 'train', path, workers: threads })) ?? []));
      }
      own?.stop();
      const peers: BenchRow['peers'] = gensim
        ? { gensim: { ...measured(theirs), version: gensim.version, threads } }
        : {};
      result.push({ name, unit: 's', ours: measured(ours), peers });
    }
    return result;
  } finally {
    gensim?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
