import { basename } from 'node:path';
import { fail, refuseUnknown } from '../errors';
import { readBytes } from '../files/read-bytes';
import { clockFindings, typicalInterval } from './clock';
import { JENA_COLUMNS, NO_READING, TIME_COLUMN } from './columns';
import { fillMissing } from './fill';
import { parseNumber, parseTime } from './parse';
import { type MissingRun, ReadingReport } from './report';
import { Series } from './series';

/** What `readClimateCsv` may be told. */
export interface ReadOptions {
  /**
   * The measurements to read, by their names in the header; the others are passed over. Default: the Jena file's 14;
   * `'all'`: every column of the file.
   */
  columns?: readonly string[] | 'all';
}

const COMMA = 44;
const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

/**
 * Reads a climate file into typed columns: comma-separated, with a header, a column `Date Time` of
 * `dd.mm.yyyy hh:mm:ss` (read as UTC) and measurements; plain, gzip or zip.
 *
 * A reading that is empty or −9999 is missing. It is filled by interpolation in time, and counted in `series.report`
 * with every irregular step of the clock; print the report to see them. Nothing else is changed: rows stay in the
 * file's order.
 *
 * @param path the file
 * @returns the series; `series.report` says what was found
 * @throws RecurrentError with file, line and reason for anything malformed: a missing column, a row with too few or
 *   too many fields, an impossible date, what is no number, no rows
 * @example const series = await readClimateCsv('data/jena_climate_2009_2016.csv.zip', { columns: ['T (degC)'] });
 */
export async function readClimateCsv(path: string, options: ReadOptions = {}): Promise<Series> {
  refuseUnknown('readClimateCsv', options, ['columns']);
  return parseClimateCsv(await readBytes('readClimateCsv', path), basename(path), options);
}

/** What `readClimateCsv` does with a file's bytes; `source` names them in messages. */
export function parseClimateCsv(bytes: Buffer, source: string, options: ReadOptions = {}): Series {
  if (bytes.length === 0) fail('readClimateCsv', `${source}: the file is empty`);
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const headerEnd = lineEnd(bytes, start);
  const header = parseHeader(source, bytes.toString('utf8', start, trimReturn(bytes, start, headerEnd)));
  const names = chooseColumns(source, header, options.columns ?? JENA_COLUMNS);

  const end = trimEnd(bytes);
  const rows = headerEnd < end ? countLines(bytes, headerEnd + 1, end) : 0;
  if (rows === 0)
    fail('readClimateCsv', `${source}: expected rows after the header, the file ends at line 1`);
  const time = new Float64Array(rows);
  const columns = Object.fromEntries(names.map((name) => [name, new Float32Array(rows)]));
  const targets = header.map((name) =>
    name === TIME_COLUMN ? time : names.includes(name) ? columns[name] : null,
  );
  fillRows(source, bytes, headerEnd + 1, end, header, targets);

  const missing: MissingRun[] = [];
  for (const name of names) {
    for (const { row, ...run } of fillMissing(name, columns[name], time, `readClimateCsv: ${source}`)) {
      missing.push({ column: name, line: row + 2, ...run });
    }
  }
  const interval = typicalInterval(time);
  const clock = clockFindings(time, interval).map((finding) => ({ ...finding, line: finding.row + 2 }));
  return new Series(time, columns, source, new ReadingReport(source, rows, interval, missing, clock));
}

/** The names in the header line, quotes taken off. */
function parseHeader(source: string, line: string): string[] {
  const names = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    fail('readClimateCsv', `${source} line 1: column "${repeated}" stands there twice`);
  if (!names.includes(TIME_COLUMN)) {
    fail('readClimateCsv', `${source} line 1: expected a header with "${TIME_COLUMN}", got ${excerpt(line)}`);
  }
  return names;
}

function chooseColumns(
  source: string,
  header: readonly string[],
  wanted: readonly string[] | 'all',
): string[] {
  const measured = header.filter((name) => name !== TIME_COLUMN);
  const names = wanted === 'all' ? measured : [...wanted];
  if (names.length === 0) fail('readClimateCsv', `${source}: expected at least one measurement, got none`);
  const absent = names.filter((name) => !measured.includes(name)).map((name) => `"${name}"`);
  if (absent.length > 0) {
    fail(
      'readClimateCsv',
      `${source} line 1: no column ${absent.join(', ')}; there are ${measured.join(', ')}`,
    );
  }
  return names;
}

/** Reads the lines from `from` up to `end` into the columns; `targets` has a place for every field or null. */
function fillRows(
  source: string,
  bytes: Buffer,
  from: number,
  end: number,
  header: readonly string[],
  targets: readonly (Float64Array | Float32Array | null)[],
): void {
  const last = header.length - 1;
  const timeField = header.indexOf(TIME_COLUMN);
  for (let row = 0, start = from; start < end; row++) {
    const next = Math.min(lineEnd(bytes, start), end);
    const stop = trimReturn(bytes, start, next);
    let position = start;
    for (let field = 0; field <= last; field++) {
      if (position > stop) wrongFieldCount(source, bytes.subarray(start, stop), row, header.length);
      let fieldStart = position;
      let fieldEnd: number;
      if (bytes[position] === QUOTE && position < stop) {
        fieldStart = position + 1;
        fieldEnd = bytes.indexOf(QUOTE, fieldStart);
        if (fieldEnd < 0 || fieldEnd >= stop) badRow(source, row, 'a quotation mark is not closed');
        position = fieldEnd + 1;
        if (position < stop && bytes[position] !== COMMA)
          badRow(source, row, 'text after a closing quotation mark');
      } else {
        while (position < stop && bytes[position] !== COMMA) position++;
        fieldEnd = position;
      }
      const target = targets[field];
      if (target !== null) {
        const isTime = field === timeField;
        const value = isTime
          ? parseTime(bytes, fieldStart, fieldEnd)
          : parseNumber(bytes, fieldStart, fieldEnd);
        if (Number.isNaN(value) && (isTime || fieldEnd > fieldStart)) {
          const got = bytes.toString('utf8', fieldStart, fieldEnd);
          refuseField(source, bytes.subarray(start, stop), row, header, header[field], got);
        }
        target[row] = value === NO_READING ? Number.NaN : value;
      }
      position++;
    }
    if (position <= stop) wrongFieldCount(source, bytes.subarray(start, stop), row, header.length);
    start = next + 1;
  }
}

/** Says why a field is refused; a line of too few fields, such as a cut one, is that in the first place. */
function refuseField(
  source: string,
  line: Buffer,
  row: number,
  header: readonly string[],
  column: string,
  got: string,
): never {
  const text = line.toString('utf8');
  if (!text.includes('"') && text.split(',').length !== header.length)
    wrongFieldCount(source, line, row, header.length);
  const expected = column === TIME_COLUMN ? 'a date dd.mm.yyyy hh:mm:ss' : `a number in column "${column}"`;
  return badRow(source, row, `expected ${expected}, got ${excerpt(got)}`);
}

function badRow(source: string, row: number, reason: string): never {
  return fail('readClimateCsv', `${source} line ${row + 2}: ${reason}`);
}

function wrongFieldCount(source: string, line: Buffer, row: number, fields: number): never {
  const text = line.toString('utf8');
  const got = text === '' ? 'an empty line' : `${text.split(',').length}: ${excerpt(text)}`;
  return badRow(source, row, `expected ${fields} fields, got ${got}`);
}

/** The beginning of a text for a message. */
function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** Where the line that starts at `from` ends: at its newline, or at the end of the file. */
function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end;
}

/** `end` without the carriage return of a Windows line end. */
function trimReturn(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === RETURN ? end - 1 : end;
}

/** The file's length without newlines at its end. */
function trimEnd(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end--;
  return end;
}

function countLines(bytes: Buffer, from: number, end: number): number {
  let lines = 0;
  for (let position = from; position < end; lines++) position = Math.min(lineEnd(bytes, position), end) + 1;
  return lines;
}
