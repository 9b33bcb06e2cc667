/** Words that are known to comparisons by default, the most frequent ones, as with gensim. */
export const MOST_KNOWN = 300_000;

/** Which words count in a comparison with people's judgement. */
export interface JudgementOptions {
  /** Only so many words, from the first on, are known and searched. Default 300,000. */
  restrict?: number;
  /** Whether `Paris` and `paris` are one word, the first of them. Default true. */
  caseInsensitive?: boolean;
}

/** The places of words by their spelling, upper or lower case being the same where `caseInsensitive`. */
export class Spellings {
  private readonly places = new Map<string, number>();
  readonly fold: (word: string) => string;

  /** @param rows only so many words, from the first on, are known */
  constructor(words: readonly string[], rows: number, caseInsensitive: boolean) {
    this.fold = caseInsensitive ? (word) => word.toUpperCase() : (word) => word;
    for (let i = 0; i < Math.min(rows, words.length); i++) {
      const spelling = this.fold(words[i]);
      if (!this.places.has(spelling)) this.places.set(spelling, i);
    }
  }

  /** A word's place: of several spellings' the first. */
  place(word: string): number | undefined {
    return this.places.get(this.fold(word));
  }
}
