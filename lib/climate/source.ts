import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cellSignal } from '../display';
import { fail, refuseUnknown } from '../errors';
import { findDataFolder, shippedFile } from '../files/data-folder';
import { type DownloadProgress, downloadFile } from './download';
import { showDownload } from './download-display';
import { findDifference, JENA_FILES } from './jena-file';
import { type ReadOptions, readCsvFile } from './read-csv';
import type { Series } from './series';

/** The airports of New York whose weather of 2013 is shipped. */
export const STATIONS = ['JFK', 'EWR', 'LGA'] as const;
export type Station = (typeof STATIONS)[number];

/** What `loadClimate` may be told. */
export interface LoadOptions extends ReadOptions {
  /**
   * `'quick'`: a shipped year of hourly weather; `'full'`: the Jena file, eight years in rows of 10 minutes,
   * downloaded at the first use. Default `'quick'`.
   */
  size?: 'quick' | 'full';
  /** The airport of the quick size. Default JFK, whose record is the most complete. */
  station?: Station;
  /** The folder of the Jena file. Default: the course's `data`; outside the course, `data` in the working folder. */
  folder?: string;
  /** Where the Jena file is downloaded from. Default: TensorFlow's public copy. */
  url?: string;
  /** Stops a download. Default: interrupting the notebook's cell does. */
  signal?: AbortSignal;
  /** How far a download is; default: a line that is kept up to date. */
  onProgress?: (progress: DownloadProgress) => void;
}

const WHERE = 'loadClimate';
const ELSEWHERE =
  "set RECURRENT_CLIMATE=FILE to read a file of your own, or ask for size 'full', which downloads the Jena file";
const OPTIONS = ['size', 'station', 'columns', 'folder', 'url', 'signal', 'onProgress'] as const;

/**
 * The course's climate data: real observations in the Jena file's columns and units.
 *
 * Where the environment says RECURRENT_CLIMATE=FILE, that file is read in both sizes, whatever it is named: plain,
 * gzip or zip.
 *
 * @throws RecurrentError where the file is not there (the quick size's comes with the course, not with this package), is
 *   damaged, or the download fails; it says what to do
 * @example const series = await loadClimate({ size: courseSize() });
 */
export async function loadClimate(options: LoadOptions = {}): Promise<Series> {
  refuseUnknown(WHERE, options, OPTIONS);
  const { size = 'quick', station = 'JFK' } = options;
  const columns = { columns: options.columns };
  if (size !== 'quick' && size !== 'full') fail(WHERE, `size must be 'quick' or 'full', got ${String(size)}`);
  if (!STATIONS.includes(station))
    fail(WHERE, `station must be ${STATIONS.join(', ')}, got ${String(station)}`);
  const own = process.env.RECURRENT_CLIMATE;
  if (own) return readCsvFile(WHERE, findOwnFile(own), columns);
  if (size === 'quick') {
    const path = shippedFile(WHERE, `weather-${station.toLowerCase()}-2013.csv.gz`, ELSEWHERE);
    return readCsvFile(WHERE, path, columns);
  }
  const path = await findFullFile(options);
  const series = await readCsvFile(WHERE, path, columns);
  const difference = findDifference(series);
  return difference
    ? fail(WHERE, `${path} is another file: ${difference}. Delete it, and it is downloaded again`)
    : series;
}

/** A path from the environment may be meant from the notebook's folder, or from where the course was started. */
function findOwnFile(path: string): string {
  const tried = [
    resolve(path),
    resolve(process.env.INIT_CWD ?? '.', path),
    resolve(process.cwd(), '..', path),
  ];
  const found = tried.find((candidate) => existsSync(candidate));
  return (
    found ?? fail(WHERE, `RECURRENT_CLIMATE is ${path}, which is not there; unset it or give the whole path`)
  );
}

/** The Jena file in its folder, downloaded where it is not there. */
async function findFullFile(options: LoadOptions): Promise<string> {
  const { folder = findDataFolder() ?? resolve('data'), url, signal = cellSignal() } = options;
  const there = JENA_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (there) return there;
  const line = showDownload();
  const onProgress = options.onProgress ?? line.onProgress;
  const path = await downloadFile(WHERE, { folder, url, signal, onProgress });
  line.finish();
  return path;
}
