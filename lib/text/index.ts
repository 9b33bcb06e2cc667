export { type Declaration, loadDeclarations } from './declarations';
export { type PadOptions, padSequences } from './pad-sequences';
export { persianNumber, persianOrdinal } from './persian-numbers';
export { PADDING_INDEX, UNKNOWN_INDEX, Vocabulary } from './vocabulary';
