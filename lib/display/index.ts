export { cellSignal, clearOutput, type DisplayHandle, display, input } from './display';
export { expect } from './expect';
export { type MimeBundle, toMimeBundle } from './mime';
export { type ResultRow, ResultTable, type ResultTableOptions, resultTable } from './result-table';
