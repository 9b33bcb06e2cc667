export type { Activation, Cell, CellKind } from '../simd';
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
export { Bidirectional, type BidirectionalArgs, bidirectional, type MergeMode } from './layers/bidirectional';
export type { GatedLayerArgs, RecurrentLayerArgs } from './layers/layer-options';
export { GRU, type GRUArgs, LSTM, type LSTMArgs, SimpleRNN } from './layers/layers';
export type { Named } from './layers/named-options';
export { Orthogonal } from './layers/orthogonal';
export type { CallOptions, OneOrMore, RecurrentLayer } from './layers/recurrent-layer';
export type { BeamOptions, Hypothesis } from './seq2seq/beam-search';
export {
  type DecodeOptions,
  EncoderDecoder,
  type EncoderDecoderOptions,
  encoderDecoder,
  maskedCrossentropy,
} from './seq2seq/encoder-decoder';
export type { SequencePair, TeacherForcedBatch } from './seq2seq/teacher-forcing';
export { withReference } from './sequence';
export {
  type GradientTerm,
  jacobianNorms,
  type ThroughTime,
  type ThroughTimeOptions,
  throughTime,
} from './through-time';
export { unroll } from './unroll';
export { loadModel, saveModel } from './weights/model-file';
export type { Epsilon, ModuleNames } from './weights/pytorch-weights';
export { loadWeights, saveWeights } from './weights/weights';
