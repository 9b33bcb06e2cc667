import { NO_READING, TIME_COLUMN } from './columns';
import { excerpt, lineText, type Refuse, splitLine } from './csv-line';
import { parseNumber, parseTime } from './parse';

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;

const DECIMAL_POINT = '; a number has a decimal point, no comma';
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
const NO_READING_WORDS = /^(nan|na|n\/a|null|none|nil|missing|-+)$/i;

/** Where the numbers of a column go. */
export type Target = Float64Array | Float32Array;

/** Reads the lines from `from` up to `end` into columns; `targets` has a place for every field, or null. */
export function fillRows(
  bytes: Buffer,
  from: number,
  end: number,
  header: readonly string[],
  targets: readonly (Target | null)[],
  refuse: Refuse,
): void {
  const last = header.length - 1;
  const timeField = header.indexOf(TIME_COLUMN);
  for (let row = 0, start = from; start < end; row++) {
    const next = Math.min(lineEnd(bytes, start), end);
    const stop = trimReturn(bytes, start, next);
    const line = row + 2;
    let position = start;
    for (let field = 0; field <= last; field++) {
      if (position > stop) refuseCount(lineText(bytes, start, stop), header.length, line, refuse);
      // No digit, sign or comma comes before a quotation mark, but blanks do.
      if (bytes[position] < QUOTE) position = skipBlanks(bytes, position, stop);
      let fieldStart = position;
      let fieldEnd: number;
      if (bytes[position] === QUOTE && position < stop) {
        fieldStart++;
        fieldEnd = closingQuote(bytes, fieldStart, stop);
        if (fieldEnd < 0) refuse(line, 'a quotation mark is not closed');
        position = skipBlanks(bytes, fieldEnd + 1, stop);
        if (position < stop && bytes[position] !== COMMA) refuse(line, 'text after a closing quotation mark');
      } else {
        while (position < stop && bytes[position] !== COMMA) position++;
        fieldEnd = position;
      }
      const target = targets[field];
      if (target !== null) {
        const isTime = field === timeField;
        const value = isTime
          ? parseTime(bytes, skipBlanks(bytes, fieldStart, fieldEnd), trimBlanks(bytes, fieldStart, fieldEnd))
          : parseNumber(bytes, fieldStart, fieldEnd);
        if (Number.isNaN(value) && (isTime || skipBlanks(bytes, fieldStart, fieldEnd) < fieldEnd)) {
          const text = lineText(bytes, start, stop);
          // A line of too few fields, such as a cut one, is that in the first place.
          if (splitLine(text)?.length !== header.length) refuseCount(text, header.length, line, refuse);
          refuseField(header[field], lineText(bytes, fieldStart, fieldEnd), line, refuse);
        }
        target[row] = value === NO_READING ? Number.NaN : value;
      }
      position++;
    }
    if (position <= stop) refuseCount(lineText(bytes, start, stop), header.length, line, refuse);
    start = next + 1;
  }
}

function refuseCount(text: string, expected: number, line: number, refuse: Refuse): never {
  if (text.trim() === '') refuse(line, `expected ${expected} fields, got an empty line`);
  const got = (splitLine(text) ?? text.split(',')).length;
  const hint = got === 2 * expected - 1 ? DECIMAL_POINT : '';
  return refuse(line, `expected ${expected} fields, got ${got}: ${excerpt(text)}${hint}`);
}

function refuseField(column: string, got: string, line: number, refuse: Refuse): never {
  if (column === TIME_COLUMN) refuse(line, `expected a date dd.mm.yyyy hh:mm:ss, got ${excerpt(got)}`);
  const name = column === '' ? 'without a name' : `"${column}"`;
  const missing = NO_READING_WORDS.test(got) ? `; a missing reading is an empty field or ${NO_READING}` : '';
  const hint = DECIMAL_COMMA.test(got) ? DECIMAL_POINT : missing;
  return refuse(line, `expected a number in column ${name}, got ${excerpt(got)}${hint}`);
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function skipBlanks(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

function trimBlanks(bytes: Buffer, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && isBlank(bytes[trimmed - 1])) trimmed--;
  return trimmed;
}

/** Where the quotation mark is that closes a field; two stand for one. −1 where there is none before `stop`. */
function closingQuote(bytes: Buffer, from: number, stop: number): number {
  let at = bytes.indexOf(QUOTE, from);
  while (at >= 0 && at + 1 < stop && bytes[at + 1] === QUOTE) at = bytes.indexOf(QUOTE, at + 2);
  return at < stop ? at : -1;
}

/** Where the line that starts at `from` ends: at its newline, or at the end of the file. */
export function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end;
}

/** `end` without the carriage returns of a Windows line end, of which careless programs write several. */
export function trimReturn(bytes: Buffer, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && bytes[trimmed - 1] === RETURN) trimmed--;
  return trimmed;
}

/** The file's length without empty lines at its end. */
export function trimEnd(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN || isBlank(bytes[end - 1])))
    end--;
  return end;
}

export function countLines(bytes: Buffer, from: number, end: number): number {
  let lines = 0;
  for (let position = from; position < end; lines++) position = Math.min(lineEnd(bytes, position), end) + 1;
  return lines;
}
