import { expect } from 'chai';
import { Random, ready, tf, type Word2vecOptions, type Word2vecResult, word2vec } from 'recurrent-lab';
import { aliasTables } from '#lab/embedding/alias-tables';
import { huffmanTree } from '#lab/embedding/huffman';
import { Word2vecRun } from '#lab/simd/jobs/word2vec-run';
import { machine, restartMachine } from '#lab/simd/machine/machine';
import { slowBatch } from './word2vec-slow';

/** Two topics, of words that keep to themselves, and one word of both. */
function sentences(count: number, seed = 3): string[][] {
  const random = Random.seeded(seed);
  const topics = [
    ['cat', 'dog', 'horse', 'cow', 'and'],
    ['red', 'blue', 'green', 'white', 'and'],
  ];
  return Array.from({ length: count }, () => {
    const words = topics[random.integer(2)];
    return Array.from({ length: 3 + random.integer(8) }, () => words[random.integer(words.length)]);
  });
}

const SMALL: Word2vecOptions = { vectorSize: 10, window: 3, minCount: 1, sample: 0, epochs: 8, seed: 5 };
const numbers = ({ vectors }: Word2vecResult) => tf.tidy(() => vectors.tensor().dataSync().slice());

describe('word2vec', function () {
  this.timeout(60_000);
  before(() => ready());

  const ways: Record<string, Word2vecOptions> = {
    'skip-gram, negatives': {},
    'skip-gram, many negatives': { negative: 13 },
    'skip-gram, tree': { hierarchicalSoftmax: true },
    'cbow, negatives': { algorithm: 'cbow', learningRate: 0.1 },
    'cbow, tree': { algorithm: 'cbow', hierarchicalSoftmax: true, learningRate: 0.1 },
  };
  for (const [name, options] of Object.entries(ways)) {
    it(`puts words that stand together near one another: ${name}`, async () => {
      const { vectors } = await word2vec(sentences(2000), { ...SMALL, ...options });
      const together = [vectors.similarity('cat', 'dog'), vectors.similarity('red', 'blue')];
      const apart = [vectors.similarity('cat', 'blue'), vectors.similarity('red', 'horse')];
      expect(Math.min(...together)).to.be.above(Math.max(...apart) + 0.3);
    });

    it(`gives the same bits for any number of threads: ${name}`, async () => {
      const text = sentences(3000);
      const run = async (threads: number) => {
        await restartMachine(threads);
        return numbers(await word2vec(text, { ...SMALL, ...options, vectorSize: 30, epochs: 2 }));
      };
      const one = await run(1);
      for (const threads of [2, 3]) expect(await run(threads)).to.deep.equal(one);
      await restartMachine();
    });
  }

  it('gives the same vectors from a stream as from memory, other ones for another seed', async () => {
    const text = sentences(500);
    const stream = async function* () {
      yield* text;
    };
    const [memory, streamed] = [await word2vec(text, SMALL), await word2vec(() => stream(), SMALL)];
    expect(numbers(streamed)).to.deep.equal(numbers(memory));
    expect(numbers(await word2vec(text, { ...SMALL, seed: 6 }))).to.not.deep.equal(numbers(memory));
  });

  it('tells how far it is, and leaves out rare words', async () => {
    const told: number[] = [];
    const rates: number[] = [];
    const { vocabulary } = await word2vec([...sentences(300), ['rare', 'cat']], {
      ...{ ...SMALL, minCount: 2, epochs: 3 },
      onProgress: ({ words, of, learningRate }) => {
        told.push(words / of);
        rates.push(learningRate);
      },
    });
    expect(vocabulary.has('rare')).to.equal(false);
    expect(told).to.have.length(3);
    expect(rates).to.deep.equal([...rates].sort((a, b) => b - a));
    expect(rates[2]).to.be.below(rates[0]);
    expect(told.at(-1)).to.be.closeTo(1, 1e-9);
  });

  it('stops where it is asked to, with the vectors it has', async () => {
    const stopping = new AbortController();
    const { vectors, interrupted } = await word2vec(sentences(300), {
      ...SMALL,
      signal: stopping.signal,
      onProgress: ({ epoch }) => epoch === 1 && stopping.abort(),
    });
    expect(interrupted).to.equal(true);
    expect(vectors.words).to.include('cat');
    expect((await word2vec(sentences(300), SMALL)).interrupted).to.equal(false);
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    ['no words', () => word2vec([], SMALL), '0 words come at least 1 times, expected two at least'],
    ['one word', () => word2vec([['a', 'a']], SMALL), '1 words come at least 1 times'],
    [
      'no negatives and no tree',
      () => word2vec([], { negative: 0 }),
      'negative must be a whole number of at least 1',
    ],
    [
      'no size',
      () => word2vec([], { vectorSize: 0 }),
      'vectorSize must be a whole number of at least 1, got 0',
    ],
    [
      'another algorithm',
      () => word2vec([], { algorithm: 'glove' as 'cbow' }),
      'must be skip-gram or cbow, got glove',
    ],
    ['a name of gensim', () => word2vec([], { sg: 1 } as never), 'unknown option "sg"'],
  ];
  for (const [name, run, message] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await run().catch((error) => error.message)).to.contain(message);
    });
  }
});

describe('a batch of word2vec', () => {
  const ways = {
    'skip-gram, 5 negatives': { cbow: false, count: 5 },
    'skip-gram, 2 negatives, another width': { cbow: false, count: 2, width: 7 },
    'skip-gram, 14 negatives of few words': { cbow: false, count: 14 },
    'cbow, 5 negatives': { cbow: true, count: 5 },
    'cbow, 9 negatives': { cbow: true, count: 9 },
    'skip-gram, tree': { cbow: false },
    'cbow, tree': { cbow: true },
  };
  for (const [name, { cbow, count, width = 12 }] of Object.entries<{
    cbow: boolean;
    count?: number;
    width?: number;
  }>(ways)) {
    it(`is that of the obvious program: ${name}`, () => {
      const random = Random.seeded(9);
      const words = 20;
      const counts = Array.from({ length: words }, (_, i) => 60 - 2 * i);
      const tables = aliasTables(counts);
      const tree = huffmanTree(counts);
      const text = Array.from({ length: 60 }, () => (random.uniform() < 0.1 ? -1 : random.integer(words)));
      const matrix = (rows: number) =>
        Array.from({ length: rows }, () => Array.from({ length: width }, () => random.normal() / 3));
      const rate = 0.05;
      const slow = { vectors: matrix(words), weights: matrix(count === undefined ? tree.size : words) };
      const seed = 77;
      const run = new Word2vecRun(machine(), {
        ...{ words, vectorSize: width, window: 4, cbow, seed, batch: text.length, text: text.length },
        by: count === undefined ? { tree } : { negatives: count, tables },
      });
      const float = (rows: number[][]) => Float32Array.from(rows.flat());
      try {
        const start = { vectors: float(slow.vectors), weights: float(slow.weights) };
        for (const which of ['vectors', 'weights'] as const) run.put(start[which], which);
        run.read(Int32Array.from(text), 1000);
        run.step(0, text.length, rate);
        const by = count === undefined ? { tree } : { negatives: { count, tables } };
        slowBatch(slow, { text, place: 1000, window: 4, seed, rate, cbow, ...by });
        for (const which of ['vectors', 'weights'] as const) {
          const change = (values: Float32Array) => values.map((value, i) => value - start[which][i]);
          expect(change(run.take(which))).near(change(float(slow[which])), 1e-5);
        }
      } finally {
        run.free();
      }
    });
  }
});

describe('alias tables', () => {
  it('give each number its share, exactly to 2⁻³¹', () => {
    for (const weights of [
      [1],
      [1, 1],
      [5, 1, 0, 3],
      Array.from({ length: 50 }, (_, i) => (i + 1) ** 0.75),
    ]) {
      const { thresholds, aliases } = aliasTables(weights);
      const shares = weights.map(() => 0);
      thresholds.forEach((threshold, i) => {
        const own = threshold === 2 ** 32 - 1 ? 1 : threshold / 2 ** 32;
        shares[i] += own / weights.length;
        shares[aliases[i]] += (1 - own) / weights.length;
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      shares.forEach((share, i) => {
        expect(share).to.be.closeTo(weights[i] / total, 1e-9);
      });
    }
  });
});

describe('Huffman trees', () => {
  const codes = (counts: number[]) => {
    const { starts, nodes, labels } = huffmanTree(counts);
    return counts.map((_, i) => ({
      nodes: [...nodes.subarray(starts[i], starts[i + 1])],
      code: [...labels.subarray(starts[i], starts[i + 1])].join(''),
    }));
  };

  it('of 4, 2, 1, 1 have paths of 1, 2, 3, 3 steps', () => {
    const lengths = codes([4, 2, 1, 1]).map(({ code }) => code.length);
    expect(lengths).to.deep.equal([1, 2, 3, 3]);
  });

  it('have codes of which none begins another, over nodes that agree, as short as can be', () => {
    const random = Random.seeded(8);
    for (let run = 0; run < 50; run++) {
      const counts = Array.from({ length: 2 + random.integer(40) }, () => 1 + random.integer(100)).sort(
        (a, b) => b - a,
      );
      const all = codes(counts);
      for (const a of all)
        for (const b of all)
          if (a !== b) expect(b.code.startsWith(a.code), `${a.code} ${b.code}`).to.equal(false);
      // The same beginning leads to the same node.
      const at = new Map<string, number>();
      for (const { nodes, code } of all)
        nodes.forEach((node, i) => {
          expect(at.get(code.slice(0, i)) ?? node).to.equal(node);
          at.set(code.slice(0, i), node);
        });
      // The cost is the sum of the inner nodes' counts, which the obvious way gives too.
      const heap = [...counts];
      let cost = 0;
      while (heap.length > 1) {
        heap.sort((a, b) => b - a);
        const sum = (heap.pop() as number) + (heap.pop() as number);
        cost += sum;
        heap.push(sum);
      }
      expect(all.reduce((sum, { code }, i) => sum + code.length * counts[i], 0)).to.equal(cost);
    }
  });

  it('of one word is no tree', () => {
    expect(codes([3])).to.deep.equal([{ nodes: [], code: '' }]);
  });
});
