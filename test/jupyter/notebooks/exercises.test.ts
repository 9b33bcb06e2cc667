import { expect } from 'chai';
import { readExercises, tryAnswer } from '#lab/jupyter/notebooks/exercises';
import type { Notebook, NotebookCell } from '#lab/jupyter/notebooks/notebook-file';
import { startKernel } from '../support';

const code = (id: string, source: string, ...tags: string[]): NotebookCell => ({
  id,
  cell_type: 'code',
  source,
  metadata: { tags },
});
const notebook = (...cells: NotebookCell[]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells,
});

const check = `import { check, en } from 'recurrent-lab';
await check(1, { double }, ({ that }) => that(double(21) === 42, en\`twice 21 was wanted\`))`;
const lesson = notebook(
  code(
    's1-exercise-1',
    "import { todo } from 'recurrent-lab';\nconst double = todo<(x: number) => number>();",
    'exercise',
  ),
  code('s1-exercise-1-check', check, 'check'),
);
const answer = code('s1-exercise-1-answer', 'const double = (x: number) => 2 * x;');
const wrong = [
  code('s1-exercise-1-wrong-1', 'const double = (x: number) => x + 2;'),
  code('s1-exercise-1-wrong-2', 'const double = (x: number) => 42 as string;'),
];

describe('jupyter: exercises', function () {
  this.timeout(60_000);

  it('belong to their checks and solutions, or say what is missing', () => {
    expect(readExercises('x', notebook(), null)).to.deep.equal([]);
    const [exercise] = readExercises('x', lesson, notebook(answer, ...wrong));
    expect(exercise).to.deep.include({ id: 's1-exercise-1', answer: answer.source, check });
    expect(exercise.wrong.map(({ id }) => id)).to.deep.equal(wrong.map(({ id }) => id));
    expect(() => readExercises('x', lesson, null)).to.throw('x: exercise s1-exercise-1 has 0 wrong answers');
    expect(() => readExercises('x', lesson, notebook(...wrong))).to.throw(
      'has no answer s1-exercise-1-answer',
    );
    expect(() => readExercises('x', notebook(lesson.cells[0]), notebook(answer, ...wrong))).to.throw(
      'has no check s1-exercise-1-check',
    );
    expect(() => readExercises('x', notebook(), notebook(answer))).to.throw('belong to no exercise');
  });

  it('tell the stub, the answer and wrong answers apart, in one kernel', async () => {
    const kernel = await startKernel();
    try {
      const [exercise] = readExercises('x', lesson, notebook(answer, ...wrong));
      const statuses: unknown[] = [];
      for (const source of [
        exercise.stub,
        exercise.answer,
        ...exercise.wrong.map((w) => w.source),
        exercise.stub,
      ])
        statuses.push(await tryAnswer(kernel, source, exercise.check));
      expect(statuses).to.deep.equal(['not-yet', 'right', 'wrong', 'wrong', 'not-yet']);
      expect(await tryAnswer(kernel, exercise.answer, '1 + 1')).to.equal(undefined);
    } finally {
      await kernel.close();
    }
  });
});
