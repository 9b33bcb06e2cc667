export { type Declaration, loadDeclarations } from './declarations';
export { normalisePersian, type PersianOptions } from './normalise-persian';
export { type PadOptions, padSequences } from './pad-sequences';
export { persianNumber, persianOrdinal } from './persian-numbers';
export { sentencesOf, type TokeniseOptions, tokenise } from './tokenise';
export { PADDING_INDEX, UNKNOWN_INDEX, Vocabulary, type VocabularyOptions } from './vocabulary';
