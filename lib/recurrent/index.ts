import './segment-sum';

export type { BeamOptions, Hypothesis } from './beam-search';
export { Bidirectional, type BidirectionalArgs, bidirectional, type MergeMode } from './bidirectional';
export {
  type Elementwise,
  type GruWeights,
  gruStep,
  type LstmWeights,
  lstmStep,
  type SimpleRnnWeights,
  type StepOptions,
  simpleRnnStep,
} from './cells';
export { type ClipOptions, clipGradients } from './clip-gradients';
export {
  type DecodeOptions,
  EncoderDecoder,
  type EncoderDecoderOptions,
  encoderDecoder,
  maskedCrossentropy,
} from './encoder-decoder';
export { type ForecasterName, type ForecasterOptions, forecaster } from './forecaster';
export type { GatedLayerArgs, RecurrentLayerArgs } from './layer-options';
export { GRU, type GRUArgs, LSTM, type LSTMArgs, SimpleRNN } from './layers';
export { loadModel, saveModel } from './model-file';
export { Orthogonal } from './orthogonal';
export type { RecurrentLayer } from './recurrent-layer';
export { readSafetensors, type SafetensorsFile, type TensorData, writeSafetensors } from './safetensors';
export { withReference } from './sequence';
export type { SequencePair } from './teacher-forcing';
export {
  type GradientTerm,
  jacobianNorms,
  type ThroughTime,
  type ThroughTimeOptions,
  throughTime,
} from './through-time';
export { unroll } from './unroll';
export { loadWeights, saveWeights } from './weights';
