import { cutText } from '../display/cut-text';
import { fail } from '../errors';
import { decodeText } from '../files/plain-text';

/** Refuses a file: says where, which file, its line (null for the file as a whole), and why. */
export type Refuse = (line: number | null, reason: string) => never;

/** Refuses the file `source` in the name of `where`, the function that its reader called. */
export const refuser =
  (where: string, source: string): Refuse =>
  (line, reason) =>
    fail(where, `${source}${line === null ? '' : ` line ${line}`}: ${reason}`);

/** A longer line is no line of numbers, and may be more than fits into a string. */
const MOST_LINE_BYTES = 2 ** 20;
const MOST_SHOWN = 60;

const FIELD = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^", \t][^,]*)?)(?:,|$)/y;

/**
 * The fields of a line, as RFC 4180 has them, but for blanks, which may stand around a field and its quotation marks,
 * and are taken off; undefined where a quotation mark is not closed or text follows it.
 */
export function splitLine(line: string): string[] | undefined {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const match = FIELD.exec(line);
    if (!match) return undefined;
    const [whole, quoted, plain = ''] = match;
    fields.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (!whole.endsWith(',')) return fields;
  }
}

/** The text of a line, or its beginning where it is far too long to be one. */
export function lineText(bytes: Buffer, from: number, to: number): string {
  let end = Math.min(to, from + MOST_LINE_BYTES);
  // The later bytes of a letter in UTF-8 begin with the bits 10.
  while (end < to && end > from && (bytes[end] & 0xc0) === 0x80) end--;
  return decodeText(bytes.subarray(from, end));
}

/** The beginning of a text for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > MOST_SHOWN ? `${cutText(text, MOST_SHOWN)}…` : text);
}
