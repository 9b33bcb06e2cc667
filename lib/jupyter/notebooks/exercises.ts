import { CHECK_MIME, type CheckStatus } from '../../display/exercise';
import { fail } from '../../errors';
import type { KernelClient } from './client';
import { cellSource, type Notebook, type NotebookCell, type Output, OutputList } from './notebook-file';

/** An exercise of a notebook, and what its solutions know of it. */
export interface Exercise {
  /** The stub's id, e.g. `s07-exercise-1`. */
  readonly id: string;
  readonly stub: string;
  readonly check: string;
  /** A right answer, to stand in the stub's place. */
  readonly answer: string;
  /** Plausible wrong ones. */
  readonly wrong: readonly { readonly id: string; readonly source: string }[];
}

const codeOf = (notebook: Notebook) => notebook.cells.filter((cell) => cell.cell_type === 'code');
const tagged = (cell: NotebookCell, tag: string) => cell.metadata.tags?.includes(tag) ?? false;

/**
 * The exercises of a notebook: cells tagged `exercise`, each with its check, `…-check`, behind it. Answers are the cells
 * `…-answer` and `…-wrong-1`, `…-wrong-2`, … of the notebook of solutions.
 *
 * @param solutions null where there is none, as for a notebook without exercises
 * @throws RecurrentError for an exercise without a check, an answer or two wrong answers, and for solutions of none
 */
export function readExercises(where: string, lesson: Notebook, solutions: Notebook | null): Exercise[] {
  const checks = new Map(codeOf(lesson).map((cell) => [cell.id ?? '', cellSource(cell)]));
  const left = new Map(
    codeOf(solutions ?? { ...lesson, cells: [] }).map((cell) => [cell.id ?? '', cellSource(cell)]),
  );
  const take = (id: string): string | undefined => {
    const source = left.get(id);
    left.delete(id);
    return source;
  };
  const exercises = codeOf(lesson)
    .filter((cell) => tagged(cell, 'exercise'))
    .map((cell): Exercise => {
      const id = cell.id ?? '';
      const wrong: { id: string; source: string }[] = [];
      for (let i = 1; left.has(`${id}-wrong-${i}`); i++)
        wrong.push({ id: `${id}-wrong-${i}`, source: take(`${id}-wrong-${i}`)! });
      if (wrong.length < 2)
        fail(where, `exercise ${id} has ${wrong.length} wrong answers, expected at least two`);
      return {
        id,
        stub: cellSource(cell),
        check: checks.get(`${id}-check`) ?? fail(where, `exercise ${id} has no check ${id}-check`),
        answer: take(`${id}-answer`) ?? fail(where, `exercise ${id} has no answer ${id}-answer`),
        wrong,
      };
    });
  if (left.size > 0) fail(where, `the solutions ${[...left.keys()].join(', ')} belong to no exercise`);
  return exercises;
}

/** What a check's outputs say; undefined where they are no check's. */
export function checkStatus(outputs: readonly Output[]): CheckStatus | undefined {
  const found = outputs.map((output) => output.data?.[CHECK_MIME]?.status).filter(Boolean);
  return found.at(-1) as CheckStatus | undefined;
}

/**
 * Puts an answer in the stub's place, in a kernel that has run the notebook, and checks it.
 *
 * @returns what the check says; an answer that does not compile or run is `'wrong'`
 */
export async function tryAnswer(
  kernel: KernelClient,
  answer: string,
  check: string,
  milliseconds = 120_000,
): Promise<CheckStatus | undefined> {
  const { reply } = await kernel.execute(answer, {}, milliseconds);
  if (reply.status !== 'ok') return 'wrong';
  const { reply: checked, published } = await kernel.execute(check, {}, milliseconds);
  if (checked.status !== 'ok') return undefined;
  const list = new OutputList();
  for (const message of published) list.add(message);
  return checkStatus(list.outputs);
}
