import type { WordTree } from '../simd/jobs/word2vec-run';

/**
 * The Huffman tree of words by their counts: frequent words have short paths, so that a word's probability is a product
 * of few yes and no.
 *
 * @param counts of each word, in descending order
 * @see D. Huffman, "A method for the construction of minimum-redundancy codes", 1952
 */
export function huffmanTree(counts: ArrayLike<number>): WordTree {
  const words = counts.length;
  const nodes = Math.max(words - 1, 1);
  const weight = Float64Array.from({ length: 2 * words }, (_, i) =>
    i < words ? counts[i] : Number.POSITIVE_INFINITY,
  );
  const parent = new Int32Array(2 * words);
  const second = new Uint8Array(2 * words);
  // Words from the rarest up, and inner nodes in the order in which they are made, are each in ascending order.
  let word = words - 1;
  let inner = words;
  const least = (made: number): number =>
    word >= 0 && weight[word] <= (inner < made ? weight[inner] : Number.POSITIVE_INFINITY) ? word-- : inner++;
  for (let made = words; made < 2 * words - 1; made++) {
    const [a, b] = [least(made), least(made)];
    weight[made] = weight[a] + weight[b];
    parent[a] = made;
    parent[b] = made;
    second[b] = 1;
  }
  const root = 2 * words - 2;
  const starts = new Int32Array(words + 1);
  const path: number[] = [];
  const labels: number[] = [];
  let depth = 0;
  for (let i = 0; i < words; i++) {
    const steps: [node: number, label: number][] = [];
    for (let at = i; at !== root && words > 1; at = parent[at])
      steps.unshift([parent[at] - words, 1 - second[at]]);
    for (const [node, label] of steps) {
      path.push(node);
      labels.push(label);
    }
    depth = Math.max(depth, steps.length);
    starts[i + 1] = path.length;
  }
  return {
    starts,
    nodes: Int32Array.from(path),
    labels: Float32Array.from(labels),
    size: nodes,
    depth: Math.max(depth, 1),
  };
}
