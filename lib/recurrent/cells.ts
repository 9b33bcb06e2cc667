import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Elementwise } from '../simd';
import { tf } from '../tensor';

export type { Elementwise } from '../simd';

/** The weights of the simple recurrent cell; `bh` may be left out. */
export interface SimpleRnnWeights {
  /** (features, units) */
  Wxh: Tensor2D;
  /** (units, units) */
  Whh: Tensor2D;
  /** (units) */
  bh?: Tensor1D | null;
}

/**
 * The weights of the GRU, the three gates side by side in Keras' order: update z, reset r, candidate h.
 * Biases may be left out.
 */
export interface GruWeights {
  /** (features, 3 units): W_xz, W_xr, W_xh */
  Wx: Tensor2D;
  /** (units, 3 units): W_hz, W_hr, W_hh */
  Wh: Tensor2D;
  /** (3 units): the bias of the input's product */
  bx?: Tensor1D | null;
  /** (3 units): the bias of the state's product; used with `resetAfter` only */
  bh?: Tensor1D | null;
}

/** The weights of the LSTM, the four gates side by side in Keras' order: input i, forget f, candidate g, output o. */
export interface LstmWeights {
  /** (features, 4 units): W_xi, W_xf, W_xg, W_xo */
  Wx: Tensor2D;
  /** (units, 4 units): W_hi, W_hf, W_hg, W_ho */
  Wh: Tensor2D;
  /** (4 units) */
  b?: Tensor1D | null;
}

/** What may differ from the plain equations. */
export interface StepOptions {
  /** φ of the candidate (and of the LSTM's output); `tf.tanh` where not given */
  activation?: Elementwise;
  /** σ of the gates; `tf.sigmoid` where not given */
  recurrentActivation?: Elementwise;
  /** (batch, units): recurrent dropout, multiplied into the state wherever it meets a weight matrix */
  dropMask?: Tensor2D | null;
}

/** x W + b, or x W where there is no bias. */
function affine(x: Tensor2D, W: Tensor2D, b?: Tensor1D | null): Tensor2D {
  const product = tf.matMul(x, W) as Tensor2D;
  return b ? product.add<Tensor2D>(b) : product;
}

/**
 * One step of the simple recurrent cell (slide 8):
 *
 *   h_t = φ(x_t W_xh + h_{t-1} W_hh + b_h)
 *
 * @param x (batch, features), the input of the step
 * @param h (batch, units), the state before it
 * @returns (batch, units), the state after it
 * @see J. Elman, "Finding structure in time", 1990
 */
export function simpleRnnStep(
  { Wxh, Whh, bh }: SimpleRnnWeights,
  x: Tensor2D,
  h: Tensor2D,
  { activation = tf.tanh, dropMask }: StepOptions = {},
): Tensor2D {
  return tf.tidy((): Tensor2D => {
    const remembered = dropMask ? h.mul<Tensor2D>(dropMask) : h; // (batch, units)
    const sum = affine(x, Wxh, bh).add<Tensor2D>(remembered.matMul(Whh)); // (batch, units)
    return activation(sum);
  });
}

/**
 * One step of the gated recurrent unit (slide 13):
 *
 *   z_t = σ(x_t W_xz + h_{t-1} W_hz + b_z)
 *   r_t = σ(x_t W_xr + h_{t-1} W_hr + b_r)
 *   h̃_t = φ(x_t W_xh + b_xh + r_t ⊙ (h_{t-1} W_hh + b_hh))     resetAfter: true, as Keras and PyTorch
 *   h̃_t = φ(x_t W_xh + b_xh + (r_t ⊙ h_{t-1}) W_hh)            resetAfter: false, as first published
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
 *
 * @param x (batch, features), the input of the step
 * @param h (batch, units), the state before it
 * @param resetAfter whether the reset gate acts after the state's matrix product (default) or before it
 * @returns (batch, units), the state after it
 * @see K. Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014
 */
export function gruStep(
  { Wx, Wh, bx, bh }: GruWeights,
  x: Tensor2D,
  h: Tensor2D,
  { activation = tf.tanh, recurrentActivation = tf.sigmoid, dropMask }: StepOptions = {},
  resetAfter = true,
): Tensor2D {
  return tf.tidy((): Tensor2D => {
    const units = h.shape[1];
    const remembered = dropMask ? h.mul<Tensor2D>(dropMask) : h; // (batch, units)
    const [xz, xr, xh] = tf.split(affine(x, Wx, bx), 3, 1); // (batch, units) each
    let z: Tensor2D; // (batch, units): how much of the old state stays
    let candidate: Tensor2D; // (batch, units): h̃
    if (resetAfter) {
      const [hz, hr, hh] = tf.split(affine(remembered, Wh, bh), 3, 1); // (batch, units) each
      z = recurrentActivation(xz.add<Tensor2D>(hz));
      const r = recurrentActivation(xr.add<Tensor2D>(hr));
      candidate = activation(xh.add<Tensor2D>(r.mul(hh)));
    } else {
      const [Wzr, Whh] = tf.split(Wh, [2 * units, units], 1);
      const [hz, hr] = tf.split(remembered.matMul<Tensor2D>(Wzr), 2, 1); // (batch, units) each
      z = recurrentActivation(xz.add<Tensor2D>(hz));
      const r = recurrentActivation(xr.add<Tensor2D>(hr));
      candidate = activation(xh.add<Tensor2D>(r.mul<Tensor2D>(remembered).matMul(Whh)));
    }
    // z h + (1 − z) h̃, with one product less
    return candidate.add<Tensor2D>(z.mul(h.sub(candidate)));
  });
}

/**
 * One step of the long short-term memory:
 *
 *   i_t = σ(x_t W_xi + h_{t-1} W_hi + b_i)
 *   f_t = σ(x_t W_xf + h_{t-1} W_hf + b_f)
 *   g_t = φ(x_t W_xg + h_{t-1} W_hg + b_g)
 *   o_t = σ(x_t W_xo + h_{t-1} W_ho + b_o)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   h_t = o_t ⊙ φ(c_t)
 *
 * @param x (batch, features), the input of the step
 * @param h (batch, units), the state before it
 * @param c (batch, units), the memory before it
 * @returns [h, c], each (batch, units), after it
 * @see S. Hochreiter, J. Schmidhuber, "Long short-term memory", 1997; F. Gers et al., 2000 (the forget gate)
 */
export function lstmStep(
  { Wx, Wh, b }: LstmWeights,
  x: Tensor2D,
  h: Tensor2D,
  c: Tensor2D,
  { activation = tf.tanh, recurrentActivation = tf.sigmoid, dropMask }: StepOptions = {},
): [Tensor2D, Tensor2D] {
  return tf.tidy((): [Tensor2D, Tensor2D] => {
    const remembered = dropMask ? h.mul<Tensor2D>(dropMask) : h; // (batch, units)
    const sum = affine(x, Wx, b).add<Tensor2D>(remembered.matMul(Wh)); // (batch, 4 units)
    const [i, f, g, o] = tf.split(sum, 4, 1); // (batch, units) each
    const kept = recurrentActivation(f).mul<Tensor2D>(c); // (batch, units)
    const cNext = kept.add<Tensor2D>(recurrentActivation(i).mul(activation(g))); // (batch, units)
    const hNext = recurrentActivation(o).mul<Tensor2D>(activation(cNext)); // (batch, units)
    return [hNext, cNext];
  });
}
