export { installKernelSpec } from './kernel/kernel-spec';
export { KernelClient, type KernelOptions, type Listener, type RequestOptions } from './notebooks/client';
export { checkStatus, type Exercise, readExercises, tryAnswer } from './notebooks/exercises';
export { keepOutputs, outputDifference } from './notebooks/kept-outputs';
export {
  cellSource,
  isExecuted,
  type Notebook,
  type NotebookCell,
  type Output,
  readNotebook,
  writeNotebook,
} from './notebooks/notebook-file';
export {
  type CellResult,
  cellReport,
  type NotebookRun,
  type RunOptions,
  runNotebook,
  runNotebooks,
} from './notebooks/run-notebook';
export type { ConnectionInfo, Content, Header, Message } from './protocol/wire';
