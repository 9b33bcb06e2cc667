import { fail, refuseUnknown, wholeNumber } from '../errors';
import type { Random } from '../tensor';

/** What stands at the first two indices, where a vocabulary has them. */
export const PADDING_INDEX = 0;
export const UNKNOWN_INDEX = 1;

export interface VocabularyOptions {
  /** How often a token must occur to be known; default 1. */
  atLeast?: number;
  /** How many tokens are known at the most, besides the special ones; default all. */
  most?: number;
  /** Tokens that are known in any case, such as the ends of sentences: they stand first, in this order. Default none. */
  specials?: readonly string[];
  /** Whether index 0 is padding; default true. */
  padding?: boolean;
  /** Whether the index after it is for all tokens that are not known, which are left out otherwise; default true. */
  unknown?: boolean;
}

/**
 * The tokens that a model knows, numbered from the most frequent on: first padding and the unknown, then special tokens,
 * then the others by how often they came, those of equal frequency in the order in which they were first seen.
 */
export class Vocabulary {
  /** The tokens in the order of their indices, without padding and unknown. */
  readonly tokens: readonly string[];
  private readonly indices: ReadonlyMap<string, number>;
  /** What stands before the tokens. */
  private readonly padding: boolean;
  private readonly unknown: boolean;

  /** @param counts by token, in the order of their indices */
  private constructor(
    private readonly counts: ReadonlyMap<string, number>,
    /** How many tokens there were, known and unknown. */
    readonly total: number,
    options: VocabularyOptions,
  ) {
    this.padding = options.padding ?? true;
    this.unknown = options.unknown ?? true;
    this.tokens = [...counts.keys()];
    this.indices = new Map(this.tokens.map((token, i) => [token, this.first + i]));
  }

  /**
   * Counts tokens and numbers them.
   *
   * @param sequences token sequences; a string is a sequence of its characters (Unicode code points)
   * @throws RecurrentError for an option it does not know or can't honour
   */
  static of(sequences: Iterable<Iterable<string>>, options: VocabularyOptions = {}): Vocabulary {
    const counter = new Counter('Vocabulary.of', options);
    for (const sequence of sequences) counter.add(sequence);
    return new Vocabulary(counter.known(), counter.total, options);
  }

  /** As `of`, from sequences that come one by one, such as the lines of a file. */
  static async ofStream(
    sequences: AsyncIterable<Iterable<string>>,
    options: VocabularyOptions = {},
  ): Promise<Vocabulary> {
    const counter = new Counter('Vocabulary.ofStream', options);
    for await (const sequence of sequences) counter.add(sequence);
    return new Vocabulary(counter.known(), counter.total, options);
  }

  /** Indices in use, padding and unknown included: an embedding's `numEmbeddings`. */
  get size(): number {
    return this.first + this.tokens.length;
  }

  private get first(): number {
    return Number(this.padding) + Number(this.unknown);
  }

  /** Whether a token is known. */
  has(token: string): boolean {
    return this.counts.has(token);
  }

  /** How often a token came; 0 where it is not known. */
  countOf(token: string): number {
    return this.counts.get(token) ?? 0;
  }

  /**
   * A token's index; that of the unknown where it is not known.
   *
   * @throws RecurrentError where it is not known and the vocabulary has no index for that
   */
  indexOf(token: string): number {
    return this.indices.get(token) ?? this.unknownIndex(token);
  }

  private unknownIndex(token: string): number {
    if (this.unknown) return this.padding ? UNKNOWN_INDEX : UNKNOWN_INDEX - 1;
    return fail('Vocabulary.indexOf', `"${token}" is not among the ${this.tokens.length} known tokens`);
  }

  /** The indices of a sequence of tokens, or of a string's characters; those without an index are left out. */
  encode(sequence: Iterable<string>): number[] {
    const known = this.unknown ? sequence : Array.from(sequence).filter((token) => this.has(token));
    return Array.from(known, (token) => this.indexOf(token));
  }

  /**
   * The tokens of indices: nothing for padding, `�` for unknown ones.
   *
   * @throws RecurrentError for an index outside the vocabulary
   */
  decode(indices: Iterable<number>): string[] {
    const tokens: string[] = [];
    for (const index of indices) {
      if (!(Number.isInteger(index) && index >= 0 && index < this.size)) {
        fail('Vocabulary.decode', `expected indices from 0 to ${this.size - 1}, got ${index}`);
      }
      if (index >= this.first) tokens.push(this.tokens[index - this.first]);
      else if (!(this.padding && index === PADDING_INDEX)) tokens.push('�');
    }
    return tokens;
  }

  /**
   * Leaves out tokens at random, the more frequent the more often: of frequency f, a token stays with probability
   *
   *   (√(f / t) + 1) · t / f, at most 1
   *
   * @param sequence tokens; those that are not known stay
   * @param options.threshold t, the frequency above which tokens begin to go; default 10⁻³
   * @see T. Mikolov et al., "Distributed representations of words and phrases and their compositionality", 2013, and the
   *   word2vec program, whose formula this is
   */
  subsample(
    sequence: readonly string[],
    random: Random,
    { threshold = 1e-3 }: { threshold?: number } = {},
  ): string[] {
    if (!(threshold > 0)) fail('Vocabulary.subsample', `threshold must be above 0, got ${threshold}`);
    const wanted = threshold * this.total;
    return sequence.filter((token) => {
      const count = this.countOf(token);
      const probability = count === 0 ? 1 : (Math.sqrt(count / wanted) + 1) * (wanted / count);
      return probability >= 1 || random.uniform() < probability;
    });
  }
}

/** Counts tokens as they come. */
class Counter {
  total = 0;
  private readonly counts = new Map<string, number>();

  constructor(
    where: string,
    private readonly options: VocabularyOptions,
  ) {
    refuseUnknown(where, options, ['atLeast', 'most', 'specials', 'padding', 'unknown']);
    const { atLeast = 1, most, specials = [] } = options;
    wholeNumber(where, 'atLeast', atLeast);
    if (most !== undefined) wholeNumber(where, 'most', most);
    const twice = specials.find((token, i) => specials.indexOf(token) < i);
    if (twice !== undefined) fail(where, `the special token "${twice}" is given twice`);
  }

  add(sequence: Iterable<string>): void {
    for (const token of sequence) {
      this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
      this.total++;
    }
  }

  /** Counts of what the vocabulary knows, in its order. */
  known(): Map<string, number> {
    const { atLeast = 1, most, specials = [] } = this.options;
    const special = new Set(specials);
    const others = [...this.counts].filter(([token, count]) => count >= atLeast && !special.has(token));
    // The sort is stable, which keeps first-seen order among equals.
    others.sort((a, b) => b[1] - a[1]);
    const first = specials.map((token) => [token, this.counts.get(token) ?? 0] as const);
    return new Map([...first, ...others.slice(0, most)]);
  }
}
