import { fail } from '../../errors';
import { readLines } from './lines';
import type { JudgementOptions } from './spellings';

/** a is to b as c is to d. */
export type Analogy = readonly [a: string, b: string, c: string, d: string];

/** Questions of one kind. */
export interface AnalogySection {
  readonly section: string;
  readonly questions: readonly Analogy[];
}

/** How well the questions of a section, or all of them, were answered. */
export interface AnalogyScore {
  readonly section: string;
  /** Questions whose fourth word was found. */
  readonly right: number;
  /** Questions whose four words are known; only they are asked. */
  readonly covered: number;
  readonly questions: number;
  /** right / covered, 0 … 1; NaN where none is covered. */
  readonly accuracy: number;
}

/** What `WordVectors.analogyAccuracy` gives. */
export interface AnalogyReport {
  readonly sections: readonly AnalogyScore[];
  readonly total: AnalogyScore;
}

/** What `WordVectors.analogyAccuracy` may be told. */
export interface AnalogyOptions extends JudgementOptions {
  /** How the fourth word is looked for. Default `'3CosAdd'`. */
  method?: '3CosAdd' | '3CosMul';
}

const WHERE = 'WordVectors.analogyAccuracy';

/** Reads questions as word2vec's `questions-words.txt` has them: `: section`, then lines of four words. */
export async function readAnalogies(path: string): Promise<AnalogySection[]> {
  const sections: { section: string; questions: Analogy[] }[] = [];
  for (const [number, line] of await readLines(WHERE, path)) {
    const here = `${WHERE}: ${path}, line ${number}`;
    // The first line of questions-phrases.txt.
    if (line.startsWith('//')) continue;
    if (line.startsWith(':')) {
      sections.push({ section: line.slice(1).trim(), questions: [] });
      continue;
    }
    const words = line.trim().split(/\s+/);
    if (words.length !== 4) fail(here, `expected four words or ": section", got ${words.length} words`);
    const last =
      sections.at(-1) ?? fail(here, 'expected ": section" before the first question, got four words');
    last.questions.push(words as unknown as Analogy);
  }
  if (sections.length === 0) fail(WHERE, `${path}: expected sections of questions, got none`);
  return sections;
}

/** Refuses what is no list of sections. */
export function checkAnalogies(sections: readonly AnalogySection[]): readonly AnalogySection[] {
  if (!Array.isArray(sections)) fail(WHERE, `expected a path or a list of sections, got ${typeof sections}`);
  for (const { section, questions } of sections as readonly AnalogySection[]) {
    const wrong = Array.isArray(questions)
      ? (questions as readonly Analogy[]).findIndex(
          (question) => question?.length !== 4 || question.some((word) => typeof word !== 'string'),
        )
      : 0;
    if (wrong >= 0)
      fail(WHERE, `expected four words a question, got others at question ${wrong} of "${section}"`);
  }
  return sections;
}
