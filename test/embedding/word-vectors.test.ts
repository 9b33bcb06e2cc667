import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  ready,
  type SimilarityOptions,
  tf,
  type WeightedWord,
  type WordOrVector,
  WordVectors,
} from 'recurrent-lab';
import { simdInfo } from '#lab/simd/index';
import { askedVectors, draws, FIXTURES, gensim, scratch, shared } from './support';

const message = (act: () => unknown): string => {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};
const rejection = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing thrown',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** Vectors enough for the kernels, with some of equal direction, some zero, and some nearly equal. */
function many(size = 12_000, dimension = 100): WordVectors {
  const draw = draws(8);
  const all = Float32Array.from({ length: size * dimension }, () => draw() - 0.45);
  for (let i = 0; i < 40; i++) {
    const row = all.subarray((i + 1) * dimension, (i + 2) * dimension);
    if (i % 4 === 0) row.fill(0);
    else if (i % 4 === 1) row.set(all.subarray(0, dimension).map((x) => x * (i + 1)));
    else row.set(all.subarray(0, dimension).map((x, k) => x + (k === i ? 1e-5 * i : 0)));
  }
  return WordVectors.from(
    Array.from({ length: size }, (_, i) => `w${i}`),
    all,
  );
}

/** What every word has, sorted: the definition, in float64. */
function byDefinition(
  vectors: WordVectors,
  positive: string[],
  negative: string[],
  method: '3CosAdd' | '3CosMul',
): { word: string; similarity: number }[] {
  const unit = (word: string) => {
    const x = [...vectors.vector(word)];
    const length = Math.hypot(...x) || 1;
    return x.map((value) => value / length);
  };
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, k) => sum + value * y[k], 0);
  const [plus, minus] = [positive.map(unit), negative.map(unit)];
  const sum = plus[0].map((_, k) => {
    const at = (all: number[][]) => all.reduce((total, x) => total + x[k], 0);
    return at(plus) - at(minus);
  });
  const length = Math.hypot(...sum);
  const factor = (x: number[], all: number[][]) =>
    all.reduce((product, y) => (product * (1 + dot(x, y))) / 2, 1);
  const scored = vectors.words
    .filter((word) => !positive.includes(word) && !negative.includes(word))
    .map((word) => {
      const x = unit(word);
      const similarity =
        method === '3CosAdd' ? dot(x, sum) / length : factor(x, plus) / (factor(x, minus) + 1e-6);
      return { word, similarity };
    });
  return scored.sort((a, b) => b.similarity - a.similarity);
}

describe('WordVectors', () => {
  const file = scratch();
  before(() => ready());

  describe('answers as gensim does', () => {
    const vectors = askedVectors();

    it('how similar two words are', () => {
      for (const [a, b, similarity] of gensim.similarities) {
        expect(vectors.similarity(a, b)).to.be.closeTo(similarity, 1e-6);
        expect(vectors.distance(a, b)).to.be.closeTo(1 - similarity, 1e-6);
      }
    });

    for (const { positive, negative, topN, restrict, method, found } of gensim.queries) {
      const [plus, minus] = [positive, negative].map((items) =>
        items.map((item) => (Array.isArray(item) ? 'v' : item)),
      );
      it(`what is most similar to ${plus.join(' + ')} - ${minus.join(' - ')}, ${method}, ${topN} of ${restrict ?? 'all'}`, () => {
        const options: SimilarityOptions = { topN, method, ...(restrict ? { restrict } : {}) };
        const items = (all: typeof positive) => all as (WordOrVector | WeightedWord)[];
        const answers = vectors.mostSimilar({
          positive: items(positive),
          negative: items(negative),
          ...options,
        });
        expect(answers.map(({ word }) => word)).to.deep.equal(found.map(([word]) => word));
        answers.forEach(({ similarity }, i) => {
          expect(similarity / found[i][1]).to.be.closeTo(1, 2e-5);
        });
      });
    }

    it('which word does not match', () => {
      for (const [words, word] of gensim.doesntMatch) expect(vectors.doesntMatch(words)).to.equal(word);
    });

    for (const { restrict, caseInsensitive, sections } of gensim.accuracy) {
      it(`analogies, of ${restrict} words, ${caseInsensitive ? 'in any' : 'in the same'} case`, async () => {
        const report = await vectors.analogyAccuracy(join(FIXTURES, 'questions.txt'), {
          restrict,
          caseInsensitive,
        });
        const scores = [...report.sections, report.total];
        expect(scores.map(({ right, covered }) => [right, covered])).to.deep.equal(sections);
        expect(scores.map(({ section, questions }) => [section, questions])).to.deep.equal([
          ['first', 30],
          ['second section', 30],
          ['none known', 30],
          ['total', 90],
        ]);
        expect(report.total.accuracy).to.equal(report.total.right / report.total.covered);
        expect(report.sections[2].accuracy).to.be.NaN;
      });
    }

    it('pairs of words', async () => {
      const report = await vectors.wordPairs(join(FIXTURES, 'pairs.tsv'));
      for (const key of ['pearson', 'spearman', 'unknownShare'] as const) {
        expect(report[key], key).to.be.closeTo(gensim.pairs[key], 1e-6);
      }
      expect([report.covered, report.pairs]).to.deep.equal([36, 40]);
    });

    it("the analogies of word2vec on Stanford's GloVe", async function () {
      this.timeout(60_000);
      const glove = await WordVectors.load(shared(this, 'glove.6B.50d.10k.txt.gz'));
      const { total, sections } = await glove.analogyAccuracy(shared(this, 'questions-words.txt.gz'));
      expect([total.right, total.covered, total.questions]).to.deep.equal([3958, 6762, 19_544]);
      expect(sections.map(({ right, covered }) => `${right}/${covered}`).join(' ')).to.equal(
        '374/462 564/714 21/86 100/615 173/210 67/380 9/56 310/552 74/156 317/600 1123/1161 414/992 325/506 87/272',
      );
    });
  });

  describe('many of them', () => {
    const vectors = many();

    for (const method of ['3CosAdd', '3CosMul'] as const) {
      for (const [positive, negative] of [
        [['w0'], []],
        [['w9000', 'w3'], ['w70']],
        [['w1', 'w77', 'w78'], ['w2']],
      ]) {
        it(`are searched by the kernels as by definition: ${method} of ${positive} - ${negative}`, () => {
          const expected = byDefinition(vectors, positive, negative, method);
          for (const topN of [1, 10, 300]) {
            const found = vectors.mostSimilar({ positive, negative, topN, method });
            expect(found).to.have.length(topN);
            for (const [i, { word, similarity }] of found.entries()) {
              expect(similarity).to.be.closeTo(expected[i].similarity, 1e-12);
              // Nearly equal ones may be in another order than the definition's rounding has them.
              const near = expected.filter((other) => Math.abs(other.similarity - similarity) < 1e-12);
              expect(near.map((other) => other.word)).to.include(word);
            }
          }
        });
      }
    }

    it('are all given where all are asked for', () => {
      const found = vectors.mostSimilar('w7', { topN: 20_000 });
      expect(found).to.have.length(11_999);
      expect(new Set(found.map(({ word }) => word)).size).to.equal(11_999);
    });

    it('are searched as far as restrict says', () => {
      const found = vectors.mostSimilar('w11999', { topN: 20_000, restrict: 11_000 });
      expect(found).to.have.length(11_000);
    });

    it('answer a unit vector, a long one and one of another sign', () => {
      const x = vectors.vector('w7000');
      const words = vectors.mostSimilar(x, { topN: 5 }).map(({ word }) => word);
      expect(
        vectors
          .mostSimilar(
            x.map((value) => value * 1000),
            { topN: 5 },
          )
          .map(({ word }) => word),
      ).to.deep.equal(words);
      const opposite = vectors.mostSimilar({ negative: x, topN: 12_000 }).map(({ word }) => word);
      expect(words).to.include(opposite.at(-1));
      const long = vectors.mostSimilar(
        [...x].map((value) => value * 100),
        { topN: 3, method: '3CosMul' },
      );
      expect(long[0].similarity).to.be.above(100);
    });

    it('give the memory of their copy back', () => {
      const before = simdInfo().used;
      const others = many();
      others.mostSimilar('w7');
      expect(simdInfo().used - before).to.be.within(2 * 12_000 * 104, 2 * 12_000 * 104 + 4096);
      others.dispose();
      expect(simdInfo().used).to.equal(before);
      expect(others.mostSimilar('w7000')).to.deep.equal(vectors.mostSimilar('w7000'));
      others.dispose();
      others.dispose();
      expect(simdInfo().used).to.equal(before);
    });
  });

  describe('made of numbers that are there', () => {
    it('take an array, rows or a tensor, and keep a copy', () => {
      const given = Float32Array.of(1, 2, 3, 4);
      const vectors = WordVectors.from(['a', 'b'], given);
      given.fill(0);
      const rows = WordVectors.from(new Set(['a', 'b']), [
        [1, 2],
        [3, 4],
      ]);
      const tensor = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      const of = WordVectors.from(['a', 'b'], tensor, 2);
      tensor.dispose();
      for (const each of [vectors, rows, of]) {
        expect([...each.vector('b')]).to.deep.equal([3, 4]);
        expect([each.size, each.dimension, each.index('b')]).to.deep.equal([2, 2, 1]);
      }
      vectors.vector('a').fill(9);
      expect([...vectors.vector('a')]).to.deep.equal([1, 2]);
    });

    it('leave out words that come again', () => {
      const vectors = WordVectors.from(['a', 'b', 'a', 'c'], [[1], [2], [3], [4]]);
      expect([vectors.words, vectors.duplicates, vectors.vector('c')[0]]).to.deep.equal([
        ['a', 'b', 'c'],
        1,
        4,
      ]);
    });

    it('become a tensor of their own', () => {
      const { numTensors } = tf.memory();
      const vectors = WordVectors.from(
        ['a', 'b'],
        [
          [1, 2],
          [3, 4],
        ],
      );
      const tensor = vectors.tensor();
      expect(tensor.arraySync()).to.deep.equal([
        [1, 2],
        [3, 4],
      ]);
      tensor.dispose();
      expect(tf.memory().numTensors).to.equal(numTensors);
    });

    it('know words of any spelling', () => {
      const words = ['__proto__', 'constructor', 'toString', '', ' ', '\u0000'];
      const vectors = WordVectors.from(
        words,
        words.map((_, i) => [i, 1]),
      );
      for (const [i, word] of words.entries())
        expect([vectors.has(word), vectors.index(word)]).to.deep.equal([true, i]);
      expect(vectors.has('hasOwnProperty')).to.equal(false);
    });

    it('are refused where they do not come out', () => {
      const from = WordVectors.from as (...given: unknown[]) => WordVectors;
      const given: [unknown[], RegExp][] = [
        [[[], []], /expected at least one word, got none/],
        [[['a', 'b'], Float32Array.of(1, 2, 3)], /expected 2 × dimension numbers, got 3/],
        [[['a', 'b'], Float32Array.of(1, 2), 2], /expected 2 × 2 numbers, got 2/],
        [[['a'], [[]]], /expected 1 × dimension numbers, got 0/],
        [
          [
            ['a', 'b'],
            [[1], [1, 2]],
          ],
          /expected rows of 1 numbers, got 2 in row 1/,
        ],
        [
          [
            ['a', 'b'],
            [[1], [Number.NaN]],
          ],
          /expected finite numbers, got NaN for "b"/,
        ],
        [
          [
            ['a', 3],
            [[1], [2]],
          ],
          /expected words, got 3/,
        ],
        [[['a'], 'x'], /expected a Float32Array, rows or a tensor, got string/],
      ];
      for (const [args, expected] of given) expect(message(() => from(...args))).to.match(expected);
    });
  });

  describe('refuses with a sentence', () => {
    const vectors = WordVectors.from(
      ['king', 'queen', 'man', 'Paris', 'zero'],
      [
        [1, 0],
        [1, 0.1],
        [0, 1],
        [1, 1],
        [0, 0],
      ],
    );
    const loosely = vectors as unknown as Record<string, (...given: unknown[]) => unknown>;
    const given: [method: string, args: unknown[], message: RegExp][] = [
      [
        'vector',
        ['kign'],
        /^RecurrentError: WordVectors\.vector: expected one of 5 known words, got "kign"; the nearest spelling is "king"$/,
      ],
      ['index', ['paris'], /the nearest spelling is "Paris"$/],
      [
        'similarity',
        ['king', 'xylophone'],
        /WordVectors\.similarity: expected one of 5 known words, got "xylophone"$/,
      ],
      ['distance', ['queeen', 'king'], /WordVectors\.distance: .*"queen"$/],
      ['vector', [3], /expected a word, got 3/],
      ['mostSimilar', ['man', { topN: 0 }], /topN must be a whole number of at least 1, got 0/],
      ['mostSimilar', ['man', { restrict: 1.5 }], /restrict must be a whole number of at least 1, got 1.5/],
      ['mostSimilar', ['man', { method: 'cos' }], /expected a method of 3CosAdd, 3CosMul, got cos/],
      ['mostSimilar', ['man', { top: 3 }], /unknown option "top"; known are positive, /],
      ['mostSimilar', [{}], /expected positive or negative words, got none/],
      [
        'mostSimilar',
        [{ negative: 'man', method: '3CosMul' }],
        /expected positive words for '3CosMul', got none/,
      ],
      ['mostSimilar', [{ positive: [['man', 2]], method: '3CosMul' }], /expected words without weights/],
      ['mostSimilar', [{ positive: [['man', Number.NaN]] }], /expected a finite weight, got NaN/],
      ['mostSimilar', [{ positive: 'man', negative: 'man' }], /got some that cancel out/],
      ['mostSimilar', ['zero'], /got some that cancel out/],
      ['mostSimilar', [Float32Array.of(1, 2, 3)], /expected a vector of 2 numbers, got 3/],
      ['mostSimilar', [[1, Number.POSITIVE_INFINITY]], /expected a vector of finite numbers, got Infinity/],
      ['mostSimilar', [{ positive: [null] }], /expected a word or a vector, got null/],
      ['mostSimilar', [{ positive: ['king', 'prince'] }], /expected one of 5 known words, got "prince"/],
      ['doesntMatch', [['king', 'man']], /expected at least three words, got 2/],
      ['doesntMatch', ['king'], /expected at least three words, got string/],
      ['doesntMatch', [['king', 'man', 'woman']], /got "woman"; the nearest spelling is "man"/],
    ];
    for (const [method, args, expected] of given) {
      it(`${method}(${JSON.stringify(args).slice(1, -1)})`, () => {
        expect(message(() => loosely[method](...args))).to.match(expected);
      });
    }

    it('a word of zeros is similar to nothing', () => {
      expect(vectors.similarity('zero', 'king')).to.equal(0);
      expect(vectors.mostSimilar('king', { topN: 9 }).at(-1)).to.deep.include({ similarity: 0 });
    });
  });

  describe('judged by people', () => {
    const vectors = askedVectors();
    const [a, b] = gensim.words.slice(20);

    it('reads questions packed, with line ends of Windows and a comment, and refuses others with the line', async () => {
      const text = `// from elsewhere\r\n: one\r\n${a} ${b} ${a} ${b}\r\n\r\n: two\r\n`;
      const { sections } = await vectors.analogyAccuracy(file('questions.gz', gzipSync(text)));
      expect(sections.map(({ section, questions }) => [section, questions])).to.deep.equal([
        ['one', 1],
        ['two', 0],
      ]);
      const wrong: [string, RegExp][] = [
        [': one\na b c\n', /line 2: expected four words or ": section", got 3 words/],
        ['a b c d\n', /line 1: expected ": section" before the first question/],
        ['', /expected sections of questions, got none/],
      ];
      for (const [content, expected] of wrong) {
        expect(await rejection(vectors.analogyAccuracy(file('wrong', content)))).to.match(expected);
      }
      expect(await rejection(vectors.analogyAccuracy(file('none')))).to.match(
        /analogyAccuracy: .*no such file/,
      );
      const few = [{ section: 's', questions: [['a', 'b', 'c']] }];
      expect(await rejection(vectors.analogyAccuracy(few as never))).to.match(
        /got others at question 0 of "s"/,
      );
      expect(await rejection(vectors.analogyAccuracy([], { topN: 1 } as never))).to.match(
        /unknown option "topN"/,
      );
    });

    it('answers each question as mostSimilar does, by both methods', async () => {
      const plain = gensim.words.slice(11);
      const draw = draws(2);
      const pick = () => plain[Math.floor(draw() * plain.length)];
      for (const method of ['3CosAdd', '3CosMul'] as const) {
        const questions = Array.from({ length: 50 }, () => {
          const [x, y, z] = [pick(), pick(), pick()];
          const [{ word }] = vectors.mostSimilar({
            positive: [y, z],
            negative: x === y || x === z ? [] : [x],
            method,
          });
          return [x, y, z, word] as const;
        }).filter(([x, y, z]) => new Set([x, y, z]).size === 3);
        const { total } = await vectors.analogyAccuracy([{ section: 's', questions }], { method });
        expect([total.right, total.covered]).to.deep.equal([questions.length, questions.length]);
      }
    });

    it('reads pairs with a header and another delimiter, and refuses others with the line', async () => {
      const text = `Word 1,Word 2,Mean\n${a},${b},3\n${b},${a},4.5\nnot,there,1\n`;
      const report = await vectors.wordPairs(file('pairs.csv', text), { delimiter: ',' });
      expect([report.covered, report.pairs, report.unknownShare]).to.deep.equal([2, 3, 1 / 3]);
      expect(report.pearson).to.be.NaN;
      expect(await rejection(vectors.wordPairs(file('pairs', `${a}\t${b}\t1\n${a}\t${b}\n`)))).to.match(
        /line 2: expected two words and a number, parted by "\\t", got/,
      );
      expect(await rejection(vectors.wordPairs([['no', 'such', 1]]))).to.match(/got 0 of 1 pairs/);
      expect(await rejection(vectors.wordPairs([['no', 'such']] as never))).to.match(/got others at pair 0/);
    });

    it('gives equal judgements their mean rank', async () => {
      const words = WordVectors.from(
        ['x', 'y', 'z', 'w'],
        [
          [1, 0],
          [0.9, 0.5],
          [0.5, 0.9],
          [0, 1],
        ],
      );
      const judged = [
        ['x', 'y', 3],
        ['x', 'z', 3],
        ['x', 'w', 1],
        ['y', 'z', 2],
      ] as const;
      // Ranks 3.5 3.5 1 2 against the cosines' 4 2 1 3: r = 3 / √(4.5 · 5).
      expect((await words.wordPairs(judged)).spearman).to.be.closeTo(3 / Math.sqrt(22.5), 1e-12);
    });
  });
});
