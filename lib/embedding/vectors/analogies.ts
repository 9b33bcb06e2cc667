import { kernelProduct } from '../../simd';
import type { Analogy, AnalogyOptions, AnalogyReport, AnalogyScore, AnalogySection } from './questions';
import { Spellings } from './spellings';

/** Neighbours that are looked at for one that is no spelling of a word in the question, as many as gensim looks at. */
const TRIED = 5;
/** Numbers of a product that are compared while they are in the processor's cache. */
const PART = 2 ** 20;
/** Levy and Goldberg's ε. */
const EPSILON = 1e-6;

/** Questions by the places of their first three words: (3, questions). */
interface AskedAnalogies {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
}

/** Word vectors of length 1, as many as are searched. */
export interface UnitRows {
  readonly rows: number;
  readonly dimension: number;
  /** The rows from `first` on to before `last`, (last − first, dimension). */
  take(first: number, last: number): Float32Array;
}

/**
 * The nearest rows to each question's b − a + c, or by 3CosMul; never a, b or c itself.
 *
 * All questions together have few words: their products with every row are one product of matrices, taken in parts of
 * some rows, and what a question asks of a row is told from three numbers of it.
 *
 * @returns (questions, TRIED) places, nearest first, -1 where there are no more
 */
async function answerAnalogies(
  asked: AskedAnalogies,
  units: UnitRows,
  method: '3CosAdd' | '3CosMul',
): Promise<Int32Array> {
  const words = [...new Set([...asked.a, ...asked.b, ...asked.c])];
  const places = new Map(words.map((word, i) => [word, i]));
  const { rows, dimension } = units;
  const a = new Float32Array(words.length * dimension);
  words.forEach((word, i) => {
    a.set(units.take(word, word + 1), i * dimension);
  });
  const part = Math.max(64, Math.min(4096, Math.floor(PART / Math.max(1, words.length))));
  const best = new BestOfQuestions(asked, places, method);
  for (let first = 0; first < rows && words.length > 0; first += part) {
    const last = Math.min(first + part, rows);
    const product = { a, b: units.take(first, last), depth: dimension };
    const see = (products: Float32Array) => best.see(products, first, last);
    if (!kernelProduct(product, see)) see(plainProduct(product.a, product.b, dimension));
    // Between two parts a notebook's cell can be interrupted.
    await new Promise((done) => setImmediate(done));
  }
  return best.found;
}

function plainProduct(a: Float32Array, b: Float32Array, depth: number): Float32Array {
  const [rows, columns] = [a.length / depth, b.length / depth];
  const product = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += a[i * depth + k] * b[j * depth + k];
      product[i * columns + j] = sum;
    }
  }
  return product;
}

class BestOfQuestions {
  readonly found: Int32Array;
  private readonly scores: Float64Array;
  private readonly at: Readonly<Record<'a' | 'b' | 'c', Int32Array>>;

  constructor(
    private readonly asked: AskedAnalogies,
    places: ReadonlyMap<number, number>,
    private readonly method: '3CosAdd' | '3CosMul',
  ) {
    const count = asked.a.length;
    this.found = new Int32Array(count * TRIED).fill(-1);
    this.scores = new Float64Array(count * TRIED).fill(Number.NEGATIVE_INFINITY);
    const placed = (words: Int32Array) => words.map((word) => places.get(word)!);
    this.at = { a: placed(asked.a), b: placed(asked.b), c: placed(asked.c) };
  }

  /** @param products (words, last − first) of the questions' words with the rows from `first` on */
  see(products: Float32Array, first: number, last: number): void {
    const { at, scores, method } = this;
    const width = last - first;
    for (let q = 0; q < at.a.length; q++) {
      const [a, b, c] = [at.a[q] * width, at.b[q] * width, at.c[q] * width];
      const worst = q * TRIED + TRIED - 1;
      let least = scores[worst];
      for (let j = 0; j < width; j++) {
        const score =
          method === '3CosAdd'
            ? products[b + j] + products[c + j] - products[a + j]
            : ((1 + products[b + j]) * (1 + products[c + j])) / (1 + products[a + j] + 2 * EPSILON);
        if (score > least) {
          this.insert(q, first + j, score);
          least = scores[worst];
        }
      }
    }
  }

  private insert(q: number, row: number, score: number): void {
    const { asked, found, scores } = this;
    if (row === asked.a[q] || row === asked.b[q] || row === asked.c[q]) return;
    let at = q * TRIED + TRIED - 1;
    for (; at > q * TRIED && scores[at - 1] < score; at--) {
      scores[at] = scores[at - 1];
      found[at] = found[at - 1];
    }
    scores[at] = score;
    found[at] = row;
  }
}

/** What is taken for the answer: the first neighbour that is no spelling of a word in the question, as gensim does. */
function answerOf(
  [a, b, c]: Analogy,
  neighbours: Int32Array,
  words: readonly string[],
  { fold }: Spellings,
): string | null {
  const given = [a, b, c].map(fold);
  let answer: string | null = null;
  for (const neighbour of neighbours) {
    if (neighbour < 0) break;
    answer = fold(words[neighbour]);
    if (!given.includes(answer)) break;
  }
  return answer;
}

function scoreOf(section: string, right: number, covered: number, questions: number): AnalogyScore {
  return { section, right, covered, questions, accuracy: right / covered };
}

/** How many questions are answered with the right word; see `WordVectors.analogyAccuracy`. */
export async function scoreAnalogies(
  sections: readonly AnalogySection[],
  words: readonly string[],
  units: UnitRows,
  { caseInsensitive = true, method = '3CosAdd' }: AnalogyOptions,
): Promise<AnalogyReport> {
  const spellings = new Spellings(words, units.rows, caseInsensitive);
  const covered = sections.map(({ questions }) =>
    questions.filter((question) => question.every((word) => spellings.place(word) !== undefined)),
  );
  const all = covered.flat();
  const placesOf = (k: number) => Int32Array.from(all, (question) => spellings.place(question[k])!);
  const asked = { a: placesOf(0), b: placesOf(1), c: placesOf(2) };
  const found = await answerAnalogies(asked, units, method);
  const isRight = all.map((question, q) => {
    const neighbours = found.subarray(q * TRIED, (q + 1) * TRIED);
    return answerOf(question, neighbours, words, spellings) === spellings.fold(question[3]);
  });
  let done = 0;
  const scores = sections.map(({ section, questions }, i) => {
    const right = isRight.slice(done, (done += covered[i].length)).filter(Boolean).length;
    return scoreOf(section, right, covered[i].length, questions.length);
  });
  const sum = (key: 'right' | 'covered' | 'questions') =>
    scores.reduce((total, score) => total + score[key], 0);
  return { sections: scores, total: scoreOf('total', sum('right'), sum('covered'), sum('questions')) };
}
