export { type SparseRows, sparseRows } from '../simd';
export { Embedding, type EmbeddingArgs, type PretrainedArgs } from './embedding';
export { type BagCall, type BagMode, EmbeddingBag, type EmbeddingBagArgs } from './embedding-bag';
export { EmbeddingTable } from './embedding-table';
export type { LookupOptions } from './lookup';
export type { Rows, TableArgs, TableOptions } from './table-options';
export {
  type Sentences,
  type Word2vecOptions,
  type Word2vecProgress,
  type Word2vecResult,
  word2vec,
} from './word2vec';
