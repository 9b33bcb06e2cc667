import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';

/** The steps of a sequence, (batch, features) each; the gradient of tfjs' `unstack` fails where there is only one. */
export const timeSteps = (x: Tensor3D): Tensor2D[] =>
  x.shape[1] === 1 ? [x.squeeze<Tensor2D>([1])] : (tf.unstack(x, 1) as Tensor2D[]);

/**
 * Applies one step after the other, always the same one (slide 7):
 *
 *   h_t = f_W(h_{t-1}, x_t),   so   h_3 = f_W(f_W(f_W(h_0, x_1), x_2), x_3)
 *
 * @param step f_W: the input of a step (batch, features) and the state before it, to the state after it
 * @param x (batch, time, features)
 * @param initial h_0; for an LSTM [h_0, c_0]
 * @returns h_1 … h_T
 * @throws RecurrentError where x is no batch of sequences
 * @example const states = unroll((x, h) => simpleRnnStep({ Wxh, Whh, bh }, x, h), x, h0);
 */
export function unroll<State>(
  step: (x: Tensor2D, state: State) => State,
  x: Tensor3D,
  initial: State,
): State[] {
  if (x.rank !== 3) fail('unroll', `x must have shape (batch, time, features), got [${x.shape}]`);
  const states: State[] = [];
  let state = initial;
  for (const xt of timeSteps(x)) {
    state = step(xt, state);
    xt.dispose();
    states.push(state);
  }
  return states;
}
