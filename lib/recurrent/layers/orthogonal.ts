import type { Tensor } from '@tensorflow/tfjs';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import { fail } from '../../errors';
import { nextSeed, Random, tf } from '../../tensor';

// tfjs does not export the class that every initialiser extends.
const InitializerClass = Object.getPrototypeOf(tf.initializers.zeros().constructor) as new () => Initializer;

/**
 * The orthonormal factor Q of A = QR, its columns' signs chosen so that R has a positive diagonal, which
 * makes Q uniform over the orthogonal matrices where A is normal.
 *
 * @param a rows of A, rows ≥ columns
 * @see F. Mezzadri, "How to generate random matrices from the classical compact groups", 2007
 */
function orthonormalColumns(a: number[][]): number[][] {
  const { QrDecomposition } = require('ml-matrix') as typeof import('ml-matrix');
  const qr = new QrDecomposition(a);
  const r = qr.upperTriangularMatrix;
  const rows = qr.orthogonalMatrix.to2DArray();
  return rows.map((row) => row.map((value, column) => (r.get(column, column) < 0 ? -value : value)));
}

/**
 * Draws a matrix with orthonormal rows or columns, whichever are fewer, times `gain`: products of it
 * neither grow nor shrink a state, which is why it starts the recurrent weights of every layer here.
 *
 * It takes the place of tfjs' own of this name, which is slow and prints a warning at 64 units already.
 *
 * @param gain factor of the matrix, 1 unless given
 * @param seed fixes the matrix; where not given, each use draws one of its own by `nextSeed()`
 * @throws RecurrentError for a shape of fewer than two dimensions
 */
export class Orthogonal extends InitializerClass {
  static className = 'Orthogonal';
  readonly gain: number;
  readonly seed: number | null;

  constructor({ gain = 1, seed = null }: { gain?: number; seed?: number | null } = {}) {
    super();
    this.gain = gain;
    this.seed = seed;
  }

  apply(shape: number[], dtype?: 'float32'): Tensor {
    if (shape.length < 2) fail('Orthogonal', `shape must have two dimensions or more, got [${shape}]`);
    const columns = shape[shape.length - 1];
    const rows = tf.util.sizeFromShape(shape) / columns;
    const random = Random.seeded(this.seed ?? nextSeed());
    const [long, short] = rows >= columns ? [rows, columns] : [columns, rows];
    const normal = Array.from({ length: long }, () => Array.from({ length: short }, () => random.normal()));
    const q = orthonormalColumns(normal);
    return tf.tidy(() => {
      const tall = tf.tensor2d(q, [long, short], dtype).mul(this.gain);
      return (rows >= columns ? tall : tall.transpose()).reshape(shape);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { gain: this.gain, seed: this.seed };
  }
}
tf.serialization.registerClass(Orthogonal as unknown as Parameters<typeof tf.serialization.registerClass>[0]);
