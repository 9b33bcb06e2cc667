import type { Tensor, Variable } from '@tensorflow/tfjs';
import { GRU, LSTM, SimpleRNN, type tf } from 'recurrent-lab';

export type RecurrentLayer = SimpleRNN | GRU | LSTM;

/** The variables behind a layer's weights, for `tf.variableGrads`. */
export function variablesOf(layer: tf.layers.Layer): Variable[] {
  return layer.trainableWeights.map((weight) => (weight as unknown as { val: Variable }).val);
}

export const numbers = (x: Tensor) => Array.from(x.dataSync());

/** Layers by the name that the fixtures use. */
export const classes = { simpleRnn: SimpleRNN, gru: GRU, lstm: LSTM };

export type Apply = (inputs: Tensor | Tensor[], kwargs?: Record<string, unknown>) => Tensor;

/** A layer as a function of tensors: TypeScript can't tell its symbolic outputs from real ones. */
export const call = (layer: tf.layers.Layer): Apply => layer.apply.bind(layer) as Apply;
