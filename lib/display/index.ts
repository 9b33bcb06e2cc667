export { cellSignal, clearOutput, type DisplayHandle, display, input } from './display';
export { CHECK_MIME, CheckResult, type CheckStatus, check, type Questions, todo } from './exercise';
export { expect } from './expect';
export { type MimeBundle, toMimeBundle } from './mime';
export { type ResultRow, ResultTable, type ResultTableOptions, resultTable } from './result-table';
export {
  en,
  fa,
  fixed,
  type Language,
  Prose,
  percent,
  Sentence,
  type SentencePart,
  say,
  WrittenNumber,
  written,
} from './sentence';
