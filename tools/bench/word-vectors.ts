import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, WordVectors } from 'recurrent-lab';
import { Peer, pythonWith } from './peer';
import { type BenchRow, measured } from './result';

const root = join(__dirname, '..', '..');

/** As many words as GloVe's of 6 billion tokens have in an English dictionary of npm, and their 100 dimensions. */
const [WORDS, DIMENSION] = [341_479, 100];
const QUERIES = 20;

/** Vectors of five digits, as Stanford writes them, for distinct words of some letters. */
function makeVectors(): WordVectors {
  const random = Random.seeded(1);
  const words = Array.from({ length: WORDS }, (_, i) => `${(i * 7919 + 13).toString(36)}x`);
  const numbers = Float32Array.from(
    { length: WORDS * DIMENSION },
    () => Math.round(random.uniform() * 2e5 - 1e5) / 1e5,
  );
  return WordVectors.from(words, numbers);
}

/**
 * Word vectors in a text file of 300 MB: the time to load it, and that of the ten most similar words to one, once the
 * lengths and the kernels' copy are there. gensim loads it once, because that takes it long.
 */
export async function wordVectorRows(rounds: number, wanted: (row: string) => boolean): Promise<BenchRow[]> {
  const names = ['word-vectors/load', 'word-vectors/query'];
  if (!names.some(wanted)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'recurrent-bench-'));
  const python = pythonWith('gensim', root);
  if (!python) console.error('bench: no python with gensim (set RECURRENT_PYTHON); gensim is left out');
  const gensim = python ? await Peer.start(python, [join(root, 'tools', 'bench', 'gensim-peer.py')]) : null;
  try {
    const path = join(folder, 'vectors.txt');
    let vectors = makeVectors();
    await vectors.save(path, { format: 'glove' });
    const load: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      vectors = await WordVectors.load(path);
      load.push((performance.now() - start) / 1000);
    }
    const asked = vectors.words.filter((_, i) => i % Math.floor(WORDS / QUERIES) === 0);
    vectors.mostSimilar(asked[0]);
    const query: number[] = [];
    for (const word of asked) {
      const start = performance.now();
      vectors.mostSimilar(word);
      query.push((performance.now() - start) / 1000);
    }
    const loadedByGensim = (await gensim?.times({ task: 'load', path, runs: 1 })) ?? [];
    const askedGensim = (await gensim?.times({ task: 'query', words: asked })) ?? [];
    const row = (name: string, ours: number[], theirs: number[]): BenchRow => ({
      name,
      unit: 's',
      ours: measured(ours),
      peers: gensim ? { gensim: { ...measured(theirs), version: gensim.version } } : {},
    });
    return [row(names[0], load, loadedByGensim), row(names[1], query, askedGensim)].filter(({ name }) =>
      wanted(name),
    );
  } finally {
    gensim?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
