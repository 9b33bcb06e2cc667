import type { AliasTables, WordTree } from '#lab/simd/jobs/word2vec-run';

/** Tables of vectors and weights, a row a word. */
export interface Tables {
  vectors: number[][];
  weights: number[][];
}

export interface SlowOptions {
  text: number[];
  place: number;
  window: number;
  seed: number;
  rate: number;
  cbow: boolean;
  negatives?: { count: number; tables: AliasTables };
  tree?: WordTree;
}

function scramble(x: number): number {
  let y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  y = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return (y ^ (y >>> 16)) >>> 0;
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const add = (to: number[], from: number[], factor: number) => {
  from.forEach((value, i) => {
    to[i] += factor * value;
  });
};

/** The neighbours of the word at a place, in the order of the text. */
function neighboursOf({ text, window }: SlowOptions, at: number, draw: number): number[] {
  const reach = 1 + Number((BigInt(draw) * BigInt(window)) >> 32n);
  const [start, end] = [text.lastIndexOf(-1, at) + 1, text.indexOf(-1, at)];
  const last = end < 0 ? text.length : end;
  return text
    .slice(Math.max(start, at - reach), at)
    .concat(text.slice(at + 1, Math.min(last, at + reach + 1)));
}

/** What the word is to be told by: rows of the weights, and whether each is right. */
function targetsOf(
  { negatives, tree }: SlowOptions,
  word: number,
  draw: number,
): [row: number, label: number][] {
  if (tree)
    return Array.from(tree.nodes.slice(tree.starts[word], tree.starts[word + 1]), (node, i) => [
      node,
      tree.labels[tree.starts[word] + i],
    ]);
  const targets = new Map([[word, 1]]);
  const { count, tables } = negatives!;
  for (let n = 0; n < count; n++) {
    draw = (Math.imul(draw, 1664525) + 1013904223) >>> 0;
    const product = BigInt(scramble(draw)) * BigInt(tables.aliases.length);
    const column = Number(product >> 32n);
    const own = Number(product & 0xffffffffn) < tables.thresholds[column];
    const other = own ? column : tables.aliases[column];
    if (!targets.has(other)) targets.set(other, 0);
  }
  return [...targets];
}

/** A batch of the whole text, pair by pair: all errors from the tables as they are, then all changes, word by word. */
export function slowBatch({ vectors, weights }: Tables, options: SlowOptions): void {
  const { text, place, seed, rate, cbow } = options;
  const found = text.flatMap((word, at) => {
    if (word < 0) return [];
    const draw = scramble((Math.imul(place + at, 2654435769) + seed) >>> 0);
    const neighbours = neighboursOf(options, at, draw);
    if (neighbours.length === 0) return [];
    const targets = targetsOf(options, word, draw);
    const mean = vectors[0].map(
      (_, j) => neighbours.reduce((sum, n) => sum + vectors[n][j], 0) / neighbours.length,
    );
    const inputs = cbow ? [mean] : neighbours.map((n) => vectors[n]);
    const errors = inputs.map((h) =>
      targets.map(([row, label]) => rate * (label - sigmoid(dot(h, weights[row])))),
    );
    return [{ neighbours, targets, mean, errors }];
  });
  for (const { neighbours, targets, mean, errors } of found) {
    const rows = targets.map(([row]) => row);
    if (cbow) {
      const before = rows.map((row) => [...weights[row]]);
      const change = mean.map((_, j) => before.reduce((sum, w, t) => sum + errors[0][t] * w[j], 0));
      rows.forEach((row, t) => {
        add(weights[row], mean, errors[0][t]);
      });
      for (const n of neighbours) add(vectors[n], change, 1 / neighbours.length);
    } else {
      // Six targets at a time: the next ones see what these have changed.
      for (let first = 0; first < rows.length; first += 6) {
        const six = rows.slice(first, first + 6);
        const before = six.map((row) => [...weights[row]]);
        neighbours.forEach((n, c) => {
          const v = [...vectors[n]];
          six.forEach((row, t) => {
            add(vectors[n], before[t], errors[c][first + t]);
            add(weights[row], v, errors[c][first + t]);
          });
        });
      }
    }
  }
}
