/**
 * npm run notebooks [-- NAME …]
 *
 * Runs the notebooks in their quick size and writes the outputs that are kept in git into their files; without names
 * all of them. A name is a part of a file's name: npm run notebooks -- 08
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RecurrentError, ready } from 'recurrent-lab';
import { cellReport, keepOutputs, readNotebook, runNotebook, writeNotebook } from 'recurrent-lab/jupyter';

const folder = join(__dirname, '..', 'notebooks');

function chosen(names: readonly string[]): string[] {
  const all = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  const unknown = names.find((name) => !all.some((file) => file.includes(name)));
  if (unknown)
    throw new RecurrentError(`there is no notebook "${unknown}"; there are ${all.sort().join(', ')}`);
  return all.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();
}

/** Runs one notebook and writes it; where a cell fails, the file stays as it is. */
async function renew(file: string): Promise<boolean> {
  const path = join(folder, file);
  const before = readNotebook(path);
  const started = Date.now();
  const run = runNotebook(path, { size: 'quick' });
  const finished = run.finished.catch(() => null);
  for (const { result } of run.cells) {
    const cell = await result;
    if (!cell.failure) continue;
    console.error(cellReport(basename(path), cell));
    return false;
  }
  const executed = await finished;
  if (!executed) return false;
  await writeNotebook(path, keepOutputs(before, executed));
  console.log(`${file}: ${run.cells.length} cells, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

async function main(): Promise<number> {
  const files = chosen(process.argv.slice(2));
  const { name } = await ready();
  if (name !== 'wasm')
    throw new RecurrentError(
      `the outputs in git are those of the engine wasm, and ${name} runs: set RECURRENT_ENGINE=wasm`,
    );
  let failed = 0;
  for (const file of files) if (!(await renew(file))) failed++;
  return failed > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof RecurrentError ? error.message : error);
    process.exit(1);
  },
);
