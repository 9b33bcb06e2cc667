import type { Shape, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import { fail } from '../errors';
import { nextSeed, tf } from '../tensor';
import { indicesOf, lookup } from './lookup';
import { sizeOfRows, type TableArgs, type TableOptions, tableOptions } from './table-options';

/** A layer that is a table of vectors, one a row, with PyTorch's options. */
export abstract class EmbeddingTable extends tf.layers.Layer {
  readonly options: TableOptions;
  /** The numbers to start with, until the table is there: the tensor that they are from may be gone by then. */
  private initial: Float32Array | null = null;
  /** The class, for messages. */
  protected readonly where: string;

  constructor(where: string, args: TableArgs, own: readonly string[]) {
    const options = tableOptions(where, args, own);
    const { name, trainable, batchSize, inputShape, batchInputShape, inputDType, weights } = args;
    const shaped =
      inputShape || batchInputShape ? {} : { batchInputShape: [batchSize ?? null, null] as Shape };
    const given = { name, trainable, batchSize, inputShape, batchInputShape, inputDType, weights };
    super({ ...given, dtype: 'float32', ...shaped });
    this.where = where;
    this.options = options;
    if (!args.weight) return;
    const size = sizeOfRows(where, args.weight);
    const { numEmbeddings, embeddingDim } = options;
    if (size[0] !== numEmbeddings || size[1] !== embeddingDim)
      fail(where, `weight has the shape (${size.join(', ')}), expected (${numEmbeddings}, ${embeddingDim})`);
    // A copy: the table's rows are changed in place.
    this.initial = tableValues(args.weight);
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    // tfjs adds to each configuration what a model's loader was given.
    const { customObjects, ...options } = config;
    const normType = options.normType === 'inf' ? Number.POSITIVE_INFINITY : options.normType;
    return new cls({ ...options, normType } as never);
  }

  override build(): void {
    if (this.built) return;
    const { numEmbeddings, embeddingDim } = this.options;
    const apply = (): Tensor => tf.tidy(() => this.start());
    const initializer = { apply } as unknown as Initializer;
    this.addWeight(
      'embeddings',
      [numEmbeddings, embeddingDim],
      'float32',
      initializer,
      undefined,
      this.trainable,
    );
    this.initial = null;
    this.built = true;
  }

  private start(): Tensor {
    const { numEmbeddings, embeddingDim, paddingIdx } = this.options;
    if (this.initial) return tf.tensor2d(this.initial, [numEmbeddings, embeddingDim]);
    const drawn = tf.randomNormal([numEmbeddings, embeddingDim], 0, 1, 'float32', nextSeed());
    if (paddingIdx === null) return drawn;
    const isPadding = tf.oneHot(tf.tensor1d([paddingIdx], 'int32'), numEmbeddings).reshape([-1, 1]);
    return tf.where(tf.cast(isPadding, 'bool'), tf.zerosLike(drawn), drawn);
  }

  /** The table, (numEmbeddings, embeddingDim); it stays the layer's own. */
  get weight(): Tensor2D {
    return this.table() as unknown as Tensor2D;
  }

  private table(): Variable {
    this.build();
    return this.weights[0].read() as Variable;
  }

  /** Rows of the table, (indices, embeddingDim), with gradients to it. */
  protected rowsAt(indices: Tensor): { at: Int32Array; rows: Tensor2D } {
    const at = indicesOf(this.where, indices, this.options.numEmbeddings);
    return { at, rows: lookup(this.table(), at, this.options) };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { normType, ...options } = this.options;
    // JSON has no infinity.
    const p = normType === Number.POSITIVE_INFINITY ? 'inf' : normType;
    return { ...super.getConfig(), ...options, normType: p };
  }
}

function tableValues(rows: NonNullable<TableArgs['weight']>): Float32Array {
  if (!Array.isArray(rows)) return Float32Array.from((rows as Tensor2D).dataSync());
  return Float32Array.from(rows.flat());
}
