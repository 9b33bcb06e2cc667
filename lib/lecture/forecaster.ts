import type { Sequential } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import { GRU, LSTM, SimpleRNN } from '../recurrent/layers/layers';
import { tf } from '../tensor';

/** The networks that the lecture compares (slides 12-13), and the LSTM. */
export type ForecasterName = 'fc' | 'simpleRnn' | 'gru' | 'lstm';

export interface ForecasterOptions {
  /** Steps of a window; 240 at the lecture's size. */
  steps: number;
  /** Features of a step; 7 at the lecture's size. */
  features: number;
  /** Size of a hidden layer; default 64, as in the lecture. */
  units?: number;
  /** Hidden layers one on the other; default 1, as in the lecture. */
  layers?: number;
}

const RECURRENT = { simpleRnn: SimpleRNN, gru: GRU, lstm: LSTM };

/**
 * One of the lecture's networks, from a window (batch, steps, features) to one number (batch, 1):
 *
 * - 'fc': the window flattened, a fully connected layer with ReLU, and a fully connected one
 * - 'simpleRnn', 'gru', 'lstm': the recurrent layer's last state, and a fully connected layer
 *
 * At (240, 7) and 64 units they have 107,649, 4,673, 14,081 and 18,497 parameters.
 *
 * @throws RecurrentError for another name, or sizes that are no whole numbers
 */
export function forecaster(network: ForecasterName, options: ForecasterOptions): Sequential {
  refuseUnknown('forecaster', options, ['steps', 'features', 'units', 'layers']);
  const steps = wholeNumber('forecaster', 'steps', options.steps);
  const features = wholeNumber('forecaster', 'features', options.features);
  const units = wholeNumber('forecaster', 'units', options.units ?? 64);
  const layers = wholeNumber('forecaster', 'layers', options.layers ?? 1);
  if (!Object.hasOwn(RECURRENT, network) && network !== 'fc') {
    fail('forecaster', `network must be fc, ${Object.keys(RECURRENT).join(', ')}, got "${network}"`);
  }
  const model = tf.sequential();
  if (network === 'fc') model.add(tf.layers.flatten({ inputShape: [steps, features] }));
  for (let i = 0; i < layers; i++) {
    if (network === 'fc') {
      model.add(tf.layers.dense({ units, activation: 'relu' }));
      continue;
    }
    const inputShape = i === 0 ? { inputShape: [steps, features] } : {};
    model.add(new RECURRENT[network]({ units, returnSequences: i < layers - 1, ...inputShape }));
  }
  model.add(tf.layers.dense({ units: 1 }));
  return model;
}
