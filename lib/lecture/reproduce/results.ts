import { isDeepStrictEqual } from 'node:util';
import type { BaselineRow } from '../../climate';
import { fail } from '../../errors';
import { readJson } from '../../files/write-whole';
import { ALL_ROWS, type Row } from './rows';
import type { DataFacts, Protocol } from './study';

/** One network trained once, from one seed. */
export interface Run {
  readonly seed: number;
  readonly epochs: number;
  readonly parameters: number;
  readonly secondsPerEpoch: number;
  readonly trainMse: number;
  readonly testMse: number;
  /** Mean loss of every epoch's batches, as they were trained on. */
  readonly losses: readonly number[];
}

/** Ten days of test rows: the truth, and what the first seed's network had said. °C, times in ms UTC. */
export interface Sample {
  readonly time: readonly number[];
  readonly truth: readonly number[];
  readonly forecast: readonly number[];
}

/** What the file of a row holds; everything that a merge needs. */
export interface RowFile {
  readonly data: DataFacts;
  readonly protocol: Protocol;
  readonly row: string;
  readonly machine: string;
  readonly runs: readonly Run[];
  readonly baselines: readonly BaselineRow[];
  readonly sample: Sample;
}

/** A row of the table: means over seeds, and their standard deviations where there are several. */
export interface TableRow {
  readonly id: string;
  readonly network: string;
  readonly horizonHours: number;
  readonly parameters: number;
  readonly secondsPerEpoch: number;
  readonly epochs: number;
  readonly seeds: readonly number[];
  readonly trainMse: number;
  readonly testMse: number;
  readonly trainMseSpread: number | null;
  readonly testMseSpread: number | null;
  readonly baselines: Readonly<Record<string, number>>;
  readonly lecture: Row['lecture'];
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The sample's standard deviation, √(Σ(x − x̄)²/(n − 1)); null for a single number. */
export function spread(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1));
}

/** A row of the table from its runs; its baselines are their test errors. */
export function tableRow(file: RowFile, network: string): TableRow {
  const row = ALL_ROWS.find(({ id }) => id === file.row) as Row;
  const of = (value: (run: Run) => number) => file.runs.map(value);
  return {
    id: row.id,
    network,
    horizonHours: row.horizonHours,
    parameters: file.runs[0].parameters,
    secondsPerEpoch: mean(of((run) => run.secondsPerEpoch)),
    epochs: file.runs[0].epochs,
    seeds: of((run) => run.seed),
    trainMse: mean(of((run) => run.trainMse)),
    testMse: mean(of((run) => run.testMse)),
    trainMseSpread: spread(of((run) => run.trainMse)),
    testMseSpread: spread(of((run) => run.testMse)),
    baselines: Object.fromEntries(file.baselines.map(({ name, testError }) => [name, testError])),
    lecture: row.lecture,
  };
}

const KEYS = ['data', 'protocol', 'row', 'machine', 'runs', 'baselines', 'sample'] as const;

/**
 * Reads the file of a row.
 *
 * @returns undefined where there is none
 * @throws RecurrentError for a file that is not one of a row
 */
export async function readRowFile(path: string): Promise<RowFile | undefined> {
  const content = await readJson(path).catch((error) => fail('reproduce', `${path}: ${error.message}`));
  if (content === undefined) return undefined;
  const file = content as RowFile;
  const missing = KEYS.find((key) => file?.[key] === undefined);
  if (missing) fail('reproduce', `${path}: expected the file of a row, it has no "${missing}"`);
  if (!ALL_ROWS.some(({ id }) => id === file.row))
    fail('reproduce', `${path}: there is no row "${file.row}"`);
  if (!Array.isArray(file.runs) || file.runs.length === 0) fail('reproduce', `${path}: it has no runs`);
  return file;
}

/** The paths of what differs between two values, e.g. `recipe.batch`. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) {
    return [`${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`];
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const at = (x: object, key: string) => (x as Record<string, unknown>)[key];
  return [...keys].flatMap((key) => differences(at(a, key), at(b, key), path ? `${path}.${key}` : key));
}

/** How the data or the protocol of two results differ; empty where they can stand in one table. */
export function unlike(
  a: { data: DataFacts; protocol: Protocol },
  b: { data: DataFacts; protocol: Protocol },
): string {
  const data = differences(
    { sha256: a.data.sha256, rows: a.data.rows },
    { sha256: b.data.sha256, rows: b.data.rows },
  );
  return [...data.map((text) => `data.${text}`), ...differences(a.protocol, b.protocol)].join('; ');
}

/** The rows' files in the order of the tables; refused where a row comes twice, or was trained in another way. */
export function inTableOrder(files: readonly RowFile[], names: readonly string[]): RowFile[] {
  files.forEach((file, i) => {
    const twice = files.findIndex(({ row }) => row === file.row);
    if (twice !== i)
      fail('--merge', `row ${file.row} is in ${names[twice]} and in ${names[i]}; expected it once`);
    const difference = unlike(files[0], file);
    if (difference)
      fail('--merge', `${names[0]} and ${names[i]} can't be in one table, they differ in ${difference}`);
  });
  return ALL_ROWS.flatMap(({ id }) => files.filter(({ row }) => row === id));
}
