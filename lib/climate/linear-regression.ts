import { fail, refuseUnknown } from '../errors';
import { windowSums } from './gram';
import type { WindowDataset } from './windows';

/** A linear forecast y = Σ w_i x_i + b over everything that a window shows. */
export class LinearRegression {
  constructor(
    /** (steps, features), row-major: the weight of every feature in every step. */
    readonly weights: Float64Array,
    readonly bias: number,
    readonly inputShape: readonly [steps: number, features: number],
  ) {}

  /** How many numbers were fitted. */
  get parameters(): number {
    return this.weights.length + 1;
  }

  /**
   * The forecast for every window, in time order.
   *
   * @throws RecurrentError for windows of another shape
   */
  predict(data: WindowDataset): Float32Array {
    return predictAll('LinearRegression', this, data);
  }
}

/** What `LinearRegression.predict` does, with errors in the name of `where`. */
export function predictAll(where: string, regression: LinearRegression, data: WindowDataset): Float32Array {
  const { weights, bias, inputShape } = regression;
  if (data.inputShape.join() !== inputShape.join())
    fail(where, `expected windows of ${inputShape.join(' × ')}, got ${data.inputShape.join(' × ')}`);
  const predictions = new Float32Array(data.length);
  for (const { xs, ys, first } of data.batches()) {
    for (let i = 0, from = 0; i < ys.length; i++, from += weights.length) {
      let y = bias;
      for (let k = 0; k < weights.length; k++) y += weights[k] * xs[from + k];
      predictions[first + i] = y;
    }
  }
  return predictions;
}

/**
 * Fits a linear regression to windows by least squares in double precision:
 *
 *   minimise Σ (w·x + b − y)² + ridge · n · |w|²
 *
 * solved by the normal equations of the centred inputs and Cholesky's factorisation. Neighbouring steps are nearly
 * equal, so plain least squares is barely determined; the small ridge is what makes the solution stable.
 *
 * @param train the windows, n of them
 * @param options.ridge in units of the inputs' variance; default 10⁻⁶, 0 for none
 * @throws RecurrentError where the equations have no single solution, as with fewer windows than inputs and no ridge
 */
export function linearRegression(train: WindowDataset, options: { ridge?: number } = {}): LinearRegression {
  refuseUnknown('linearRegression', options, ['ridge']);
  return fitRegression('linearRegression', train, options.ridge);
}

/** What `linearRegression` does, with errors in the name of `where`. */
export function fitRegression(where: string, train: WindowDataset, ridge = 1e-6): LinearRegression {
  if (!(ridge >= 0 && ridge < Number.POSITIVE_INFINITY)) {
    fail(where, `ridge must be a number of at least 0, got ${ridge}`);
  }
  // Loaded on first use: most notebooks never fit a regression.
  const { CholeskyDecomposition, Matrix } = require('ml-matrix') as typeof import('ml-matrix');
  const { inputs, windows, products, sums, targetProducts, targetSum } = windowSums(train);
  const covariance = Matrix.zeros(inputs, inputs);
  const right = Matrix.zeros(inputs, 1);
  for (let i = 0; i < inputs; i++) {
    right.set(i, 0, targetProducts[i] / windows - (sums[i] / windows) * (targetSum / windows));
    for (let j = 0; j < inputs; j++) {
      const centred = products[i * inputs + j] / windows - (sums[i] / windows) * (sums[j] / windows);
      covariance.set(i, j, i === j ? centred + ridge : centred);
    }
  }
  const cholesky = new CholeskyDecomposition(covariance);
  if (!cholesky.isPositiveDefinite()) {
    fail(where, `${windows} windows do not determine ${inputs} weights; give a larger ridge than ${ridge}`);
  }
  const weights = Float64Array.from(cholesky.solve(right).to1DArray());
  const bias = weights.reduce((rest, w, i) => rest - (w * sums[i]) / windows, targetSum / windows);
  return new LinearRegression(weights, bias, train.inputShape);
}
