import type { RNN } from '@tensorflow/tfjs';
import { fail, refuseUnknown, tf } from '../tensor';
import { RecurrentLayer } from './recurrent-layer';

/** How the outputs of the two directions become one; `null` keeps them apart. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

const MODES: readonly MergeMode[] = ['concat', 'sum', 'mul', 'ave', null];

export interface BidirectionalArgs {
  /** The forward layer; the backward one is made after it. Its weights are not taken over. */
  layer: RecurrentLayer;
  /** Default 'concat': (…, 2 units). */
  mergeMode?: MergeMode;
  /** The shape of one sequence, where it is the first layer. */
  inputShape?: [time: number | null, features: number];
  batchInputShape?: [batch: number | null, time: number | null, features: number];
  name?: string;
}

/**
 * Runs a recurrent layer over the sequence in both directions, each with weights of its own; with
 * `returnSequences` both outputs are in the order of the input. It is tfjs' own wrapper, which knows our layers.
 *
 * @example bidirectional({ layer: new GRU({ units: 32, returnSequences: true }), mergeMode: 'sum' })
 * @throws RecurrentError for a layer that is not SimpleRNN, GRU or LSTM, or an unknown mode
 */
export function bidirectional(args: BidirectionalArgs): tf.layers.Layer {
  refuseUnknown('bidirectional', args, ['layer', 'mergeMode', 'inputShape', 'batchInputShape', 'name']);
  const { layer, mergeMode = 'concat', ...rest } = args;
  if (!(layer instanceof RecurrentLayer)) fail('bidirectional', 'layer must be a SimpleRNN, GRU or LSTM');
  if (!MODES.includes(mergeMode)) {
    fail('bidirectional', `mergeMode must be ${MODES.map(String).join(', ')}, got ${String(mergeMode)}`);
  }
  return tf.layers.bidirectional({
    layer: layer as unknown as RNN,
    mergeMode: mergeMode as 'concat',
    ...rest,
  } as Parameters<typeof tf.layers.bidirectional>[0]);
}
