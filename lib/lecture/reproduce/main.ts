import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { fail, RecurrentError } from '../../errors';
import { readJson, writeJson, writeWhole } from '../../files/write-whole';
import { engine, ready } from '../../tensor';
import { HELP, readArguments, type Wishes } from './arguments';
import { drawFigures } from './figures';
import { type PlannedRun, TableProgress } from './progress';
import { markdownReport, protocolText } from './report';
import { inTableOrder, type RowFile, type Run, readRowFile, type Sample, tableRow, unlike } from './results';
import { ALL_ROWS, NETWORK_NAMES, RELATIVE_WORK, type Row } from './rows';
import { baselinesAt, openStudy, type Study } from './study';
import { trainRun } from './train-run';

const shown = (path: string) => relative('', path) || '.';
const rowPath = (out: string, row: Row) => join(out, 'rows', `${row.id}.json`);

function machine(): string {
  const { name, version } = engine();
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}, ${name} ${version}`;
}

/** What is already there of a row; refused where it was made in another way. */
async function existing(study: Study, path: string): Promise<RowFile | undefined> {
  const file = await readRowFile(path);
  if (!file) return undefined;
  const difference = unlike(file, study);
  if (!difference) return file;
  return fail(
    'reproduce',
    `${shown(path)} was made in another way (${difference}); give another --out, or --fresh to begin anew`,
  );
}

interface FinishedRun {
  readonly run: Run;
  readonly sample: Sample;
}

/** Trains the runs of a row that are not there, and writes the row's file. */
async function finishRow(
  study: Study,
  row: Row,
  wishes: Wishes,
  there: RowFile | undefined,
  begin: (seed: number) => ReturnType<TableProgress['listener']>,
): Promise<RowFile> {
  const work = join(wishes.out, 'work', fingerprint(study), row.id);
  const finished: FinishedRun[] = (there?.runs ?? []).map((run) => ({ run, sample: there!.sample }));
  for (let seed = finished.length + 1; seed <= wishes.seeds; seed++) {
    const path = join(work, `seed-${seed}.json`);
    const listener = begin(seed);
    let result = (await readJson(path)) as FinishedRun | undefined;
    if (!result) {
      const { run, sample, forget } = await trainRun(study, row, seed, join(work, `seed-${seed}`), listener);
      result = { run, sample };
      await writeJson(path, result);
      await forget();
    }
    finished.push(result);
  }
  const file: RowFile = {
    data: study.data,
    protocol: study.protocol,
    row: row.id,
    machine: there?.machine ?? machine(),
    runs: finished.map(({ run }) => run),
    baselines: there?.baselines ?? baselinesAt(study, row.horizonHours),
    sample: finished[0].sample,
  };
  await writeJson(rowPath(wishes.out, row), file);
  await rm(work, { recursive: true, force: true });
  return file;
}

/** A short name of data and protocol: what was begun in another way is not gone on with. */
const fingerprint = ({ data, protocol }: Study) =>
  createHash('sha256')
    .update(JSON.stringify([data.sha256, protocol]))
    .digest('hex')
    .slice(0, 12);

async function writeTable(wishes: Wishes, files: readonly RowFile[]): Promise<void> {
  const rows = files.map((file) => {
    const { network } = ALL_ROWS.find(({ id }) => id === file.row) as Row;
    return tableRow(file, NETWORK_NAMES[network]);
  });
  const { data, protocol } = files[0];
  const report = markdownReport(data, protocol, rows);
  const machines = [...new Set(files.map((file) => file.machine))];
  await writeWhole(join(wishes.out, 'table.md'), report);
  const figures = await drawFigures(wishes.out, files, rows);
  await writeJson(wishes.json, { data, protocol, machines, rows });
  console.log(`\n${report}`);
  console.log(`Written: ${shown(wishes.json)}, and in ${shown(wishes.out)}: table.md, ${figures.join(', ')}`);
}

async function train(wishes: Wishes): Promise<void> {
  const study = await openStudy(wishes.data, wishes.epochs);
  await ready();
  if (wishes.fresh) {
    for (const row of wishes.rows) await rm(rowPath(wishes.out, row), { force: true });
    for (const row of wishes.rows)
      await rm(join(wishes.out, 'work', fingerprint(study), row.id), { recursive: true, force: true });
  }
  const there = await Promise.all(wishes.rows.map((row) => existing(study, rowPath(wishes.out, row))));
  console.error(protocolText(study.data, study.protocol).join('\n'));
  const runs: PlannedRun[] = wishes.rows.flatMap((row, i) => {
    const first = (there[i]?.runs.length ?? 0) + 1;
    const seeds = Array.from({ length: Math.max(0, wishes.seeds + 1 - first) }, (_, k) => first + k);
    return seeds.map((seed) => ({
      name: `${row.id}, seed ${seed}`,
      kind: row.network,
      work: RELATIVE_WORK[row.network],
    }));
  });
  const progress = new TableProgress(runs);
  stopOnSignals(progress);
  const files: RowFile[] = [];
  let next = 0;
  try {
    for (const [i, row] of wishes.rows.entries()) {
      const known = there[i];
      if (known && known.runs.length >= wishes.seeds) {
        progress.say(`${row.id}: is there already (${shown(rowPath(wishes.out, row))})`);
        files.push(known);
        continue;
      }
      files.push(await finishRow(study, row, wishes, known, () => progress.listener(next++)));
    }
  } finally {
    progress.end();
  }
  if (wishes.chosen) {
    const made = wishes.rows.map((row) => shown(rowPath(wishes.out, row)));
    console.log(`Written: ${made.join(', ')}. With --merge, such files become one table.`);
    if (wishes.json !== join(wishes.out, 'table.json')) await writeTable(wishes, inTableOrder(files, made));
    return;
  }
  await writeTable(wishes, files);
}

/** Ends at once on Ctrl-C and the like: what is on the disk is whole at every moment. */
function stopOnSignals(progress: TableProgress): void {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(codes)) {
    process.once(signal, () => {
      progress.end();
      console.error(`\nStopped (${signal}). The same command goes on from the last whole epoch.`);
      process.exit(code);
    });
  }
}

async function merge(wishes: Wishes): Promise<void> {
  const files = await Promise.all(
    wishes.files.map(
      async (path) => (await readRowFile(path)) ?? fail('--merge', `${shown(path)} is not there`),
    ),
  );
  await writeTable(wishes, inTableOrder(files, wishes.files.map(shown)));
}

/**
 * The whole of `npm run reproduce`.
 *
 * @param args the command line, without program and script
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const wishes = readArguments(args);
    if (wishes.action === 'help') console.log(HELP);
    else if (wishes.action === 'list') console.log(wishes.rows.map(({ id }) => id).join('\n'));
    else if (wishes.action === 'merge') await merge(wishes);
    else await train(wishes);
    return 0;
  } catch (error) {
    // A full disk or a folder that may not be written names itself.
    const { syscall } = error as NodeJS.ErrnoException;
    if (!(error instanceof RecurrentError) && !syscall) throw error;
    console.error((error as Error).message);
    return 1;
  }
}
