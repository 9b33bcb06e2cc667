import { fail, wholeNumber } from '../errors';

/** What stands at the first two indices of every vocabulary. */
export const PADDING_INDEX = 0;
export const UNKNOWN_INDEX = 1;

/**
 * The tokens that a model knows, numbered from the most frequent on: index 0 is padding, 1 any token that is not known,
 * and tokens of equal frequency stand in the order in which they were first seen.
 */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(private readonly tokens: readonly string[]) {
    this.indices = new Map(tokens.map((token, i) => [token, i + 2]));
  }

  /**
   * Counts tokens and numbers them.
   *
   * @param sequences token sequences; a string is a sequence of its characters (Unicode code points)
   * @param options.atLeast how often a token must occur to be known; default 1
   * @param options.most how many tokens are known at the most; default all
   */
  static of(
    sequences: Iterable<Iterable<string>>,
    { atLeast = 1, most = Number.MAX_SAFE_INTEGER }: { atLeast?: number; most?: number } = {},
  ): Vocabulary {
    wholeNumber('Vocabulary.of', 'atLeast', atLeast);
    wholeNumber('Vocabulary.of', 'most', most);
    const counts = new Map<string, number>();
    for (const sequence of sequences)
      for (const token of sequence) counts.set(token, (counts.get(token) ?? 0) + 1);
    // The sort is stable, which keeps first-seen order among equals.
    const known = [...counts].filter(([, count]) => count >= atLeast).sort((a, b) => b[1] - a[1]);
    return new Vocabulary(known.slice(0, most).map(([token]) => token));
  }

  /** Indices in use, padding and unknown included: an embedding's `numEmbeddings`. */
  get size(): number {
    return this.tokens.length + 2;
  }

  /** A token's index; 1 where it is not known. */
  indexOf(token: string): number {
    return this.indices.get(token) ?? UNKNOWN_INDEX;
  }

  /** The indices of a sequence of tokens, or of a string's characters. */
  encode(sequence: Iterable<string>): number[] {
    return Array.from(sequence, (token) => this.indexOf(token));
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
      if (index === PADDING_INDEX) continue;
      tokens.push(index === UNKNOWN_INDEX ? '�' : this.tokens[index - 2]);
    }
    return tokens;
  }
}
