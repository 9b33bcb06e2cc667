import { fail } from '../../errors';

/** A Map holds no more. */
const MOST_WORDS = 2 ** 24 - 1;
/** Room to begin with; from then on the part of the file that is read says how much there will be. */
const FIRST_ROWS = 256;
/** Room beyond what is expected: rows of a file differ in length. */
const SLACK = 1.05;

export const count = (n: number): string => n.toLocaleString('en-GB');

/** What a file of word vectors fills, row by row. */
export class RowTable {
  readonly words: string[] = [];
  readonly index = new Map<string, number>();
  /** Rows whose word had been there; the first one counts. */
  duplicates = 0;
  /** Rows read, with those whose word had been there. */
  rows = 0;
  /** Numbers of the rows, and room for more. */
  vectors = new Float32Array(0);

  /**
   * @param where what an error begins with
   * @param most no more rows come than this, as far as is known
   * @param share the part of the file that is read, 0 … 1; NaN where it is not known
   */
  constructor(
    private readonly where: string,
    readonly dimension: number,
    private readonly most: number,
    private readonly share: () => number,
  ) {}

  /** Where the next row's numbers go. */
  place(): number {
    const at = this.words.length * this.dimension;
    if (at + this.dimension > this.vectors.length) this.grow();
    return at;
  }

  /** Takes the row whose numbers lie at `place()`. */
  add(word: string): void {
    this.rows++;
    if (this.index.has(word)) {
      this.duplicates++;
      return;
    }
    if (this.words.length === MOST_WORDS) {
      fail(this.where, `expected at most ${count(MOST_WORDS)} words, got more; read fewer with limit`);
    }
    this.index.set(word, this.words.length);
    this.words.push(word);
  }

  /** The numbers of the rows alone. */
  finish(): Float32Array {
    const used = this.words.length * this.dimension;
    const much = this.vectors.length > 1.1 * used;
    return much ? this.vectors.slice(0, used) : this.vectors.subarray(0, used);
  }

  private grow(): void {
    const now = this.words.length;
    const share = this.share();
    const expected = share > 0 ? now / share : 2 * now;
    const wanted = Math.ceil(Math.max(expected, 1.25 * now, FIRST_ROWS) * SLACK);
    const rows = Math.max(now + 1, Math.min(wanted, this.most));
    try {
      const larger = new Float32Array(rows * this.dimension);
      larger.set(this.vectors);
      this.vectors = larger;
    } catch {
      fail(
        this.where,
        `needs memory for ${count(rows)} × ${count(this.dimension)} numbers, and the system gives no more; read fewer with limit`,
      );
    }
  }
}
