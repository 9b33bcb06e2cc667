import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ready } from 'recurrent-lab';
import { outputDifference } from '#lab/jupyter/notebooks/kept-outputs';
import { cellSource, readNotebook } from '#lab/jupyter/notebooks/notebook-file';
import { cellReport, type NotebookRun, runNotebooks } from '#lab/jupyter/notebooks/run-notebook';

/** Every notebook of the course, run in a fresh kernel: one test a cell. `RECURRENT_SIZE=full` runs the long form. */
const folder = resolve(__dirname, '../../notebooks');
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort()
  .map((name) => join(folder, name));

describe('notebooks', function () {
  // The runner has a limit for each cell and kills a kernel that keeps to none.
  this.timeout(0);
  let runs: Map<string, NotebookRun>;
  /** Whether the outputs kept in git are those of this run: the quick size, on the engine that has the same bits everywhere. */
  let compares = false;

  before('start the kernels', async () => {
    const { RECURRENT_SIZE = 'quick', RECURRENT_CLIMATE, RECURRENT_KERNELS = 'fused' } = process.env;
    const asKept = RECURRENT_SIZE === 'quick' && !RECURRENT_CLIMATE && RECURRENT_KERNELS === 'fused';
    compares = asKept && (await ready()).name === 'wasm';
    runs = new Map(runNotebooks(paths).map((run) => [run.path, run]));
  });

  if (paths.length === 0) {
    it('are there', () => {
      throw new Error(`no notebook lies in ${folder}`);
    });
  }

  for (const path of paths) {
    describe(relative(folder, path), () => {
      const code = readNotebook(path).cells.filter(
        (c) => c.cell_type === 'code' && cellSource(c).trim() !== '',
      );

      for (const [at, cell] of code.entries()) {
        it(`${cell.id ?? at}: ${cellSource(cell).trim().split('\n')[0]!.slice(0, 60)}`, async () => {
          const result = await runs.get(path)!.cells[at]!.result;
          if (result.failure) throw new Error(cellReport(relative(folder, path), result));
          const difference = compares ? outputDifference(cell, result.outputs) : '';
          if (difference) {
            const cure = 'Where the new output is right, write it down with: npm run notebooks';
            throw new Error(
              `${relative(folder, path)}, ${result.id}: the output is not the one kept.\n${difference}\n${cure}`,
            );
          }
        });
      }

      it('ran every code cell', async () => {
        const results = await Promise.all(runs.get(path)!.cells.map(({ result }) => result));
        const failed = results.filter(({ failure }) => failure).map(({ id }) => id);
        if (results.length !== code.length || failed.length > 0)
          throw new Error(`cells failed: ${failed.join(', ')}`);
      });
    });
  }
});
