import { fail, refuseUnknown } from '../errors';
import { tf } from '../tensor';
import { scoreAnalogies } from './vectors/analogies';
import { contentOf, flatten, type WordVectorsContent } from './vectors/content';
import { Cosines, lengthOf, type Term } from './vectors/cosines';
import type { WordVectorsFormat } from './vectors/file-layout';
import { nearestSpelling } from './vectors/nearest-spelling';
import {
  checkSearch,
  cosAdd,
  cosMul,
  isWeighted,
  listOf,
  type SimilarityOptions,
  type SimilarityQuery,
  type SimilarWord,
  type WordOrVector,
} from './vectors/query';
import {
  type AnalogyOptions,
  type AnalogyReport,
  type AnalogySection,
  checkAnalogies,
  readAnalogies,
} from './vectors/questions';
import { type LoadWordVectorsOptions, readWordVectors } from './vectors/read-word-vectors';
import { count } from './vectors/row-table';
import { MOST_KNOWN } from './vectors/spellings';
import {
  checkWordPairs,
  readWordPairs,
  scorePairs,
  type WordPair,
  type WordPairsOptions,
  type WordPairsReport,
} from './vectors/word-pairs';
import { writeWordVectors } from './vectors/write-word-vectors';

const WHERE = 'WordVectors';
/**
 * Words and their vectors: read from the files that word2vec, GloVe, fastText and gensim write, and asked for what is
 * similar, and what is to one word as another is to a third. Names and answers are those of gensim's `KeyedVectors`.
 *
 * A word that is not known is an error that names it and the nearest spelling.
 *
 * @see T. Mikolov, K. Chen, G. Corrado, J. Dean, "Efficient estimation of word representations in vector space", 2013
 * @see J. Pennington, R. Socher, C. Manning, "GloVe: global vectors for word representation", 2014
 * @example
 * const vectors = WordVectors.from(['cat', 'dog', 'car'], [[1, 0.1], [0.9, 0.2], [0.1, 1]]);
 * vectors.mostSimilar('cat', { topN: 1 })[0].word; // → dog
 */
export class WordVectors {
  /** The words, in the file's order: from the most frequent on, in files as they are given out. */
  readonly words: readonly string[];
  /** Numbers of a vector. */
  readonly dimension: number;
  /** Rows that were left out, because their word had been there before. */
  readonly duplicates: number;
  private readonly places: ReadonlyMap<string, number>;
  private readonly vectors: Float32Array;
  private readonly cosines: Cosines;

  private constructor({ words, index, vectors, dimension, duplicates }: WordVectorsContent) {
    this.words = words;
    this.dimension = dimension;
    this.duplicates = duplicates;
    this.places = index;
    this.vectors = vectors;
    this.cosines = new Cosines(vectors, dimension);
  }

  /**
   * Reads a file: word2vec's text or binary (with or without a line end after each vector), fastText's `.vec`, or
   * GloVe's text without a header; plain or gzip, which its first bytes say. Nothing is half-loaded.
   *
   * - A word may have spaces in it, as some of GloVe's 840B have: a text line is a word and, at its end, as many numbers
   *   as there are dimensions. A number too many is taken for a fault, and not for a part of the word.
   * - A word that comes again is left out, and counted in `duplicates`.
   * - Numbers are rounded as `Number` and a Float32Array round them, and as gensim does.
   * - Without a header, and where the last line lacks its end, a file that is cut off within its last number can't be told
   *   from a whole one.
   *
   * @throws RecurrentError with the line, or in a binary file the word's number, for a row that is too short or too long, for
   *   `nan` and what float32 can't hold, for an empty line between others, and for a word that is not UTF-8 (unless
   *   `unicodeErrors` is `'replace'`); with both numbers where there are fewer or more rows than the header says;
   *   and for a file that is empty, damaged, or of another kind
   * @example
   * const vectors = await WordVectors.load('glove.txt', { limit: 100_000 });
   * vectors.dimension; // → 2
   */
  static async load(path: string, options: LoadWordVectorsOptions = {}): Promise<WordVectors> {
    return new WordVectors(await readWordVectors(path, options));
  }

  /**
   * Word vectors of numbers that are there. They are copied; a word that comes again is left out, and counted.
   *
   * @param vectors (words, dimension): one after the other, as rows, or as a tensor
   * @param dimension numbers of a vector. Default: as many as there are for each word
   * @throws RecurrentError where there are no words, the numbers do not come out even, or one is not finite
   * @example
   * const vectors = WordVectors.from(['a', 'b'], Float32Array.of(1, 0, 0.6, 0.8));
   * vectors.similarity('a', 'b').toFixed(3); // → 0.600
   */
  static from(
    words: Iterable<string>,
    vectors: Float32Array | readonly (readonly number[])[] | tf.Tensor2D,
    dimension?: number,
  ): WordVectors {
    const where = `${WHERE}.from`;
    const all = [...words];
    if (all.length === 0) fail(where, 'expected at least one word, got none');
    const numbers = flatten(where, vectors);
    const width = dimension ?? numbers.length / all.length;
    if (!Number.isInteger(width) || width < 1 || width * all.length !== numbers.length) {
      fail(
        where,
        `expected ${count(all.length)} × ${dimension ?? 'dimension'} numbers, got ${count(numbers.length)}`,
      );
    }
    return new WordVectors(contentOf(where, all, numbers, width));
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** Whether a word is known. */
  has(word: string): boolean {
    return this.places.has(word);
  }

  /**
   * A word's place in `words`, and its row in `tensor()`.
   *
   * @throws RecurrentError for a word that is not known
   */
  index(word: string): number {
    return this.find('index', word);
  }

  /**
   * A word's vector, (dimension), as a copy.
   *
   * @throws RecurrentError for a word that is not known
   */
  vector(word: string): Float32Array {
    return this.row(this.find('vector', word));
  }

  /** All vectors, (size, dimension), for an embedding's weights. The tensor is its reader's to dispose of. */
  tensor(): tf.Tensor2D {
    return tf.tensor2d(this.vectors.slice(), [this.size, this.dimension]);
  }

  /**
   * The cosine of two words' vectors, x · y / (‖x‖ ‖y‖), -1 … 1; 0 where one of them is all zeros.
   *
   * @throws RecurrentError for a word that is not known
   */
  similarity(a: WordOrVector, b: WordOrVector): number {
    return this.cosine('similarity', a, b);
  }

  /** 1 - `similarity`, 0 … 2. */
  distance(a: WordOrVector, b: WordOrVector): number {
    return 1 - this.cosine('distance', a, b);
  }

  /**
   * The words most similar to a word, to a vector, or to several put together; best first, never a word that is given.
   *
   * - `'3CosAdd'` ranks by the cosine with Σ w x̂ over `positive`, less that over `negative`. x̂ is a word's vector at
   *   length 1; a vector that is given counts as it is. Weights w are 1 unless given as `[word, w]`.
   * - `'3CosMul'` ranks by Π (1 + cos) / 2 over `positive`, divided by that over `negative` + 10⁻⁶. A vector that is given
   *   counts as it is, so it should have length 1.
   *
   * Of words that are equally similar the first comes first; a word whose vector is all zeros has similarity 0. The
   * lengths of vectors are computed once, and a copy of many vectors is kept for the kernels: 2 bytes a number.
   *
   * @throws RecurrentError for a word that is not known, a vector of another size, no words at all, and where what is
   *   positive and negative cancels out
   * @see O. Levy, Y. Goldberg, "Linguistic regularities in sparse and explicit word representations", 2014
   * @example
   * const vectors = WordVectors.from(['man', 'woman', 'king', 'queen'], [[1, 0, 0.1], [0, 1, 0.1], [1, 0, 1], [0, 1, 1]]);
   * vectors.mostSimilar({ positive: ['king', 'woman'], negative: ['man'] })[0].word; // → queen
   */
  mostSimilar(query: WordOrVector | SimilarityQuery, options: SimilarityOptions = {}): SimilarWord[] {
    const where = `${WHERE}.mostSimilar`;
    const alone = typeof query === 'string' || query instanceof Float32Array || Array.isArray(query);
    const asked: SimilarityQuery = alone
      ? { positive: query as WordOrVector, ...options }
      : { ...(query as SimilarityQuery), ...options };
    refuseUnknown(where, asked, ['positive', 'negative', 'topN', 'method', 'restrict']);
    checkSearch(where, asked);
    const { topN = 10, method = '3CosAdd', restrict = this.size } = asked;
    const positive = listOf(asked.positive);
    const all = [...positive, ...listOf(asked.negative)];
    const given = all.map((item) => (isWeighted(item) ? item[0] : item));
    const term = (item: WordOrVector) => this.term(item);
    const ranking =
      method === '3CosAdd'
        ? cosAdd(all, positive.length, this.dimension, term)
        : cosMul(all, positive.length, term);
    const words = given.filter((item): item is string => typeof item === 'string');
    const excluded = new Set(words.map((word) => this.places.get(word)!));
    const found = this.cosines.best(ranking, Math.min(restrict, this.size), topN, excluded);
    return found.map(({ index, score }) => ({ word: this.words[index], similarity: score }));
  }

  /**
   * The word that does not go with the others: the one whose vector has the least cosine with the mean of all of them at
   * length 1.
   *
   * @param words at least three
   * @throws RecurrentError for a word that is not known, and for fewer than three words
   * @example
   * const vectors = WordVectors.from(['cat', 'dog', 'car'], [[1, 0.1], [0.9, 0.2], [0.1, 1]]);
   * vectors.doesntMatch(['cat', 'dog', 'car']); // → car
   */
  doesntMatch(words: readonly string[]): string {
    const where = `${WHERE}.doesntMatch`;
    if (!Array.isArray(words) || words.length < 3) {
      fail(where, `expected at least three words, got ${Array.isArray(words) ? words.length : typeof words}`);
    }
    const units = words.map((word) => this.cosines.unit(this.find('doesntMatch', word)));
    const mean = new Float64Array(this.dimension);
    for (const unit of units) for (const [k, x] of unit.entries()) mean[k] += x;
    const products = units.map((unit) => unit.reduce((sum, x, k) => sum + x * mean[k], 0));
    return words[products.indexOf(Math.min(...products))];
  }

  /**
   * How many of the questions *a is to b as c is to ?* are answered with the right word, as `mostSimilar({ positive: [b, c],
   * negative: [a] })` answers, section by section and in all. A question with an unknown word is not asked. An answer that
   * is a spelling of a, b or c is passed over, four times at the most, as gensim does.
   *
   * @param source a file as word2vec's `questions-words.txt` (plain, gzip or zip), or its sections
   * @throws RecurrentError for a file that is not there or not such a one, with the line
   * @example
   * const vectors = WordVectors.from(['man', 'woman', 'king', 'queen'], [[1, 0, 0.1], [0, 1, 0.1], [1, 0, 1], [0, 1, 1]]);
   * const { total } = await vectors.analogyAccuracy([
   *   { section: 'family', questions: [['man', 'woman', 'king', 'queen'], ['man', 'woman', 'boy', 'girl']] },
   * ]);
   * `${total.right} of ${total.covered} right, ${total.questions} in all`; // → 1 of 1 right, 2 in all
   */
  async analogyAccuracy(
    source: string | readonly AnalogySection[],
    options: AnalogyOptions = {},
  ): Promise<AnalogyReport> {
    const where = `${WHERE}.analogyAccuracy`;
    refuseUnknown(where, options, ['restrict', 'caseInsensitive', 'method']);
    checkSearch(where, { restrict: options.restrict, method: options.method });
    const sections = typeof source === 'string' ? await readAnalogies(source) : checkAnalogies(source);
    const units = {
      rows: Math.min(options.restrict ?? MOST_KNOWN, this.size),
      dimension: this.dimension,
      take: (first: number, last: number) => this.units(first, last),
    };
    return scoreAnalogies(sections, this.words, units, options);
  }

  /**
   * How the similarities of pairs of words agree with people's judgement. A pair with an unknown word does not count.
   *
   * @param source a file with two words and a number a line (plain, gzip or zip), with `#` before comments; or the pairs
   * @throws RecurrentError for a file that is not there or not such a one, with the line; and for fewer than two pairs whose
   *   words are known
   * @example
   * const vectors = WordVectors.from(['cat', 'dog', 'car'], [[1, 0.1], [0.9, 0.2], [0.1, 1]]);
   * const pairs = [['cat', 'dog', 9], ['cat', 'car', 1], ['dog', 'car', 2], ['cat', 'lion', 8]] as const;
   * (await vectors.wordPairs(pairs)).unknownShare; // → 0.25
   */
  async wordPairs(
    source: string | readonly WordPair[],
    options: WordPairsOptions = {},
  ): Promise<WordPairsReport> {
    const where = `${WHERE}.wordPairs`;
    refuseUnknown(where, options, ['restrict', 'caseInsensitive', 'delimiter']);
    const { delimiter = '\t', ...judgement } = options;
    checkSearch(where, { restrict: options.restrict });
    if (typeof delimiter !== 'string' || delimiter === '') {
      fail(where, `expected a delimiter of at least one character, got ${JSON.stringify(delimiter)}`);
    }
    const pairs =
      typeof source === 'string' ? await readWordPairs(source, delimiter) : checkWordPairs(source);
    const cosine = (i: number, j: number) => cosineOf(this.row(i), this.row(j));
    return scorePairs(pairs, this.words, cosine, judgement);
  }

  /**
   * Writes a file that `load`, gensim and the original programs read, whole or not at all; packed where its name ends in
   * `.gz`. A number of text has the fewest digits that read as the same float32, so nothing is lost.
   *
   * @param options.format `'word2vec'` (the default), `'fasttext'` (the same), `'word2vec-binary'` or `'glove'`
   * @throws RecurrentError for a word that the format can't hold: one with a blank, but in `'glove'`; with a line end; with
   *   half a surrogate pair
   */
  async save(path: string, options: { format?: WordVectorsFormat } = {}): Promise<void> {
    refuseUnknown(`${WHERE}.save`, options, ['format']);
    const { words, vectors, dimension } = this;
    await writeWordVectors(path, { words, vectors, dimension }, options.format ?? 'word2vec');
  }

  /** Gives the kernels' copy of the vectors back, before it is garbage. They are there as before; a query copies anew. */
  dispose(): void {
    this.cosines.dispose();
  }

  private find(method: string, word: string): number {
    const place = this.places.get(word);
    if (place !== undefined) return place;
    const where = `${WHERE}.${method}`;
    if (typeof word !== 'string') return fail(where, `expected a word, got ${String(word)}`);
    const nearest = nearestSpelling(word, this.words);
    const hint = nearest === null ? '' : `; the nearest spelling is ${JSON.stringify(nearest)}`;
    return fail(where, `expected one of ${count(this.size)} known words, got ${JSON.stringify(word)}${hint}`);
  }

  private row(index: number): Float32Array {
    return this.vectors.slice(index * this.dimension, (index + 1) * this.dimension);
  }

  private vectorOf(method: string, item: WordOrVector): ArrayLike<number> {
    if (typeof item === 'string') return this.row(this.find(method, item));
    const where = `${WHERE}.${method}`;
    if (!(item instanceof Float32Array) && !Array.isArray(item)) {
      return fail(where, `expected a word or a vector, got ${String(item)}`);
    }
    if (item.length !== this.dimension) {
      fail(where, `expected a vector of ${this.dimension} numbers, got ${item.length}`);
    }
    const wrong = item.find((x) => !Number.isFinite(x));
    return wrong === undefined
      ? item
      : fail(where, `expected a vector of finite numbers, got ${String(wrong)}`);
  }

  private cosine(method: string, a: WordOrVector, b: WordOrVector): number {
    const [x, y] = [this.vectorOf(method, a), this.vectorOf(method, b)];
    return cosineOf(x, y);
  }

  /** What an item of a query is compared by: a word's vector at length 1, or a vector as it is. */
  private term(item: WordOrVector): Term {
    const vector =
      typeof item === 'string'
        ? this.cosines.unit(this.find('mostSimilar', item))
        : Float64Array.from(this.vectorOf('mostSimilar', item));
    return { vector, length: lengthOf(vector) };
  }

  private units(first: number, last: number): Float32Array {
    const { vectors, dimension, cosines } = this;
    const { lengths } = cosines;
    const rows = vectors.slice(first * dimension, last * dimension);
    for (let i = first, at = 0; i < last; i++) {
      const scale = 1 / (lengths[i] || 1);
      for (let k = 0; k < dimension; k++) rows[at++] *= scale;
    }
    return rows;
  }
}

function cosineOf(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let product = 0;
  for (let k = 0; k < x.length; k++) product += x[k] * y[k];
  return product / (lengthOf(x) * lengthOf(y) || 1);
}
