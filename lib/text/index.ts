export { type Declaration, loadDeclarations } from './declarations';
export { normalisePersian, type PersianOptions } from './normalise-persian';
export { type PadOptions, padSequences } from './pad-sequences';
export { persianNumber, persianOrdinal } from './persian-numbers';
export { type TextPiecesOptions, textPieces } from './text-pieces';
export { sentencesOf, type TokeniseOptions, tokenise } from './tokenise';
export { PADDING_INDEX, UNKNOWN_INDEX, Vocabulary, type VocabularyOptions } from './vocabulary';
export { withoutDots } from './without-dots';
