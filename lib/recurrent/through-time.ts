import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import { tf } from '../tensor';
import type { RecurrentLayer } from './layers/recurrent-layer';
import { stepFunction } from './sequence';

/** The gradient of the loss that comes from the weights' use at one step. */
export interface GradientTerm {
  readonly kernel: Tensor2D;
  readonly recurrentKernel: Tensor2D;
  readonly bias: Tensor | null;
}

export interface ThroughTime {
  readonly loss: number;
  /** Of step t at place t − 1; their sum is the gradient of the weights. */
  readonly terms: GradientTerm[];
  /** ‖∂L/∂h_t‖ over the whole batch, of step t at place t − 1. */
  readonly stateNorms: number[];
}

export interface ThroughTimeOptions {
  /** How many steps a gradient goes back at most, counted in blocks from the end; default: to the beginning. */
  truncate?: number;
}

function checkedInput(where: string, layer: RecurrentLayer, x: Tensor3D): number {
  if (x.rank !== 3 || x.shape[1] === 0)
    fail(where, `x must have shape (batch, time, features), got [${x.shape}]`);
  if (!layer.built) layer.build(x.shape);
  layer.computeOutputShape(x.shape);
  return x.shape[1];
}

/** The identity, whose gradient is zero. */
const stopGradient = tf.customGrad((x) => {
  const input = x as Tensor;
  return { value: input.clone(), gradFunc: () => [tf.zerosLike(input)] };
}) as <T extends Tensor>(x: T) => T;

/** Zero, but reached from every step: tfjs refuses a gradient by what the loss does not reach. */
const tied = (states: readonly Tensor[]) =>
  tf
    .addN([...states])
    .mul(0)
    .sum();

/**
 * Back-propagation through time with its sum left open (slide 10). The weights are the same at every step, so
 * their gradient is a sum over the steps; each term is found by giving every step a copy of the weights of its
 * own:
 *
 *   dL/dW = Σ_t ∂L/∂W^(t)
 *
 * @param layer SimpleRNN, GRU or LSTM; its own options for masks, dropout and direction play no part
 * @param x (batch, time, features)
 * @param lossOf the loss, from the states h_1 … h_T, (batch, units) each
 * @param options.truncate truncated back-propagation: the state's gradient is cut every so many steps, counted from
 *   the last, so that earlier steps get no term from later losses
 * @returns tensors that the caller disposes
 */
export function throughTime(
  layer: RecurrentLayer,
  x: Tensor3D,
  lossOf: (states: Tensor2D[]) => Tensor,
  options: ThroughTimeOptions = {},
): ThroughTime {
  refuseUnknown('throughTime', options, ['truncate']);
  const steps = checkedInput('throughTime', layer, x);
  const block = wholeNumber('throughTime', 'truncate', options.truncate ?? steps);
  const { kernel, recurrentKernel, bias, ...rest } = layer.cell();
  const weights = [kernel, recurrentKernel, ...(bias ? [bias] : [])];
  const copies = Array.from({ length: steps }, () => weights.map((weight) => weight.clone())).flat();
  const zero = tf.zeros([x.shape[0], layer.units]) as Tensor2D;
  // Added to each state, so that the gradient of the addition is the state's.
  const nudges = Array.from({ length: steps }, () => zero.clone());
  const run = (...all: Tensor[]): Scalar => {
    const inputs = tf.unstack(x, 1) as Tensor2D[];
    let states: Tensor2D[] = Array.from({ length: layer.stateCount }, () => zero);
    const outputs: Tensor2D[] = [];
    for (let t = 0; t < steps; t++) {
      const [k, r, b = null] = all.slice(t * weights.length, (t + 1) * weights.length);
      const step = stepFunction({ ...rest, kernel: k as Tensor2D, recurrentKernel: r as Tensor2D, bias: b });
      if (t > 0 && (steps - t) % block === 0) states = states.map((state) => stopGradient(state));
      const [h, ...memory] = step(inputs[t], states);
      states = [h.add<Tensor2D>(all[copies.length + t]), ...memory];
      outputs.push(states[0]);
    }
    return lossOf(outputs).asScalar().add<Scalar>(tied(states));
  };
  const { value, grads } = tf.valueAndGrads(run)([...copies, ...nudges]);
  const terms = Array.from({ length: steps }, (_, t): GradientTerm => {
    const [k, r, b = null] = grads.slice(t * weights.length, (t + 1) * weights.length);
    return { kernel: k as Tensor2D, recurrentKernel: r as Tensor2D, bias: b };
  });
  const stateNorms = grads
    .slice(copies.length)
    .map((gradient) => tf.tidy(() => tf.norm(gradient).dataSync()[0]));
  const loss = value.dataSync()[0];
  tf.dispose([...copies, ...nudges, zero, value, ...grads.slice(copies.length)]);
  return { loss, terms, stateNorms };
}

/**
 * How much of a nudge to the state is left at the end: the norms of the Jacobians ∂h_T/∂h_t, whose product rule
 * makes them vanish or explode,
 *
 *   ∂h_T/∂h_t = Π_{k=t+1..T} ∂h_k/∂h_{k-1}
 *
 * For an LSTM the state is h and c together.
 *
 * @param layer SimpleRNN, GRU or LSTM
 * @param x (1, time, features), one sequence
 * @param norm 'spectral' (the largest singular value, default) or 'frobenius'
 * @returns ‖∂h_T/∂h_t‖ for t = 0 … T, of step t at place t; the last is that of the identity
 */
export function jacobianNorms(
  layer: RecurrentLayer,
  x: Tensor3D,
  norm: 'spectral' | 'frobenius' = 'spectral',
): number[] {
  const steps = checkedInput('jacobianNorms', layer, x);
  if (x.shape[0] !== 1)
    fail('jacobianNorms', `x must be one sequence, (1, time, features), got [${x.shape}]`);
  if (norm !== 'spectral' && norm !== 'frobenius') {
    fail('jacobianNorms', `norm must be spectral or frobenius, got ${String(norm)}`);
  }
  const { units } = layer;
  return tf.tidy(() => {
    const step = stepFunction(layer.cell());
    // The sequence once for each unit: row i of the gradient is that of h_T's unit i.
    const inputs = tf.unstack(x.tile([units, 1, 1]), 1) as Tensor2D[]; // (units, features) each
    const each = layer.stateCount;
    const nudges = Array.from({ length: (steps + 1) * each }, () => tf.zeros([units, units]));
    const gradients = tf.grads((...all: Tensor[]) => {
      let states: Tensor2D[] = all.slice(0, each) as Tensor2D[];
      for (let t = 0; t < steps; t++) {
        states = step(inputs[t], states).map((s, i) => s.add<Tensor2D>(all[(t + 1) * each + i]));
      }
      return states[0].mul(tf.eye(units)).sum().add(tied(states));
    })(nudges);
    return Array.from({ length: steps + 1 }, (_, t) => {
      const jacobian = tf.concat(gradients.slice(t * each, (t + 1) * each), 1) as Tensor2D; // (units, state)
      return norm === 'frobenius' ? tf.norm(jacobian).dataSync()[0] : largestSingularValue(jacobian);
    });
  });
}

function largestSingularValue(matrix: Tensor2D): number {
  const { SingularValueDecomposition } = require('ml-matrix') as typeof import('ml-matrix');
  const options = {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  };
  return new SingularValueDecomposition(matrix.arraySync(), options).norm2;
}
