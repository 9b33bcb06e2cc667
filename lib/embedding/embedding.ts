import type { Shape, Tensor } from '@tensorflow/tfjs';
import type { Kwargs } from '@tensorflow/tfjs-layers/dist/types';
import { fail } from '../errors';
import { tf } from '../tensor';
import { EmbeddingTable } from './embedding-table';
import { type Rows, sizeOfRows, type TableArgs } from './table-options';

export interface EmbeddingArgs extends TableArgs {
  /** Whether layers behind this one leave the padding out, as with Keras' `mask_zero`; default false. */
  maskPadding?: boolean;
}

/** The options of a table that is given. */
export interface PretrainedArgs extends Omit<EmbeddingArgs, 'numEmbeddings' | 'embeddingDim' | 'weight'> {
  /** Whether training leaves the vectors as they are; default true. */
  freeze?: boolean;
}

/**
 * A table of vectors, one for each index (slides 3-4): y = W[x], the same as the product of a one-hot vector with W.
 *
 * Input of any shape (*), output (*, embeddingDim). Weight: embeddings (numEmbeddings, embeddingDim). Stands alone, or
 * as the first layer of a model, where the input's shape defaults to (batch, time).
 *
 * @example new Embedding({ numEmbeddings: 10, embeddingDim: 3 }).apply(tf.tensor2d([[1, 2, 4, 5], [4, 3, 2, 9]])) // (2, 4, 3)
 * @throws RecurrentError for an option it does not know or can't honour, and an index that is no row of the table
 * @see torch.nn.Embedding, whose options, defaults and gradients these are
 */
export class Embedding extends EmbeddingTable {
  /** @nocollapse */
  static className = 'TorchEmbedding';
  readonly maskPadding: boolean;
  /** The same under Keras' name, which has the mask for index 0 alone. */
  readonly maskZero: boolean;

  constructor(args: EmbeddingArgs) {
    super('Embedding', args, ['maskPadding']);
    this.maskPadding = args.maskPadding ?? false;
    this.maskZero = this.maskPadding && this.options.paddingIdx === 0;
    this.supportsMasking = true;
    if (this.maskPadding && this.options.paddingIdx === null)
      fail('Embedding', 'maskPadding needs a paddingIdx, got none');
  }

  /**
   * A layer that starts from given vectors.
   *
   * @param vectors (rows, width)
   */
  static fromPretrained(vectors: Rows, { freeze = true, ...args }: PretrainedArgs = {}): Embedding {
    const [numEmbeddings, embeddingDim] = sizeOfRows('Embedding.fromPretrained', vectors);
    return new Embedding({ trainable: !freeze, ...args, numEmbeddings, embeddingDim, weight: vectors });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape), this.options.embeddingDim];
  }

  override computeMask(inputs: Tensor | Tensor[]): Tensor {
    const { paddingIdx } = this.options;
    // tfjs' own layers say by null that nothing is masked.
    if (!this.maskPadding || paddingIdx === null) return null as unknown as Tensor;
    return tf.notEqual([inputs].flat()[0], paddingIdx);
  }

  override call(inputs: Tensor | Tensor[], _kwargs: Kwargs): Tensor {
    return tf.tidy(() => {
      const indices = [inputs].flat()[0];
      return this.rowsAt(indices).rows.reshape([...indices.shape, this.options.embeddingDim]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), maskPadding: this.maskPadding };
  }
}
tf.serialization.registerClass(Embedding);
