import { JENA_COLUMNS } from './columns';
import { formatCount, formatTime } from './format';
import type { Series } from './series';

/** Where TensorFlow's public data sets keep the Jena climate file, as a zip archive of 13 MB. */
export const JENA_URL =
  'https://storage.googleapis.com/tensorflow/tf-keras-datasets/jena_climate_2009_2016.csv.zip';

/** What the file is called in the data folder; downloaded as a zip archive, unpacked files are used as well. */
export const JENA_FILES = ['jena_climate_2009_2016.csv.zip', 'jena_climate_2009_2016.csv'] as const;

/** By what a whole climate file is known. */
export interface ExpectedFile {
  readonly rows: number;
  /** The time of the first row, ms UTC. */
  readonly first: number;
  /** The measurements, which with the time are all its columns, in order. */
  readonly columns: readonly string[];
}

/** The Jena file: 420,551 rows of 15 columns, from 01.01.2009 00:10:00 on. */
export const JENA_EXPECTED: ExpectedFile = {
  rows: 420_551,
  first: Date.UTC(2009, 0, 1, 0, 10),
  columns: JENA_COLUMNS,
};

/** How a series differs from the expected file, in words; null where it does not. */
export function findDifference(series: Series, expected: ExpectedFile = JENA_EXPECTED): string | null {
  if (series.length !== expected.rows) {
    return `expected ${formatCount(expected.rows)} rows, got ${formatCount(series.length)}`;
  }
  if (series.time[0] !== expected.first) {
    return `expected the first row at ${formatTime(expected.first)}, got ${formatTime(series.time[0])}`;
  }
  return null;
}

/** The same of a series read with all the columns of its file. */
export function findDifferenceInFull(series: Series, expected: ExpectedFile = JENA_EXPECTED): string | null {
  const [should, are] = [expected.columns.join(', '), series.names.join(', ')];
  return should === are ? findDifference(series, expected) : `expected the columns ${should}, got ${are}`;
}
