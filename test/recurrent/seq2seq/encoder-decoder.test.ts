import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  EncoderDecoder,
  encoderDecoder,
  loadModel,
  maskedCrossentropy,
  ready,
  type SequencePair,
  saveModel,
  seed,
  tf,
} from 'recurrent-lab';
import { beamSearch } from '#lab/recurrent/seq2seq/beam-search';
import { numbers } from '../support';

/** Sources of 1 … 4 tokens, and the same backwards. */
const reversals: SequencePair[] = [];
for (let length = 1; length <= 3; length++) {
  for (let i = 0; i < 4 ** length; i++) {
    const source = Array.from({ length }, (_, place) => 1 + (Math.floor(i / 4 ** place) % 4));
    reversals.push({ source, target: [...source].reverse() });
  }
}

describe('encoderDecoder', () => {
  before(() => ready());
  beforeEach(() => seed(1));

  it('is taught with the true tokens: start and the target in, the target and end out, padding uncounted', async () => {
    const model = encoderDecoder({ sourceTokens: 3, targetTokens: 2 });
    expect([model.start, model.end]).to.deep.equal([3, 4]);
    const pairs = [
      { source: [1, 2, 3], target: [2] },
      { source: [3], target: [1, 2] },
    ];
    const data = model.batches(pairs, { shuffle: false });
    const { value } = await (await data.iterator()).next();
    expect(await value.xs.source.array()).to.deep.equal([
      [1, 2, 3],
      [3, 0, 0],
    ]);
    expect(await value.xs.target.array()).to.deep.equal([
      [3, 2, 0],
      [3, 1, 2],
    ]);
    expect(await value.ys.argMax(2).array()).to.deep.equal([
      [2, 4, 0],
      [1, 2, 4],
    ]);
    expect(await value.ys.sum(2).array()).to.deep.equal([
      [1, 1, 0],
      [1, 1, 1],
    ]);
    expect((data as { size: number }).size).to.equal(1);
  });

  it('counts the mean over tokens, not over padding', () => {
    const target = tf.tensor3d([
      [
        [0, 1],
        [0, 0],
      ],
    ]);
    const predicted = tf.tensor3d([
      [
        [0.75, 0.25],
        [0.9, 0.1],
      ],
    ]);
    expect(maskedCrossentropy(target, predicted).dataSync()[0]).to.be.closeTo(-Math.log(0.25), 1e-6);
  });

  for (const cell of ['gru', 'lstm'] as const) {
    it(`learns to reverse with a ${cell}, is saved and opened, and leaks nothing`, async function () {
      this.timeout(60_000);
      const model = encoderDecoder({ sourceTokens: 4, targetTokens: 4, units: 24, embedding: 8, cell });
      model.model.compile({ optimizer: tf.train.adam(0.02), loss: maskedCrossentropy });
      await model.model.fitDataset(model.batches(reversals), { epochs: 25, verbose: 0 });
      const right = async (translator: EncoderDecoder) => {
        const got = await translator.greedy(reversals.map(({ source }) => source));
        return (
          got.filter((tokens, i) => String(tokens) === String(reversals[i].target)).length / reversals.length
        );
      };
      expect(await right(model)).to.be.above(0.9);
      const before = tf.memory().numTensors;
      await model.greedy([[1, 2], [3]]);
      const [best, ...others] = await model.beam([1, 2, 3], { width: 3 });
      expect(tf.memory().numTensors).to.equal(before);
      expect(best.tokens).to.deep.equal((await model.greedy([[1, 2, 3]]))[0]);
      expect(others.every(({ logProb }) => logProb <= best.logProb)).to.equal(true);
      expect((await model.beam([4, 1], { width: 1 }))[0].tokens).to.deep.equal(
        (await model.greedy([[4, 1]]))[0],
      );
      const folder = mkdtempSync(join(tmpdir(), 'translator-'));
      try {
        await saveModel(model.model, folder);
        expect(await right(new EncoderDecoder(await loadModel(folder)))).to.equal(await right(model));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('reads a source of any padding the same, and cuts a target off', async () => {
    const model = encoderDecoder({ sourceTokens: 3, targetTokens: 3, units: 6 });
    const [alone] = await model.greedy([[1, 2]], { maxLength: 4 });
    const [beside] = await model.greedy(
      [
        [1, 2],
        [3, 1, 2, 2, 1],
      ],
      { maxLength: 4 },
    );
    expect(beside).to.deep.equal(alone);
    expect(alone.length).to.be.at.most(4);
    expect(await model.greedy([])).to.deep.equal([]);
    expect((await model.greedy([[]], { maxLength: 2 }))[0].length).to.be.at.most(2);
  });

  it('refuses tokens and options that are not its own', async () => {
    const model = encoderDecoder({ sourceTokens: 3, targetTokens: 2 });
    const batches =
      (pair: SequencePair, options = {}) =>
      () =>
        model.batches([pair], options);
    expect(batches({ source: [0], target: [1] })).to.throw(
      'batches: the source of pair 0 has token 0, expected whole numbers from 1 to 3',
    );
    expect(batches({ source: [4], target: [1] })).to.throw('the source of pair 0 has token 4');
    expect(batches({ source: [1], target: [3] })).to.throw(
      'batches: the target of pair 0 has token 3, expected whole numbers from 1 to 2',
    );
    const failure = (promise: Promise<unknown>) => promise.catch((error: Error) => error.message);
    expect(await failure(model.greedy([[1], [4]]))).to.contain('greedy: source 1 has token 4');
    expect(await failure(model.beam([1, 0]))).to.contain('beam: source 0 has token 0');
    expect(await failure(model.beam([1], { lengthPenalty: Number.NaN }))).to.contain('lengthPenalty must be');
    expect(batches({ source: [1], target: [1] }, { size: 3 })).to.throw('unknown option "size"');
    expect(() => model.batches([])).to.throw('expected at least one pair');
    expect(() => encoderDecoder({ sourceTokens: 3, targetTokens: 2, cell: 'rnn' as 'gru' })).to.throw(
      'cell must be one of',
    );
    expect(
      () => new EncoderDecoder(tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] })),
    ).to.throw('the model has no layer "source_embedding"');
  });
});

describe('beamSearch', () => {
  const [start, end] = [3, 0];
  /** P(token | its predecessor); a garden path: the likeliest first token leads to the less likely sequences. */
  const after: Record<number, number[]> = {
    3: [0, 0.6, 0.4, 0],
    1: [0.4, 0.3, 0.3, 0],
    2: [0.9, 0.05, 0.05, 0],
  };
  const next = async (_: number[], tokens: number[]) => tokens.map((token) => after[token].map(Math.log));
  const probability = ({ logProb }: { logProb: number }) => Number(Math.exp(logProb).toFixed(6));

  it('finds what greedy search misses', async () => {
    const greedy = await beamSearch(start, end, { width: 1 }, next);
    const wide = await beamSearch(start, end, { width: 2 }, next);
    expect(greedy.map(({ tokens }) => tokens)).to.deep.equal([[1]]);
    expect(probability(greedy[0])).to.equal(0.24);
    expect(wide[0].tokens).to.deep.equal([2]);
    expect(probability(wide[0])).to.equal(0.36);
  });

  it('of sufficient width is exhaustive', async () => {
    const all: { tokens: number[]; p: number }[] = [];
    const grow = (tokens: number[], p: number) => {
      const row = after[tokens.at(-1) ?? start];
      all.push({ tokens, p: p * row[end] });
      if (tokens.length < 3) for (const token of [1, 2]) grow([...tokens, token], p * row[token]);
    };
    grow([], 1);
    const possible = all.filter(({ p }) => p > 0).sort((a, b) => b.p - a.p);
    const found = await beamSearch(start, end, { width: 100, maxLength: 3 }, next);
    expect(found.map(probability)).to.deep.equal(possible.map(({ p }) => Number(p.toFixed(6))));
    expect(found[0].tokens).to.deep.equal(possible[0].tokens);
  });

  it('with a length penalty prefers longer sequences', async () => {
    const short = await beamSearch(start, end, { width: 9, maxLength: 6 }, next);
    const long = await beamSearch(start, end, { width: 9, maxLength: 6, lengthPenalty: 1 }, next);
    const length = (found: { tokens: number[] }[]) =>
      found.reduce((sum, { tokens }) => sum + tokens.length, 0);
    expect(length(long)).to.be.above(length(short));
    expect(long[0].score).to.be.closeTo(long[0].logProb / (long[0].tokens.length + 1), 1e-12);
  });

  it('gives what it has where nothing ends', async () => {
    const endless = async (_: number[], tokens: number[]) => tokens.map(() => [0, 1, 0, 0].map(Math.log));
    const [only] = await beamSearch(start, end, { maxLength: 3 }, endless);
    expect(only.tokens).to.deep.equal([1, 1, 1]);
  });
});

describe('heads and stacks', () => {
  before(() => ready());

  it('a dense head is applied at every step, as a time-distributed one', () => {
    seed(2);
    const x = tf.randomNormal([2, 4, 3]);
    const head = tf.layers.dense({ units: 2 });
    const direct = numbers(head.apply(x) as tf.Tensor);
    const distributed = tf.layers.timeDistributed({
      layer: tf.layers.dense({ units: 2, weights: head.getWeights() }),
    });
    distributed.build([2, 4, 3]);
    distributed.setWeights(head.getWeights());
    expect(numbers(distributed.apply(x) as tf.Tensor)).to.deep.equal(direct);
  });
});
