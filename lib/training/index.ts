export {
  Checkpoint,
  type CheckpointOptions,
  checkpoint,
} from './checkpoint';
export { type ClipOptions, clipGradients } from './clip-gradients';
export { CosineRate, type CosineRateOptions, cosineRate } from './cosine-rate';
export type { ShuffledData } from './data-passes';
export { EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './early-stopping';
export { type Batches, evaluate, predict } from './evaluate';
export { LiveCurve, type LiveCurveOptions, liveCurve } from './live-curve';
export type { Logs } from './logs';
export { ProgressBar, type ProgressBarOptions, progressBar } from './progress-bar';
export { type CallbackState, type ResumableCallback, type ResumableLayer, RunState } from './run-state';
export { StopOnInterrupt, type StopOnInterruptOptions, stopOnInterrupt } from './stop-on-interrupt';
export { StopOnNaN, stopOnNaN } from './stop-on-nan';
