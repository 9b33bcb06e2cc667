import { basename } from 'node:path';
import { refuseUnknown } from '../errors';
import { plainText } from '../files/plain-text';
import { readBytes } from '../files/read-bytes';
import { clockFindings, typicalInterval } from './clock';
import { JENA_COLUMNS, TIME_COLUMN } from './columns';
import { chooseColumns, parseHeader } from './csv-header';
import { lineText, type Refuse, refuser } from './csv-line';
import { countLines, fillRows, lineEnd, trimEnd, trimReturn } from './csv-rows';
import { fillMissing } from './fill';
import { type MissingRun, ReadingReport } from './report';
import { Series } from './series';

/** What `readClimateCsv` may be told. */
export interface ReadOptions {
  /**
   * The measurements to read, by their names in the header; the others are passed over. Default: the Jena file's 14;
   * `'all'`: every column of the file that has a name; one that has none must be empty.
   */
  columns?: readonly string[] | 'all';
}

/**
 * Reads a climate file into typed columns: comma-separated, with a header, a column `Date Time` of
 * `dd.mm.yyyy hh:mm:ss` (read as UTC) and measurements; plain, gzip or zip.
 *
 * The text is UTF-8, or UTF-16 with its byte order mark; a header that is no UTF-8 is read as Windows-1252. Lines end
 * as on Unix, Windows or an old Mac. Fields are as RFC 4180 has them, on one line each, and blanks may stand around
 * them and around their quotation marks.
 *
 * A reading that is empty or −9999 is missing. It is filled by interpolation in time, and counted in `series.report`
 * with every irregular step of the clock; print the report to see them. Nothing else is changed: rows stay in the
 * file's order.
 *
 * @param path the file
 * @returns the series, its columns in the file's order, or as `columns` names them; `series.report` says what was found
 * @throws RecurrentError with file, line and reason for anything malformed: a missing column, a row with too few or
 *   too many fields, an impossible date, what is no number, other separators than commas, no rows
 * @example const series = await readClimateCsv('data/jena_climate_2009_2016.csv.zip', { columns: ['T (degC)'] });
 */
export async function readClimateCsv(path: string, options: ReadOptions = {}): Promise<Series> {
  return readCsvFile('readClimateCsv', path, options);
}

/** What `readClimateCsv` does with a file's bytes; `source` names them in messages. */
export function parseClimateCsv(bytes: Uint8Array, source: string, options: ReadOptions = {}): Series {
  return parseCsv('parseClimateCsv', bytes, source, options);
}

/** What `readClimateCsv` does, with errors in the name of `where`; `source` names the file in them. */
export async function readCsvFile(
  where: string,
  path: string,
  options: ReadOptions,
  source = basename(path),
): Promise<Series> {
  return parseCsv(where, await readBytes(where, path), source, options);
}

function parseCsv(where: string, given: Uint8Array, source: string, options: ReadOptions): Series {
  refuseUnknown(where, options, ['columns']);
  const refuse: Refuse = refuser(where, source);
  const bytes = toPlainText(given, refuse);
  if (bytes.length === 0) refuse(null, 'the file is empty');
  const headerEnd = lineEnd(bytes, 0);
  const header = parseHeader(lineText(bytes, 0, trimReturn(bytes, 0, headerEnd)), refuse);
  const wanted = options.columns ?? JENA_COLUMNS;
  const names = chooseColumns(header, wanted, refuse);

  const end = trimEnd(bytes);
  const rows = headerEnd < end ? countLines(bytes, headerEnd + 1, end) : 0;
  if (rows === 0) refuse(null, 'expected rows after the header, the file ends at line 1');
  const time = new Float64Array(rows);
  const columns = new Map(names.map((name) => [name, new Float32Array(rows)]));
  const targets = header.map((name) => {
    if (name === TIME_COLUMN) return time;
    return columns.get(name) ?? (name === '' && wanted === 'all' ? new Float32Array(rows) : null);
  });
  fillRows(bytes, headerEnd + 1, end, header, targets, refuse);
  const nameless = header.findIndex((name, i) => name === '' && targets[i]?.some((x) => !Number.isNaN(x)));
  if (nameless >= 0)
    refuse(1, `column ${nameless + 1} has no name, and is not empty; say with columns which ones to read`);

  const missing: MissingRun[] = [];
  for (const [column, values] of columns) {
    for (const { row, ...run } of fillMissing(column, values, time, `${where}: ${source}`)) {
      missing.push({ column, line: row + 2, ...run });
    }
  }
  const interval = typicalInterval(time);
  const clock = clockFindings(time, interval).map((finding) => ({ ...finding, line: finding.row + 2 }));
  return new Series(time, columns, source, new ReadingReport(source, rows, interval, missing, clock));
}

function toPlainText(given: Uint8Array, refuse: Refuse): Buffer {
  try {
    return plainText(Buffer.from(given.buffer, given.byteOffset, given.length));
  } catch (error) {
    return refuse(null, (error as Error).message);
  }
}
