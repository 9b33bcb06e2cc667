import { fail } from '../../errors';
import { decodeWord, shown, type UnicodeErrors } from './decode-word';
import { parseNumber, readNumbers } from './parse-number';
import { count, type RowTable } from './row-table';

const [TAB, NEWLINE, RETURN, SPACE] = [9, 10, 13, 0x20];
/** A row is never as long. */
const MOST_LINE = 2 ** 24;

/** Reads rows from the bytes of a file as they come. */
export interface RowReader {
  /**
   * @param bytes what comes next, with what was left over the time before
   * @param last whether the file ends with them
   * @returns how many bytes are done with; the others are given again
   */
  push(bytes: Buffer, last: boolean): number;
}

/** What a reader of rows is told. */
export interface RowsPlan {
  /** What errors begin with: the function and the file. */
  readonly where: string;
  readonly table: RowTable;
  /** Rows to be read: what the header says, or the reader's limit. */
  readonly rows: number;
  /** Whether more rows than these are a fault. */
  readonly exact: boolean;
  readonly unicodeErrors: UnicodeErrors;
}

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB;

/** The fields of a line that blanks part, from its last to its first, as places. */
function* fieldsBackwards(bytes: Buffer, start: number, end: number): Generator<[from: number, to: number]> {
  let to = end;
  for (;;) {
    while (to > start && isBlank(bytes[to - 1])) to--;
    let from = to;
    while (from > start && !isBlank(bytes[from - 1])) from--;
    if (to === start) return;
    yield [from, to];
    to = from;
  }
}

/** Whether a field stands for a number, be it none that is read. */
function isNumeric(bytes: Buffer, from: number, to: number): boolean {
  if (!Number.isNaN(parseNumber(bytes, from, to))) return true;
  return /^[+-]?(nan|inf|infinity)$/i.test(bytes.toString('latin1', from, Math.min(to, from + 12)));
}

/** How many numbers stand at a line's end, after what is its word at the least. */
export function numbersAtEnd(line: Buffer): number {
  let numbers = 0;
  for (const [from, to] of fieldsBackwards(line, 0, line.length)) {
    if (from === 0 || !isNumeric(line, from, to)) return numbers;
    numbers++;
  }
  return numbers;
}

/** Where a line's content ends: before the `\r` of a Windows file. */
export const contentEnd = (bytes: Buffer, start: number, newline: number): number =>
  newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;

/** Reads lines of a word and its numbers. */
export class TextRows implements RowReader {
  private blankLine = 0;

  /** @param line the number of the first line that comes */
  constructor(
    private readonly plan: RowsPlan,
    private line: number,
  ) {}

  push(bytes: Buffer, last: boolean): number {
    // The last line may lack its end; one is put there.
    const all = last && bytes.at(-1) !== NEWLINE ? Buffer.concat([bytes, Buffer.of(NEWLINE)]) : bytes;
    let at = 0;
    for (;;) {
      const newline = all.indexOf(NEWLINE, at);
      if (newline < 0) break;
      this.take(all, at, contentEnd(all, at, newline));
      at = newline + 1;
      this.line++;
    }
    if (all.length - at > MOST_LINE) {
      fail(
        this.here(),
        `expected lines of a word and its numbers, got ${count(MOST_LINE)} bytes without an end`,
      );
    }
    return at;
  }

  private readonly here = (): string => `${this.plan.where}, line ${count(this.line)}`;

  private take(bytes: Buffer, start: number, end: number): void {
    const { table, rows, exact, unicodeErrors } = this.plan;
    const enough = table.rows === rows;
    if (enough && !exact) return;
    if (start === end) {
      this.blankLine ||= this.line;
      return;
    }
    if (this.blankLine > 0) {
      fail(
        `${this.plan.where}, line ${count(this.blankLine)}`,
        'expected a word and its numbers, got an empty line',
      );
    }
    if (enough)
      fail(this.here(), `expected the end after ${count(rows)} words, as the header says, got more`);
    const { dimension } = table;
    const place = table.place();
    let wordEnd = start;
    while (wordEnd < end && bytes[wordEnd] !== SPACE) wordEnd++;
    let read = readNumbers(bytes, wordEnd, end, table.vectors, place, dimension);
    while (read >= 0 && bytes[read] === SPACE) read++;
    if (read !== end) wordEnd = this.takeFromEnd(bytes, start, end, place);
    table.add(decodeWord(this.here, bytes, start, wordEnd, unicodeErrors));
  }

  /**
   * Reads a line from its end, whose word may have spaces in it or whose fields are parted by tabs.
   *
   * @returns where its word ends
   */
  private takeFromEnd(bytes: Buffer, start: number, end: number, place: number): number {
    const { table } = this.plan;
    const { dimension, vectors } = table;
    let missing = dimension;
    let wordEnd = start;
    for (const [from, to] of fieldsBackwards(bytes, start, end)) {
      if (missing === 0) {
        if (from > start && isNumeric(bytes, from, to))
          this.refuseCount(numbersAtEnd(bytes.subarray(start, end)));
        wordEnd = to;
        break;
      }
      // A number at the line's start would leave no word, not even an empty one.
      if (from === start) this.refuseCount(dimension - missing);
      const value = parseNumber(bytes, from, to);
      if (!Number.isFinite(value)) this.refuseField(bytes.subarray(from, to), value, dimension);
      vectors[place + --missing] = value;
    }
    if (missing > 0) this.refuseCount(dimension - missing);
    return wordEnd;
  }

  private refuseCount(got: number): never {
    return fail(
      this.here(),
      `expected a word and ${count(this.plan.table.dimension)} numbers, got ${count(got)} numbers`,
    );
  }

  private refuseField(field: Buffer, value: number, dimension: number): never {
    const numeric = !Number.isNaN(value) || isNumeric(field, 0, field.length);
    const expected = numeric
      ? 'expected finite numbers that float32 holds'
      : `expected a word and ${count(dimension)} numbers`;
    return fail(this.here(), `${expected}, got ${shown(field)}`);
  }
}
