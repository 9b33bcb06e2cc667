import type { Shape, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Kwargs } from '@tensorflow/tfjs-layers/dist/types';
import { fail } from '../errors';
import { tf } from '../tensor';
import type { PretrainedArgs } from './embedding';
import { EmbeddingTable } from './embedding-table';
import { type Rows, sizeOfRows, type TableArgs } from './table-options';

/** How the vectors of a bag become one. */
export type BagMode = 'sum' | 'mean' | 'max';
const MODES: readonly BagMode[] = ['sum', 'mean', 'max'];

export interface EmbeddingBagArgs extends TableArgs {
  /** Default 'mean'. */
  mode?: BagMode;
  /** Whether the last of `offsets` is the end of the last bag, not the beginning of another; default false. */
  includeLastOffset?: boolean;
}

/** What may come with a bag's indices. */
export interface BagCall {
  /** Where each bag begins, for indices in one row: the first is 0, none below the one before it. */
  offsets?: Tensor | readonly number[];
  /** A factor for each index, of the indices' shape; for `mode: 'sum'`. */
  perSampleWeights?: Tensor;
}

/** Which bag each index is in, and how many bags there are. */
interface Bags {
  readonly of: Int32Array;
  readonly count: number;
}

/**
 * Sums, means or maxima of bags of vectors, without the vectors one by one: y_b = Σ_{i in b} a_i W[x_i].
 *
 * Input (bags, indices), or (indices) with `offsets`; output (bags, embeddingDim). Padding is left out of its bag, and
 * an empty bag is 0. Weight: embeddings (numEmbeddings, embeddingDim).
 *
 * @example new EmbeddingBag({ numEmbeddings: 10, embeddingDim: 3, mode: 'sum' }).apply(tf.tensor1d([1, 2, 4, 5]), { offsets: [0, 3] }) // (2, 3)
 * @throws RecurrentError for an option it does not know or can't honour, an index that is no row of the table, and
 *   offsets that are no beginnings
 * @see torch.nn.EmbeddingBag, whose options, defaults and gradients these are
 */
export class EmbeddingBag extends EmbeddingTable {
  /** @nocollapse */
  static className = 'TorchEmbeddingBag';
  readonly mode: BagMode;
  readonly includeLastOffset: boolean;

  constructor(args: EmbeddingBagArgs) {
    super('EmbeddingBag', args, ['mode', 'includeLastOffset']);
    this.mode = args.mode ?? 'mean';
    this.includeLastOffset = args.includeLastOffset ?? false;
    if (!MODES.includes(this.mode))
      fail('EmbeddingBag', `mode must be one of ${MODES.join(', ')}, got ${this.mode}`);
    const { scaleGradByFreq, sparse } = this.options;
    if (this.mode === 'max' && (scaleGradByFreq || sparse))
      fail('EmbeddingBag', 'mode max takes neither scaleGradByFreq nor sparse');
  }

  /**
   * A layer that starts from given vectors.
   *
   * @param vectors (rows, width)
   */
  static fromPretrained(
    vectors: Rows,
    {
      freeze = true,
      ...args
    }: Omit<PretrainedArgs, 'maskPadding'> & Pick<EmbeddingBagArgs, 'mode' | 'includeLastOffset'> = {},
  ): EmbeddingBag {
    const [numEmbeddings, embeddingDim] = sizeOfRows('EmbeddingBag.fromPretrained', vectors);
    return new EmbeddingBag({ trainable: !freeze, ...args, numEmbeddings, embeddingDim, weight: vectors });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], this.options.embeddingDim];
  }

  override apply(inputs: Tensor, call?: BagCall): Tensor;
  override apply(inputs: tf.SymbolicTensor): tf.SymbolicTensor;
  override apply(inputs: Tensor | tf.SymbolicTensor, call?: BagCall): Tensor | tf.SymbolicTensor {
    return super.apply(inputs, call as Kwargs) as Tensor | tf.SymbolicTensor;
  }

  override call(inputs: Tensor | Tensor[], { offsets, perSampleWeights }: BagCall): Tensor {
    return tf.tidy(() => {
      const indices = [inputs].flat()[0];
      const bags = this.bagsOf(indices, offsets);
      const factors = this.factorsOf(indices, perSampleWeights);
      const { at, rows } = this.rowsAt(indices);
      const { paddingIdx } = this.options;
      // No bag takes what has none.
      const places = bags.of.map((bag, i) => (at[i] === paddingIdx ? -1 : bag));
      if (this.mode === 'max') return maxima(rows, places, bags.count);
      const sums = tf.unsortedSegmentSum(
        factors ? rows.mul(factors) : rows,
        tf.tensor1d(places, 'int32'),
        bags.count,
      );
      if (this.mode === 'sum') return sums;
      return sums.div(sizes(places, bags.count));
    });
  }

  private bagsOf(indices: Tensor, given: BagCall['offsets']): Bags {
    const [rows, each] = indices.shape;
    if (indices.rank === 2) {
      if (given !== undefined)
        fail('EmbeddingBag', 'offsets go with indices in one row, (indices), got (bags, indices)');
      return { of: Int32Array.from({ length: rows * each }, (_, i) => Math.floor(i / each)), count: rows };
    }
    if (indices.rank !== 1)
      fail(
        'EmbeddingBag',
        `expected indices of shape (bags, indices) or (indices), got (${indices.shape.join(', ')})`,
      );
    if (given === undefined) fail('EmbeddingBag', 'expected offsets with indices in one row, got none');
    const offsets = Array.from(
      'dataSync' in given ? (given as Tensor).dataSync() : (given as readonly number[]),
    );
    offsets.forEach((offset, i) => {
      const least = i === 0 ? 0 : offsets[i - 1];
      if (!(Number.isInteger(offset) && offset >= least && offset <= rows) || (i === 0 && offset !== 0))
        fail(
          'EmbeddingBag',
          `offset ${i} is ${offset}, expected ${i === 0 ? 0 : `a whole number from ${least} to ${rows}`}`,
        );
    });
    if (this.includeLastOffset && offsets.at(-1) !== rows)
      fail('EmbeddingBag', `the last offset is ${offsets.at(-1)}, expected the number of indices, ${rows}`);
    const begins = this.includeLastOffset ? offsets.slice(0, -1) : offsets;
    if (begins.length === 0 && rows > 0) fail('EmbeddingBag', `${rows} indices are in no bag`);
    const of = new Int32Array(rows);
    begins.forEach((begin, bag) => {
      of.fill(bag, begin);
    });
    return { of, count: begins.length };
  }

  /** (indices, 1) */
  private factorsOf(indices: Tensor, given: Tensor | undefined): Tensor | undefined {
    if (!given) return undefined;
    if (this.mode !== 'sum') fail('EmbeddingBag', `perSampleWeights go with mode sum, got ${this.mode}`);
    if (String(given.shape) !== String(indices.shape))
      fail(
        'EmbeddingBag',
        `perSampleWeights have the shape (${given.shape.join(', ')}), the indices (${indices.shape.join(', ')})`,
      );
    return given.reshape([-1, 1]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { mode, includeLastOffset } = this;
    return { ...super.getConfig(), mode, includeLastOffset };
  }
}
tf.serialization.registerClass(EmbeddingBag);

/** How many rows each bag has, at least 1. (bags, 1) */
function sizes(places: Int32Array, count: number): Tensor2D {
  const sizes = new Float32Array(count);
  for (const bag of places) if (bag >= 0) sizes[bag]++;
  return tf.tensor2d(
    sizes.map((size) => Math.max(size, 1)),
    [count, 1],
  );
}

/** The largest of each bag's numbers, (bags, width); the gradient goes to the first row that has it. */
function maxima(rows: Tensor2D, places: Int32Array, count: number): Tensor2D {
  const [length, width] = rows.shape;
  const values = rows.dataSync();
  const best = new Int32Array(count * width).fill(-1);
  for (let i = 0; i < length; i++) {
    if (places[i] < 0) continue;
    for (let j = 0; j < width; j++) {
      const at = places[i] * width + j;
      if (best[at] < 0 || values[i * width + j] > values[best[at] * width + j]) best[at] = i;
    }
  }
  const pick = tf.customGrad((...args: unknown[]) => {
    const [, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([]);
    const largest = Float32Array.from(best, (row, at) => (row < 0 ? 0 : values[row * width + (at % width)]));
    const gradFunc = (dy: Tensor) => {
      const [given, dx] = [dy.dataSync(), new Float32Array(length * width)];
      best.forEach((row, at) => {
        if (row >= 0) dx[row * width + (at % width)] += given[at];
      });
      return tf.tensor2d(dx, [length, width]);
    };
    return { value: tf.tensor2d(largest, [count, width]), gradFunc };
  });
  return pick(rows) as Tensor2D;
}
