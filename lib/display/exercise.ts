import { inspectPlain, type MimeBundle } from './mime';
import { en, fa, Prose, type Sentence } from './sentence';

/** Thrown where something is used that is yet to be written. */
class NotYet extends Error {
  override name = 'NotYet';
}

const placeholders = new WeakSet<object>();
let asked = 0;

/**
 * What stands in an exercise where the answer is to come: a value or a function that says so as soon as anything is
 * done with it. The cell it stands in runs, and its check says calmly that there is no answer yet.
 *
 * @example
 * const states = (xs: tf.Tensor2D[], h0: tf.Tensor2D): tf.Tensor2D[] => {
 *   return todo(); // your answer
 * };
 */
export function todo<T = never>(): T {
  asked++;
  const stop = () => {
    throw new NotYet('this exercise has no answer yet: put one in the place of todo()');
  };
  const handler = { get: shows, apply: stop, construct: stop, has: stop, ownKeys: stop };
  function shows(_target: object, key: string | symbol): unknown {
    // The notebook looks at these of every value that a cell ends in.
    if (key === Symbol.for('Jupyter.display')) return () => ({ 'text/plain': 'todo()' });
    return key === Symbol.for('nodejs.util.inspect.custom') ? () => 'todo()' : stop();
  }
  const placeholder = new Proxy(() => undefined, handler);
  placeholders.add(placeholder);
  return placeholder as T;
}

const isPlaceholder = (value: unknown): boolean => typeof value === 'function' && placeholders.has(value);

/** What a check found: nobody has answered yet, the answer is right, or it is wrong. */
export type CheckStatus = 'not-yet' | 'right' | 'wrong';

/** The MIME type by which a program that grades reads a check's result. */
export const CHECK_MIME = 'application/vnd.recurrent.check+json';

/** The result of a check, as a notebook shows it. */
export class CheckResult {
  constructor(
    readonly exercise: number,
    readonly status: CheckStatus,
    private readonly prose: Prose,
  ) {}

  toString(): string {
    return this.prose.toString();
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    const { exercise, status } = this;
    return {
      [CHECK_MIME]: { exercise, status },
      'text/html': `<div class="recurrent-check recurrent-${status}">${this.prose.toHtml()}</div>`,
      'text/plain': this.toString(),
    };
  }
}

/** How an answer is wrong, in both languages. */
class Wrong extends Error {
  constructor(readonly hints: readonly Sentence[]) {
    super(hints.join('\n'));
  }
}

/** What a check may ask of an answer. */
export interface Questions {
  /** Requires something; where it does not hold, the sentences say what was expected and what came, as a hint. */
  that(holds: boolean, ...hints: Sentence[]): void;
}

/**
 * Checks an exercise's answer, and shows what it found: not yet answered, ✓, or a hint. It never fails its cell, so
 * that *Run All* goes on.
 *
 * @param exercise its number, as the text has it
 * @param answers what the student wrote: values and functions. None of them may be left as `todo()`
 * @param test asks by `that` what the answer does on inputs that the student has not seen
 * @example
 * await check(1, { double }, ({ that }) => {
 *   for (const x of [3, -7]) that(double(x) === 2 * x, fa`دو برابر ${x} …`, en`twice ${x} …`);
 * });
 */
export async function check(
  exercise: number,
  answers: Readonly<Record<string, unknown>>,
  test: (questions: Questions) => void | Promise<void>,
): Promise<CheckResult> {
  const result = (status: CheckStatus, ...sentences: Sentence[]) =>
    new CheckResult(exercise, status, new Prose(sentences));
  const notYet = () =>
    result(
      'not-yet',
      fa`تمرین ${exercise}: هنوز پاسخی ندارد. جای todo()‎ را پر کنید و این خانه را دوباره اجرا کنید.`,
      en`Exercise ${exercise}: no answer yet. Put yours in the place of todo() and run this cell again.`,
    );
  if (Object.values(answers).some(isPlaceholder)) return notYet();
  const before = asked;
  try {
    await test({
      that(holds, ...hints) {
        if (!holds) throw new Wrong(hints);
      },
    });
  } catch (error) {
    if (error instanceof NotYet || asked > before) return notYet();
    if (error instanceof Wrong) {
      return result(
        'wrong',
        fa`✗ تمرین ${exercise}: هنوز درست نیست.`,
        en`✗ Exercise ${exercise}: not right yet.`,
        ...error.hints,
      );
    }
    const thrown = error instanceof Error ? `${error.name}: ${error.message}` : inspectPlain(error);
    return result(
      'wrong',
      fa`✗ تمرین ${exercise}: پاسخ شما خطا می‌دهد: ${thrown}`,
      en`✗ Exercise ${exercise}: your answer throws an error: ${thrown}`,
    );
  }
  if (asked > before) return notYet();
  return result('right', fa`✓ تمرین ${exercise}: درست است.`, en`✓ Exercise ${exercise}: right.`);
}
