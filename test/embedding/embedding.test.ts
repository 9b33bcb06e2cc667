import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  Embedding,
  type EmbeddingArgs,
  EmbeddingBag,
  type EmbeddingBagArgs,
  ready,
  seed,
  sparseRows,
  tf,
} from 'recurrent-lab';

type Nested = number | readonly Nested[];

interface Case {
  options: Record<string, unknown>;
  indices: Nested;
  factors: number[];
  output: number[];
  table: number[];
  gradient: number[];
}
interface BagCase extends Case {
  offsets: number[] | null;
  weights: number[] | null;
  weightsGradient: number[] | null;
}
interface Fixture {
  table: number[][];
  embeddings: Case[];
  bags: BagCase[];
  steps: { optimizer: 'sgd' | 'adagrad' | 'adam'; steps: number[][][]; tables: number[][] }[];
}

const fixture: Fixture = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'embedding.json'), 'utf8'));
const table = fixture.table;
const SIZE = { numEmbeddings: 7, embeddingDim: 3 };

const optionsOf = <T>({ options }: Case): T =>
  ({
    ...options,
    normType: options.normType === 'Infinity' ? Number.POSITIVE_INFINITY : options.normType,
  }) as T;
const titleOf = (options: object) =>
  Object.entries(options)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** A gradient's numbers, whether it is sparse or not. */
function dense(gradient: tf.Tensor): Float32Array {
  const rows = sparseRows(gradient);
  if (!rows) return gradient.dataSync() as Float32Array;
  const values = new Float32Array(rows.shape[0] * rows.shape[1]);
  rows.indices.forEach((index, i) => {
    values.set(rows.values.subarray(3 * i, 3 * i + 3), 3 * index);
  });
  return values;
}

/** The gradients of Σ factors · output. */
function gradients(output: () => tf.Tensor, factors: number[]): { name: string; tensor: tf.Tensor }[] {
  const { value, grads } = tf.variableGrads(() => {
    const y = output();
    return y.mul(tf.tensor(factors, y.shape)).sum() as tf.Scalar;
  });
  value.dispose();
  return Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
}

describe('Embedding', () => {
  before(() => ready());
  beforeEach(() => tf.engine().startScope());
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });

  describe('gives the values, gradients and shortened rows of PyTorch', () => {
    for (const [i, given] of fixture.embeddings.entries()) {
      it(`${i}: ${titleOf(given.options)}`, () => {
        const layer = new Embedding({ ...SIZE, ...optionsOf<EmbeddingArgs>(given), weight: table });
        const indices = tf.tensor(given.indices as number, undefined, 'int32');
        const output = layer.apply(indices) as tf.Tensor;
        expect(output.shape).to.deep.equal([...indices.shape, 3]);
        expect(output.dataSync()).near(given.output, 1e-6);
        const [{ tensor }] = gradients(() => layer.apply(indices) as tf.Tensor, given.factors);
        expect(sparseRows(tensor) !== undefined).to.equal(given.options.sparse);
        expect(dense(tensor)).near(given.gradient, 1e-6);
        expect(layer.weight.dataSync()).near(given.table, 1e-6);
      });
    }
  });

  describe('sums, means and maxima of bags are those of PyTorch', () => {
    for (const [i, given] of fixture.bags.entries()) {
      it(`${i}: ${titleOf({ ...given.options, offsets: given.offsets })}`, () => {
        const layer = new EmbeddingBag({ ...SIZE, ...optionsOf<EmbeddingBagArgs>(given), weight: table });
        const indices = tf.tensor(given.indices as number[], undefined, 'int32');
        const weights = given.weights ? tf.variable(tf.tensor(given.weights, indices.shape)) : undefined;
        const call = {
          ...(given.offsets ? { offsets: given.offsets } : {}),
          ...(weights ? { perSampleWeights: weights } : {}),
        };
        const output = layer.apply(indices, call);
        expect(output.dataSync()).near(given.output, 2e-6);
        const all = gradients(() => layer.apply(indices, call), given.factors);
        const found = all.find(({ name }) => name !== weights?.name)!;
        expect(dense(found.tensor)).near(given.gradient, 2e-6);
        if (weights)
          expect(all.find(({ name }) => name === weights.name)!.tensor.dataSync()).near(
            given.weightsGradient!,
            2e-6,
          );
        expect(layer.weight.dataSync()).near(given.table, 1e-6);
      });
    }
  });

  describe('steps of a sparse gradient are those of PyTorch', () => {
    const make = {
      sgd: () => tf.train.sgd(0.3),
      adagrad: () => tf.train.adagrad(0.3),
      adam: () => tf.train.adam(0.05),
    };
    for (const { optimizer: name, steps, tables } of fixture.steps) {
      it(name, () => {
        const layer = new Embedding({ ...SIZE, paddingIdx: 3, sparse: true, weight: table });
        const optimizer = make[name]();
        layer.build();
        steps.forEach((indices, i) => {
          optimizer.minimize(() =>
            (layer.apply(tf.tensor2d(indices, undefined, 'int32')) as tf.Tensor).square().sum(),
          );
          expect(layer.weight.dataSync()).near(tables[i], name === 'adagrad' ? 1e-5 : 2e-6);
        });
      });
    }
  });

  it('is a look-up: the product of one-hot vectors with the table, with equal rows for equal indices', () => {
    const layer = new Embedding({ numEmbeddings: 10, embeddingDim: 3 });
    const indices = tf.tensor2d([
      [1, 2, 4, 5],
      [4, 3, 2, 9],
    ]); // of the type that a model's inputs have
    const output = layer.apply(indices) as tf.Tensor3D;
    expect(output.shape).to.deep.equal([2, 4, 3]);
    const product = tf.oneHot(indices.toInt(), 10).toFloat().reshape([8, 10]).matMul(layer.weight);
    expect(output.dataSync()).near(product.dataSync(), 0);
    const rows = output.arraySync();
    expect(rows[0][2]).to.deep.equal(rows[1][0]);
    expect(rows[0][1]).to.deep.equal(rows[1][2]);
  });

  it('draws its table from N(0, 1), the same for the same seed, and its padding as zeros', () => {
    const draw = () => {
      seed(7);
      return new Embedding({ numEmbeddings: 2000, embeddingDim: 50, paddingIdx: -1 }).weight;
    };
    const drawn = draw();
    expect(drawn.dataSync()).to.deep.equal(draw().dataSync());
    const { mean, variance } = tf.moments(drawn.slice(0, 1999));
    expect(mean.dataSync()[0]).to.be.closeTo(0, 0.02);
    expect(variance.dataSync()[0]).to.be.closeTo(1, 0.02);
    expect(drawn.slice(1999).abs().max().dataSync()[0]).to.equal(0);
  });
});
