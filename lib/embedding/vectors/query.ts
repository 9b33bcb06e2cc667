import { fail, wholeNumber } from '../../errors';
import { lengthOf, type Ranking, type Term } from './cosines';

/** A word that is known, or a vector of as many numbers as they have. */
export type WordOrVector = string | Float32Array | readonly number[];

/** A word or vector and what it is multiplied by. */
export type WeightedWord = readonly [of: string | Float32Array, weight: number];

/** How `mostSimilar` searches. */
export interface SimilarityOptions {
  /** Words that are given. Default 10. */
  topN?: number;
  /** How several words are put together. Default `'3CosAdd'`. */
  method?: '3CosAdd' | '3CosMul';
  /** Only so many words, from the first on, are searched. Default: all. */
  restrict?: number;
}

/** What `mostSimilar` looks for. */
export interface SimilarityQuery extends SimilarityOptions {
  /** What the words found should be like; default none. */
  positive?: WordOrVector | readonly (WordOrVector | WeightedWord)[];
  /** What they should not be like; default none. */
  negative?: WordOrVector | readonly (WordOrVector | WeightedWord)[];
}

/** A word found, and how similar it is: a cosine, or what `'3CosMul'` ranks by. */
export interface SimilarWord {
  readonly word: string;
  readonly similarity: number;
}

const WHERE = 'WordVectors.mostSimilar';
const METHODS = ['3CosAdd', '3CosMul'];

/** Refuses what is no option of a search. */
export function checkSearch(where: string, { topN, method, restrict }: SimilarityOptions): void {
  if (topN !== undefined) wholeNumber(where, 'topN', topN);
  if (restrict !== undefined) wholeNumber(where, 'restrict', restrict);
  if (method !== undefined && !METHODS.includes(method)) {
    fail(where, `expected a method of ${METHODS.join(', ')}, got ${String(method)}`);
  }
}

/** Whether an item has a weight. */
export const isWeighted = (item: WordOrVector | WeightedWord): item is WeightedWord =>
  Array.isArray(item) && item.length === 2 && typeof item[0] !== 'number';

/** The items of a query, of which there may be one, without a list. */
export function listOf(items: SimilarityQuery['positive']): readonly (WordOrVector | WeightedWord)[] {
  if (items === undefined) return [];
  if (typeof items !== 'string' && !(items instanceof Float32Array) && !Array.isArray(items)) {
    fail(WHERE, `expected a word, a vector or a list of them, got ${String(items)}`);
  }
  const one = typeof items === 'string' || items instanceof Float32Array || typeof items[0] === 'number';
  return one ? [items as WordOrVector] : (items as readonly (WordOrVector | WeightedWord)[]);
}

type Items = readonly (WordOrVector | WeightedWord)[];
type ToTerm = (item: WordOrVector) => Term;

/**
 * 3CosAdd: the cosine with the sum of what is positive, less what is negative.
 *
 * @param items the first `positive` are positive, the others negative
 * @param term what an item is compared by
 */
export function cosAdd(items: Items, positive: number, dimension: number, term: ToTerm): Ranking {
  if (items.length === 0) fail(WHERE, 'expected positive or negative words, got none');
  const sum = new Float64Array(dimension);
  let largest = 0;
  for (const [i, item] of items.entries()) {
    const [of, weight] = isWeighted(item) ? item : [item, i < positive ? 1 : -1];
    if (!Number.isFinite(weight)) fail(WHERE, `expected a finite weight, got ${String(weight)}`);
    const { vector, length } = term(of);
    largest = Math.max(largest, Math.abs(weight) * length);
    for (let k = 0; k < sum.length; k++) sum[k] += weight * vector[k];
  }
  const length = lengthOf(sum);
  // What is left of equal vectors is rounding.
  if (!(length > 1e-12 * largest)) fail(WHERE, 'expected words with a direction, got some that cancel out');
  return { by: 'add', terms: [{ vector: sum.map((x) => x / length), length: 1 }], positive: 1 };
}

/** 3CosMul; see `cosAdd`. */
export function cosMul(items: Items, positive: number, term: ToTerm): Ranking {
  if (positive === 0) fail(WHERE, "expected positive words for '3CosMul', got none");
  const terms = items.map((item) => {
    if (isWeighted(item)) return fail(WHERE, "expected words without weights for '3CosMul', got a weight");
    return term(item);
  });
  return { by: 'mul', terms, positive };
}
