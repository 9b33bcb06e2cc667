import { fail } from '../../errors';
import { readLines } from './lines';
import { count } from './row-table';
import { type JudgementOptions, MOST_KNOWN, Spellings } from './spellings';

/** Two words and how similar people find them. */
export type WordPair = readonly [a: string, b: string, similarity: number];

/** What `WordVectors.wordPairs` gives. */
export interface WordPairsReport {
  /** Pearson's correlation of the people's and the vectors' similarities; NaN where one of them is constant. */
  readonly pearson: number;
  /** Spearman's: Pearson's of the ranks, equal ones having their mean rank. */
  readonly spearman: number;
  /** Pairs whose two words are known; only they count. */
  readonly covered: number;
  readonly pairs: number;
  /** The share of pairs with an unknown word, 0 … 1. */
  readonly unknownShare: number;
}

/** What `WordVectors.wordPairs` may be told. */
export interface WordPairsOptions extends JudgementOptions {
  /** What parts the fields of a file. Default: a tab. */
  delimiter?: string;
}

const WHERE = 'WordVectors.wordPairs';

/**
 * Reads pairs: two words and a number a line, parted by `delimiter`. A line that begins with `#` is a comment, and the
 * first line of others may be a header.
 */
export async function readWordPairs(path: string, delimiter: string): Promise<WordPair[]> {
  const pairs: WordPair[] = [];
  const lines = (await readLines(WHERE, path)).filter(([, line]) => !line.startsWith('#'));
  for (const [i, [number, line]] of lines.entries()) {
    const [a, b, similarity, ...more] = line.split(delimiter).map((field) => field.trim());
    const value = similarity ? Number(similarity) : Number.NaN;
    if (a && b && more.length === 0 && Number.isFinite(value)) pairs.push([a, b, value]);
    // A header has as many fields, and names in all of them.
    else if (i > 0 || !similarity || more.length > 0) {
      fail(
        `${WHERE}: ${path}, line ${number}`,
        `expected two words and a number, parted by ${JSON.stringify(delimiter)}, got ${JSON.stringify(line.slice(0, 60))}`,
      );
    }
  }
  return pairs;
}

/** Refuses what is no list of pairs. */
export function checkWordPairs(pairs: readonly WordPair[]): readonly WordPair[] {
  if (!Array.isArray(pairs)) fail(WHERE, `expected a path or a list of pairs, got ${typeof pairs}`);
  const wrong = (pairs as readonly WordPair[]).findIndex((pair) => {
    const [a, b, similarity] = Array.isArray(pair) ? pair : [];
    return typeof a !== 'string' || typeof b !== 'string' || !Number.isFinite(similarity);
  });
  if (wrong >= 0) fail(WHERE, `expected two words and a number a pair, got others at pair ${wrong}`);
  return pairs;
}

/** Pearson's r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²). */
function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i] - meanX, y[i] - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
}

/** Each value's rank, from 1 on; equal ones have the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) result[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

/** How similarities agree with people's judgement; see `WordVectors.wordPairs`. */
export function scorePairs(
  pairs: readonly WordPair[],
  words: readonly string[],
  cosine: (i: number, j: number) => number,
  { restrict = MOST_KNOWN, caseInsensitive = true }: JudgementOptions,
): WordPairsReport {
  const spellings = new Spellings(words, restrict, caseInsensitive);
  const known = pairs.flatMap(([a, b, judged]) => {
    const [i, j] = [spellings.place(a), spellings.place(b)];
    return i === undefined || j === undefined ? [] : [{ judged, cosine: cosine(i, j) }];
  });
  if (known.length < 2) {
    fail(
      WHERE,
      `expected at least two pairs of known words, got ${known.length} of ${count(pairs.length)} pairs`,
    );
  }
  const judged = known.map((pair) => pair.judged);
  const cosines = known.map((pair) => pair.cosine);
  return {
    pearson: pearson(judged, cosines),
    spearman: pearson(ranks(judged), ranks(cosines)),
    covered: known.length,
    pairs: pairs.length,
    unknownShare: (pairs.length - known.length) / pairs.length,
  };
}
