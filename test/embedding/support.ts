import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadWordVectorsOptions, WordVectors } from 'recurrent-lab';

export const FIXTURES = join(__dirname, 'fixtures');
const SHARED = join(__dirname, '..', '..', '..', 'shared', 'data');

/** What gensim said, as make-gensim.py wrote it. */
export interface GensimAnswers {
  words: string[];
  dimension: number;
  bits: number[];
  similarities: [a: string, b: string, similarity: number][];
  queries: {
    positive: (string | number[] | [string, number])[];
    negative: (string | number[] | [string, number])[];
    topN: number;
    restrict: number | null;
    method: '3CosAdd' | '3CosMul';
    found: [word: string, similarity: number][];
  }[];
  doesntMatch: [words: string[], word: string][];
  accuracy: { restrict: number; caseInsensitive: boolean; sections: [right: number, covered: number][] }[];
  pairs: { pearson: number; spearman: number; unknownShare: number };
  floats: [bits: number, text: string][];
}

export const gensim: GensimAnswers = JSON.parse(readFileSync(join(FIXTURES, 'gensim.json'), 'utf8'));

/** The numbers that the fixtures' files hold. */
export const numbers = new Float32Array(Uint32Array.from(gensim.bits).buffer);

/** The vectors that gensim was asked about. */
export function askedVectors(): WordVectors {
  const asked = numbers.slice();
  asked.fill(0.1, 3 * gensim.dimension, 4 * gensim.dimension);
  return WordVectors.from(gensim.words, asked);
}

/** A real file that is not part of the project; the test is skipped where it is absent. */
export function shared(context: Mocha.Context, name: string): string {
  const path = join(SHARED, name);
  if (!existsSync(path)) {
    console.log(`      skipped: ../shared/data/${name} is absent`);
    context.skip();
  }
  return path;
}

/** A folder for the suite that it is called in; gives the path of a file in it, written with what is given. */
export function scratch(): (name: string, content?: Uint8Array | string) => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'recurrent-embedding-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };
}

/** All numbers, as they lie in memory, so that -0 is not 0. */
export const bitsOf = (vectors: WordVectors): Uint32Array => {
  const all = new Float32Array(vectors.size * vectors.dimension);
  for (const [i, word] of vectors.words.entries()) all.set(vectors.vector(word), i * vectors.dimension);
  return new Uint32Array(all.buffer);
};

/** What loading is refused with, without the path; or `read`. */
export async function refusal(path: string, options?: LoadWordVectorsOptions): Promise<string> {
  try {
    await WordVectors.load(path, options);
    return 'read';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message.replace(path, 'FILE')}`;
  }
}

/** Numbers from 0 to below 1, the same ones for a seed. */
export function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
