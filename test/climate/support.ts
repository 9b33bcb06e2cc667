import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JENA_COLUMNS, readClimateCsv, Series, type Station } from 'recurrent-lab';
import { zipArchive } from '../files/zip-archive';

export { zipArchive };

export const PROJECT = join(__dirname, '..', '..');

/** Real rows of the Jena file, one an hour, which are not part of the project. */
export const JENA_HOURLY = join(PROJECT, '..', 'shared', 'data', 'jena_climate_hourly.csv.gz');

/** Skips a test where the real Jena rows are absent. */
export function requireJenaHourly(this: Mocha.Context): void {
  if (existsSync(JENA_HOURLY)) return;
  console.log('      skipped: ../shared/data/jena_climate_hourly.csv.gz is absent');
  this.skip();
}

/** A shipped year, also where the environment names another file for `loadClimate`. */
export function readShipped(station: Station = 'JFK'): Promise<Series> {
  return readClimateCsv(join(PROJECT, 'data', 'shipped', `weather-${station.toLowerCase()}-2013.csv.gz`));
}

/** A folder of its own for every test of the suite it is called in. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recurrent-climate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

const HOUR = 3_600_000;

/** A series of hourly rows from 2020-01-01 on; a column is made by a function of the row. */
export function hourly(
  rows: number,
  columns: Record<string, (row: number) => number>,
  interval = HOUR,
): Series {
  const time = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2020, 0, 1) + i * interval);
  const made = Object.entries(columns).map(([name, value]) => [
    name,
    Float32Array.from(time, (_, i) => value(i)),
  ]);
  return new Series(time, Object.fromEntries(made));
}

export const JENA_HEADER = `"Date Time",${JENA_COLUMNS.map((name) => `"${name}"`).join(',')}`;

/** Jena rows, ten minutes apart from 01.01.2009 00:10:00 on, with plausible and repeating numbers. */
export function jenaText(rows: number): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  const lines = [JENA_HEADER];
  for (let i = 0; i < rows; i++) {
    const t = new Date(Date.UTC(2009, 0, 1, 0, 10) + i * 600_000);
    const date = `${pad(t.getUTCDate())}.${pad(t.getUTCMonth() + 1)}.${t.getUTCFullYear()}`;
    const c = (i % 997) / 100;
    const values = `${(990 + c).toFixed(2)},${(c - 4).toFixed(2)},265.4,-8.9,93.3,3.33,3.11,0.22,1.94,3.12,1307.75`;
    lines.push(
      `${date} ${pad(t.getUTCHours())}:${pad(t.getUTCMinutes())}:00,${values},1.03,1.75,${(i % 3600) / 10}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

let fullZip: Buffer | null = null;

/** A zip archive of 420,551 rows, which takes a second to make and so is made once. */
export function fullZipArchive(): Buffer {
  fullZip ??= zipArchive({ 'jena_climate_2009_2016.csv': Buffer.from(jenaText(420_551)) });
  return fullZip;
}
