export {
  type BaselineRow,
  baselines,
  lastValue,
  meanSquaredError,
  sameTimeYesterday,
  trainingMean,
} from './baselines';
export type { ClockFinding } from './clock';
export {
  JENA_COLUMNS,
  LECTURE_FEATURES,
  LECTURE_TARGET,
  LECTURE_TRAINING_SHARE,
  TIME_COLUMN,
} from './columns';
export { type DownloadOptions, type DownloadProgress, downloadJena, findDownloaded } from './download';
export type { Duration } from './duration';
export { type FilledRun, fillMissing } from './fill';
export * from './formulas';
export { describe, type Selection, toDataFrame } from './frame';
export { type ExpectedFile, JENA_URL } from './jena-file';
export { LinearRegression, linearRegression } from './linear-regression';
export type { ByName, Pairs } from './named';
export { normalise, type ZScore, ZScores } from './normalise';
export { type ReadOptions, readClimateCsv } from './read-csv';
export type { ClockReport, MissingRun, ReadingReport } from './report';
export { resample } from './resample';
export { Series } from './series';
export { type LoadOptions, loadClimate, STATIONS, type Station } from './source';
export { split } from './split';
export {
  type Window,
  type WindowBatch,
  WindowDataset,
  type WindowOptions,
  type WindowTensors,
  windows,
} from './windows';
