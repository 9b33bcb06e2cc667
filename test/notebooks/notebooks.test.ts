import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import katex from 'katex';
import { ready } from 'recurrent-lab';
import {
  type CellResult,
  cellReport,
  cellSource,
  checkStatus,
  type Exercise,
  isExecuted,
  type KernelClient,
  type Notebook,
  type NotebookCell,
  type NotebookRun,
  outputDifference,
  readExercises,
  readNotebook,
  runNotebooks,
  tryAnswer,
} from 'recurrent-lab/jupyter';
import { formulasOf, linkedFiles, proseProblems, readGlossary } from 'recurrent-lab/lecture';
import { cutText } from '#lab/display/cut-text';
import { variants } from '../support/thorough';

/** Every notebook of the course, run in a fresh kernel: one test a cell. `RECURRENT_SIZE=full` runs the long form. */
const folder = resolve(__dirname, '../../notebooks');
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort()
  .map((name) => join(folder, name));

const nameOf = (path: string) => basename(path, '.ipynb');
const solutionsOf = (path: string) => join(folder, 'solutions', basename(path));
const exercisesOf = (path: string): Exercise[] => {
  const solutions = existsSync(solutionsOf(path)) ? readNotebook(solutionsOf(path)) : null;
  return readExercises(nameOf(path), readNotebook(path), solutions);
};

describe('notebooks', function () {
  // The runner has a limit for each cell and kills a kernel that keeps to none.
  this.timeout(0);
  let runs: Map<string, NotebookRun>;
  /** Whether the outputs kept in git are those of this run: the quick size, on the engine that has the same bits everywhere. */
  let compares = false;
  /** What the checks say of each solution, by its id. */
  const verdicts = new Map<string, string | undefined>();

  async function trySolutions(kernel: KernelClient, path: string): Promise<void> {
    for (const { id, answer, wrong, check } of exercisesOf(path)) {
      for (const attempt of variants(wrong))
        verdicts.set(attempt.id, await tryAnswer(kernel, attempt.source, check));
      verdicts.set(`${id}-answer`, await tryAnswer(kernel, answer, check));
    }
  }

  before('start the kernels', async () => {
    const { RECURRENT_SIZE = 'quick', RECURRENT_CLIMATE, RECURRENT_KERNELS = 'fused' } = process.env;
    const asKept = RECURRENT_SIZE === 'quick' && !RECURRENT_CLIMATE && RECURRENT_KERNELS === 'fused';
    compares = asKept && (await ready()).name === 'wasm';
    runs = new Map(runNotebooks(paths, { afterwards: trySolutions }).map((run) => [run.path, run]));
    for (const { finished } of runs.values()) finished.catch(() => undefined);
  });

  if (paths.length === 0) {
    it('are there', () => {
      throw new Error(`no notebook lies in ${folder}`);
    });
  }

  /** The result of a cell, which fails where it is not as the notebook keeps it. */
  function requireKept(path: string, cell: NotebookCell, result: CellResult): void {
    if (result.failure) throw new Error(cellReport(relative(folder, path), result));
    const difference = compares ? outputDifference(cell, result.outputs) : '';
    if (!difference) return;
    const place = `${relative(folder, path)}, ${result.id}`;
    const cure = 'Where the new output is right, write it down with: npm run notebooks';
    throw new Error(`${place}: the output is not the one kept.\n${difference}\n${cure}`);
  }

  describe('the map in 00-course', () => {
    const [course, ...others] = paths.map((path) => readNotebook(path).cells.map(cellSource));
    const map = course.find((source) => source.includes('(04-hidden-state.ipynb)')) ?? '';

    for (const [i, cells] of others.entries()) {
      const name = basename(paths[i + 1]);
      it(`has the minutes that ${name} says it takes, in both languages`, () => {
        const rows = map.split('\n').filter((line) => line.includes(`(${name})`));
        const minutes = [/حدود ([۰-۹]+) دقیقه/, /about (\d+) minutes/].map(
          (said) => said.exec(cells[0])?.[1],
        );
        expect(rows).to.have.length(2);
        rows.forEach((row, language) => {
          expect(row.split('|').map((cell) => cell.trim())).to.include(minutes[language]);
        });
      });
    }
  });

  for (const path of paths) {
    describe(relative(folder, path), () => {
      const { cells } = readNotebook(path);
      const code = cells.filter(isExecuted);
      const results = () => Promise.all(runs.get(path)!.cells.map(({ result }) => result));

      for (const [at, cell] of code.entries()) {
        it(`${cell.id ?? at}: ${cutText(cellSource(cell).trim().split('\n')[0]!, 60)}`, async () => {
          requireKept(path, cell, await runs.get(path)!.cells[at]!.result);
        });
      }

      it('ran every code cell', async () => {
        const failed = (await results()).filter(({ failure }) => failure).map(({ id }) => id);
        if ((await results()).length !== code.length || failed.length > 0)
          throw new Error(`cells failed: ${failed.join(', ')}`);
      });

      for (const { id, wrong } of exercisesOf(path)) {
        it(`${id}: is open as a student gets it, takes its answer and no wrong one`, async () => {
          const check = (await results()).find((result) => result.id === `${id}-check`);
          expect(check && checkStatus(check.outputs), 'the stub').to.equal('not-yet');
          await runs.get(path)!.finished;
          expect(verdicts.get(`${id}-answer`), 'the answer').to.equal('right');
          for (const attempt of variants(wrong))
            expect(verdicts.get(attempt.id), attempt.id).to.equal('wrong');
        });
      }

      it('has links that lead to files', () => {
        const texts = cells.filter((cell) => cell.cell_type === 'markdown').map(cellSource);
        const files = texts.flatMap(linkedFiles).map((target) => target.split('#')[0]);
        const dead = files.filter((file) => !existsSync(join(dirname(path), decodeURI(file))));
        expect(dead).to.deep.equal([]);
      });

      it('has formulas that can be set', () => {
        const solutions = existsSync(solutionsOf(path)) ? readNotebook(solutionsOf(path)).cells : [];
        const prose = [...cells, ...solutions].filter((cell) => cell.cell_type === 'markdown');
        for (const cell of prose) {
          for (const formula of formulasOf(cellSource(cell))) {
            expect(
              () => katex.renderToString(formula, { strict: false }),
              `${cell.id}: ${formula}`,
            ).to.not.throw();
          }
        }
      });

      it('is in good Persian and good order', () => {
        const variants = readGlossary(readFileSync(join(folder, 'glossary.md'), 'utf8'));
        const proseOf = (notebook: Notebook) =>
          notebook.cells.map(({ id = '', cell_type: kind, metadata, ...cell }) => {
            const source = cellSource({ ...cell, cell_type: kind, metadata });
            return { id, kind, source, tags: metadata.tags ?? [] };
          });
        const solutions = existsSync(solutionsOf(path)) ? proseOf(readNotebook(solutionsOf(path))) : [];
        const problems = [
          ...proseProblems(proseOf(readNotebook(path)), variants),
          // Answers stand one after the other, and are as long as they need to be.
          ...proseProblems(
            solutions.filter(({ kind }) => kind === 'markdown'),
            variants,
          ),
        ];
        expect(problems.join('\n')).to.equal('');
      });
    });
  }
});
