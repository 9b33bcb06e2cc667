import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs';

/**
 * Puts weights back into a model as they were in it. tfjs' `setWeights` applies the layers' constraints to them, which
 * training does not, and so changes them.
 *
 * @param weights in the order of `getWeights`, which gives the variables themselves
 */
export function putWeights(model: LayersModel, weights: readonly Tensor[]): void {
  for (const [i, weight] of model.getWeights().entries()) (weight as Variable).assign(weights[i]);
}
