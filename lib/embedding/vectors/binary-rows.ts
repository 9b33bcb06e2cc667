import { fail } from '../../errors';
import { decodeWord } from './decode-word';
import { count } from './row-table';
import type { RowReader, RowsPlan } from './text-rows';

const [NEWLINE, RETURN, SPACE] = [10, 13, 0x20];
/** A word is never as long. */
const MOST_WORD = 2 ** 16;

/** Reads a word, a space and its numbers as little-endian float32, again and again, with or without `\n` between. */
export class BinaryRows implements RowReader {
  constructor(private readonly plan: RowsPlan) {}

  push(bytes: Buffer, last: boolean): number {
    const { table, rows, exact } = this.plan;
    const size = 4 * table.dimension;
    let at = 0;
    for (;;) {
      // The C program ends a vector with a newline, gensim does not; neither has words that begin with one.
      while (bytes[at] === NEWLINE || (bytes[at] === RETURN && bytes[at + 1] === NEWLINE)) at++;
      if (table.rows === rows) break;
      const space = bytes.indexOf(SPACE, at);
      if ((space < 0 ? bytes.length : space) - at > MOST_WORD) {
        fail(this.here(), `expected a word and a space, got ${count(MOST_WORD)} bytes without one`);
      }
      if (space < 0 || space + 1 + size > bytes.length) break;
      this.take(bytes, at, space);
      at = space + 1 + size;
    }
    if (table.rows < rows) return at;
    if (exact && at < bytes.length) this.refuseMore(bytes.subarray(at), last);
    return exact ? at : bytes.length;
  }

  private readonly here = (): string => `${this.plan.where}, word ${count(this.plan.table.rows + 1)}`;

  private take(bytes: Buffer, start: number, space: number): void {
    const { table, unicodeErrors } = this.plan;
    const word = decodeWord(this.here, bytes, start, space, unicodeErrors);
    const place = table.place();
    const { vectors, dimension } = table;
    const to = new Uint8Array(vectors.buffer, vectors.byteOffset + 4 * place, 4 * dimension);
    to.set(bytes.subarray(space + 1, space + 1 + 4 * dimension));
    for (let i = place; i < place + dimension; i++) {
      if (!Number.isFinite(vectors[i])) {
        fail(this.here(), `expected finite numbers, got ${vectors[i]} for ${JSON.stringify(word)}`);
      }
    }
    table.add(word);
  }

  private refuseMore(bytes: Buffer, last: boolean): void {
    // A `\r` whose `\n` has not come yet.
    if (!last && bytes.length === 1 && bytes[0] === RETURN) return;
    const { where, rows } = this.plan;
    fail(where, `expected the end after ${count(rows)} words, as the header says, got more bytes`);
  }
}
