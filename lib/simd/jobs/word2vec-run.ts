import { Blocks } from '../machine/blocks';
import { Kind, type Machine } from '../machine/kernels';
import { Job, WORD2VEC_FIELDS } from './fields';

/** Targets that the kernels take together. */
const BLOCK = 6;
const SHARDS = 16;

/** Walker's alias tables: a 32-bit threshold for each word, and the word that has the rest of its column. */
export interface AliasTables {
  readonly thresholds: Uint32Array;
  readonly aliases: Int32Array;
}

/** A Huffman tree over the words: of each word, its path from the root. */
export interface WordTree {
  /** Where each word's path begins in `nodes`, and where the last one ends. (words + 1) */
  readonly starts: Int32Array;
  readonly nodes: Int32Array;
  /** 1 where the path takes a node's first child, else 0 */
  readonly labels: Float32Array;
  /** The number of nodes, and steps of the longest path. */
  readonly size: number;
  readonly depth: number;
}

export interface Word2vecPlan {
  readonly words: number;
  readonly vectorSize: number;
  readonly window: number;
  readonly cbow: boolean;
  /** What predicts: negatives, so many, or the tree. */
  readonly by: { readonly negatives: number; readonly tables: AliasTables } | { readonly tree: WordTree };
  readonly seed: number;
  /** The most words in a batch, and in a text. */
  readonly batch: number;
  readonly text: number;
}

/** The tables of word2vec in the kernels' memory, and steps that change them. */
export class Word2vecRun {
  private readonly blocks: Blocks;
  private readonly job: Job<typeof WORD2VEC_FIELDS>;
  private readonly vectors: number;
  private readonly weights: number;
  private readonly text: number;
  private readonly width: number;
  /** Rows of the weights that predict. */
  private readonly outputs: number;
  private readonly multiplications: number;

  constructor(
    private readonly machine: Machine,
    private readonly plan: Word2vecPlan,
  ) {
    const { words, vectorSize, window, cbow, by, batch } = plan;
    this.width = Math.ceil(vectorSize / 4) * 4;
    this.outputs = 'tree' in by ? by.tree.size : words;
    const wanted = 'tree' in by ? by.tree.depth : 1 + by.negatives;
    const targets = Math.ceil(wanted / BLOCK) * BLOCK;
    const blocks = new Blocks(machine.heap, 'word2vec');
    this.blocks = blocks;
    try {
      const table = (rows: number) => this.zeros((rows + 1) * this.width);
      this.vectors = table(words);
      this.weights = table(this.outputs);
      this.text = blocks.take(4 * plan.text);
      this.job = new Job(blocks, WORD2VEC_FIELDS).set({
        ...{ cbow: Number(cbow), width: this.width, text: this.text, window, targets, words },
        ...{ seed: plan.seed, vectors: this.vectors, weights: this.weights, spare: this.outputs },
        ...('tree' in by ? this.treeFields(by.tree) : this.negativeFields(by.negatives, by.tables)),
        counts: blocks.take(4 * batch),
        neighbours: blocks.take(4 * batch * 2 * window),
        chosen: blocks.take(4 * batch * targets),
        errors: blocks.floats(batch * targets * (cbow ? 1 : 2 * window)),
        means: cbow ? blocks.floats(batch * this.width) : 0,
      });
    } catch (error) {
      blocks.free();
      throw error;
    }
    this.multiplications = targets * this.width * (cbow ? 1 : window);
  }

  private zeros(count: number): number {
    const at = this.blocks.floats(count);
    this.machine.heap.floats(at, count).fill(0);
    return at;
  }

  private copyOf(values: Int32Array | Uint32Array | Float32Array): number {
    const at = this.blocks.take(values.byteLength);
    new Uint8Array(this.machine.heap.memory.buffer).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      at,
    );
    return at;
  }

  private negativeFields(negatives: number, { thresholds, aliases }: AliasTables) {
    return { negatives, thresholds: this.copyOf(thresholds), aliases: this.copyOf(aliases) };
  }

  private treeFields({ starts, nodes, labels }: WordTree) {
    return {
      pathStarts: this.copyOf(starts),
      pathNodes: this.copyOf(nodes),
      pathLabels: this.copyOf(labels),
    };
  }

  /** Puts in what is read next: words' numbers, -1 at the end of a sentence; `place` is that of the first in the run. */
  read(text: Int32Array, place: number): void {
    this.machine.heap.integers(this.text, text.length).set(text);
    this.job.set({ length: text.length, place });
  }

  /** Learns from the words of the text from `from` to `to`, at most a batch. */
  step(from: number, to: number, rate: number): void {
    const { crew } = this.machine;
    const count = to - from;
    const wordsPerShard = Math.ceil(count / SHARDS);
    const slices = Math.min(crew.present, this.width / 4);
    const { job } = this;
    const work = count * this.multiplications;
    job.set({ pass: 0, from, to, wordsPerShard, rate });
    crew.run(Kind.word2vec, job.at, Math.ceil(count / wordsPerShard), work, 'word2vec');
    job.set({ pass: 1, slices });
    crew.run(Kind.word2vec, job.at, slices, 2 * work, 'word2vec');
  }

  /** The vectors as they are, row after row. (words, vectorSize) */
  take(which: 'vectors' | 'weights' = 'vectors'): Float32Array {
    const rows = which === 'vectors' ? this.plan.words : this.outputs;
    const { vectorSize } = this.plan;
    const all = this.machine.heap.floats(this[which], rows * this.width);
    const result = new Float32Array(rows * vectorSize);
    for (let row = 0; row < rows; row++)
      result.set(all.subarray(row * this.width, row * this.width + vectorSize), row * vectorSize);
    return result;
  }

  /** Puts tables in that `take` gave, or the vectors to begin with. */
  put(values: Float32Array, which: 'vectors' | 'weights' = 'vectors'): void {
    const { vectorSize } = this.plan;
    const rows = values.length / vectorSize;
    const all = this.machine.heap.floats(this[which], rows * this.width);
    for (let row = 0; row < rows; row++)
      all.set(values.subarray(row * vectorSize, (row + 1) * vectorSize), row * this.width);
  }

  free(): void {
    this.blocks.free();
  }
}
