import type { Sequential } from '@tensorflow/tfjs';
import { GRU } from '../../recurrent';
import { tf } from '../../tensor';
import { forecaster } from '../forecaster';
import type { Network } from './rows';

const UNITS = 64;

/** A network of the table, not compiled; its weights come from the stream that `seed(n)` started. */
export function makeNetwork(network: Network, [steps, features]: readonly [number, number]): Sequential {
  if (network !== 'stackedGru') return forecaster(network, { steps, features, units: UNITS });
  return tf.sequential({
    layers: [
      new GRU({ units: UNITS, returnSequences: true, inputShape: [steps, features] }),
      new GRU({ units: UNITS }),
      tf.layers.dense({ units: 1 }),
    ],
  });
}
