import { TIME_COLUMN } from './columns';
import { excerpt, type Refuse, splitLine } from './csv-line';

/** What else than commas stands between fields, in files that call themselves comma-separated. */
const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
];

/** The names in the header line, in order; '' for a column without a name. */
export function parseHeader(line: string, refuse: Refuse): string[] {
  const names = splitLine(line);
  if (!names?.includes(TIME_COLUMN)) return refuse(1, `${whatIsWrong(line, names)}, got ${excerpt(line)}`);
  const repeated = names.find((name, i) => name !== '' && names.indexOf(name) < i);
  return repeated === undefined ? names : refuse(1, `column "${repeated}" stands there twice`);
}

function whatIsWrong(line: string, names: string[] | undefined): string {
  const expected = `expected a header with "${TIME_COLUMN}"`;
  for (const [separator, name] of SEPARATORS) {
    const found = line.split(separator).map((field) => field.replaceAll('"', '').trim());
    if (found.includes(TIME_COLUMN))
      return `expected commas between the fields, and points in numbers; there are ${name}`;
  }
  if (line.includes('\0'))
    return `${expected}; there are zero bytes, as in UTF-16 without its byte order mark`;
  return names ? expected : `${expected}; a quotation mark is not closed, or text follows one`;
}

/** The names of the measurements to read, in order. */
export function chooseColumns(
  header: readonly string[],
  wanted: readonly string[] | 'all',
  refuse: Refuse,
): string[] {
  const measured = header.filter((name) => name !== TIME_COLUMN && name !== '');
  if (wanted !== 'all' && !Array.isArray(wanted))
    refuse(null, `columns must be a list of names or 'all', got ${JSON.stringify(wanted)}`);
  const names = wanted === 'all' ? measured : [...wanted];
  if (names.length === 0) refuse(null, 'expected at least one measurement, got none');
  const absent = names.filter((name) => !measured.includes(name)).map((name) => `"${name}"`);
  if (absent.length > 0) {
    const there = measured.length > 0 ? measured.join(', ') : 'none';
    refuse(1, `no column ${absent.join(', ')}; there are ${there}`);
  }
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  return repeated === undefined ? names : refuse(null, `columns names "${repeated}" twice`);
}
