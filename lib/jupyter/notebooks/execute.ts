import { parseArgs } from 'node:util';
import { writeNotebook } from './notebook-file';
import { cellReport, type RunOptions, runNotebook } from './run-notebook';

const USAGE =
  'usage: node execute.js in.ipynb --output out.ipynb [--size quick|full] [--timeout seconds] [--allow-errors]';

/** Runs a notebook and writes it with its outputs. Without `--allow-errors` a notebook that fails is not written. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: 'string' },
      size: { type: 'string' },
      timeout: { type: 'string' },
      'allow-errors': { type: 'boolean' },
    },
  });
  const { output, size } = values;
  const seconds = values.timeout === undefined ? undefined : Number(values.timeout);
  const sized = size === undefined || size === 'quick' || size === 'full';
  if (positionals.length !== 1 || !output || !sized || !((seconds ?? 1) > 0)) throw new Error(USAGE);
  const options: RunOptions = { size, cellSeconds: seconds, allowErrors: values['allow-errors'] ?? false };
  const run = runNotebook(positionals[0]!, options);
  const finished = run.finished.catch(() => undefined);
  for (const { result } of run.cells) {
    const cell = await result;
    if (cell.failure) process.stderr.write(`${cellReport(run.path, cell)}\n`);
    if (cell.failure && !options.allowErrors) break;
  }
  const notebook = await finished;
  if (!notebook) return 1;
  await writeNotebook(output, notebook);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
