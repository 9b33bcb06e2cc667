export { type SparseRows, sparseRows } from '../simd';
export { Embedding, type EmbeddingArgs, type PretrainedArgs } from './embedding';
export { type BagCall, type BagMode, EmbeddingBag, type EmbeddingBagArgs } from './embedding-bag';
export { EmbeddingTable } from './embedding-table';
export type { LookupOptions } from './lookup';
export type { Rows, TableArgs, TableOptions } from './table-options';
export type { UnicodeErrors } from './vectors/decode-word';
export type { WordVectorsFormat } from './vectors/file-layout';
export type {
  SimilarityOptions,
  SimilarityQuery,
  SimilarWord,
  WeightedWord,
  WordOrVector,
} from './vectors/query';
export type {
  Analogy,
  AnalogyOptions,
  AnalogyReport,
  AnalogyScore,
  AnalogySection,
} from './vectors/questions';
export type { LoadWordVectorsOptions, WordVectorsProgress } from './vectors/read-word-vectors';
export type { JudgementOptions } from './vectors/spellings';
export type { WordPair, WordPairsOptions, WordPairsReport } from './vectors/word-pairs';
export { WordVectors } from './word-vectors';
export {
  type Sentences,
  type Word2vecOptions,
  type Word2vecProgress,
  type Word2vecResult,
  word2vec,
} from './word2vec';
