import { cellSignal } from '../display';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import { Word2vecRun } from '../simd/jobs/word2vec-run';
import { machine } from '../simd/machine/machine';
import { nextSeed, Random } from '../tensor';
import { Vocabulary } from '../text';
import { aliasTables } from './alias-tables';
import { huffmanTree } from './huffman';
import { WordVectors } from './word-vectors';

/** Sentences of tokens: all of them, or, for what does not fit in memory, a function that reads them once more. */
export type Sentences = Iterable<readonly string[]> | (() => AsyncIterable<readonly string[]>);

export interface Word2vecOptions {
  /** Numbers in a vector; default 100. */
  vectorSize?: number;
  /** 'skip-gram', the default: each neighbour is to predict the word; 'cbow': their mean is. */
  algorithm?: 'skip-gram' | 'cbow';
  /** Neighbours at most this far away count; for each word a reach from 1 to this is drawn. Default 5. */
  window?: number;
  /** Words that came less often are left out; default 5. */
  minCount?: number;
  /** The frequency above which words are left out at random, 0 for none; default 10⁻³. */
  sample?: number;
  /** Words that are no neighbours, drawn for each word to tell it from; default 5. */
  negative?: number;
  /** Negatives are drawn in proportion to count^this; default 0.75. */
  negativeExponent?: number;
  /** Whether words are told by their path through a Huffman tree, in the place of negatives; default false. */
  hierarchicalSoftmax?: boolean;
  /** Passes over the text; default 5. */
  epochs?: number;
  /** The learning rate falls evenly from this, default 0.025, … */
  learningRate?: number;
  /** … to this; default 0.0001. */
  minLearningRate?: number;
  /** Fixes all that is random; default: drawn from the stream that `seed(n)` governs. */
  seed?: number;
  /** Ends the training where it is; default: the running cell's interrupt. */
  signal?: AbortSignal;
  /** Told now and then how far the training is. */
  onProgress?: (progress: Word2vecProgress) => void;
}

export interface Word2vecProgress {
  readonly epoch: number;
  /** Words read, and how many there are to read in all epochs. */
  readonly words: number;
  readonly of: number;
  readonly wordsPerSecond: number;
  readonly secondsLeft: number;
  readonly learningRate: number;
}

const KNOWN = [
  ...['vectorSize', 'algorithm', 'window', 'minCount', 'sample', 'negative', 'negativeExponent'],
  ...['hierarchicalSoftmax', 'epochs', 'learningRate', 'minLearningRate', 'seed', 'signal', 'onProgress'],
];

type Settings = Required<Omit<Word2vecOptions, 'onProgress' | 'signal'>>;

const DEFAULTS: Omit<Settings, 'seed'> = {
  ...{ vectorSize: 100, algorithm: 'skip-gram', window: 5, minCount: 5, sample: 1e-3, negative: 5 },
  ...{
    negativeExponent: 0.75,
    hierarchicalSoftmax: false,
    epochs: 5,
    learningRate: 0.025,
    minLearningRate: 1e-4,
  },
};

/** Kept words that are read at a time, and the longest sentence, as in the word2vec program. */
const TEXT = 100_000;
const LONGEST = 10_000;
const MOST_BATCH = 1024;
const LEAST_BATCH = 16;
/** How often, on average, a batch may have its most frequent word: what it changes adds up before it is seen. */
const REPEATS = 8;

export interface Word2vecResult {
  /** The words' vectors, from the most frequent word on. */
  readonly vectors: WordVectors;
  readonly vocabulary: Vocabulary;
  /** What the passes took, without the counting of words before them. */
  readonly seconds: number;
  readonly wordsPerSecond: number;
  /** Whether the training was broken off; the vectors are those that it had come to. */
  readonly interrupted: boolean;
}

function settingsOf(options: Word2vecOptions): Settings {
  refuseUnknown('word2vec', options, KNOWN);
  const { onProgress, signal, ...given } = options;
  const settings: Settings = { ...DEFAULTS, seed: given.seed ?? nextSeed(), ...given };
  for (const name of ['vectorSize', 'window', 'minCount', 'epochs'] as const)
    wholeNumber('word2vec', name, settings[name]);
  wholeNumber('word2vec', 'negative', settings.negative, settings.hierarchicalSoftmax ? 0 : 1);
  for (const name of ['sample', 'learningRate', 'minLearningRate'] as const)
    if (!(settings[name] >= 0)) fail('word2vec', `${name} must be at least 0, got ${settings[name]}`);
  if (!['skip-gram', 'cbow'].includes(settings.algorithm))
    fail('word2vec', `algorithm must be skip-gram or cbow, got ${settings.algorithm}`);
  return settings;
}

async function* sequencesOf(sentences: Sentences): AsyncGenerator<readonly string[]> {
  for await (const sentence of typeof sentences === 'function' ? sentences() : sentences) yield sentence;
}

/** Numbers that depend on nothing but a seed and a place: the finaliser of MurmurHash 3. */
function scramble(x: number): number {
  let y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  y = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return (y ^ (y >>> 16)) >>> 0;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The share of a word's occurrences that stays where frequent words are left out. */
function keptShares(counts: readonly number[], sample: number): number[] {
  const threshold = sample * sum(counts);
  return counts.map((count) =>
    sample === 0 ? 1 : Math.min(1, (Math.sqrt(count / threshold) + 1) * (threshold / count)),
  );
}

/** The words that are read in one pass, some frequent ones left out, in texts of whole sentences; -1 ends a sentence. */
async function* texts(
  encoded: AsyncIterable<number[]> | Iterable<number[]>,
  kept: readonly number[],
  seed: number,
): AsyncGenerator<{ text: Int32Array; read: number }> {
  const text = new Int32Array(TEXT + LONGEST + 1);
  const thresholds = kept.map((share) => share * 2 ** 32);
  let [length, read, place] = [0, 0, 0];
  for await (const sentence of encoded) {
    for (let start = 0; start < sentence.length; start += LONGEST) {
      const end = Math.min(start + LONGEST, sentence.length);
      for (let i = start; i < end; i++) {
        const word = sentence[i];
        if (scramble(seed + place++) < thresholds[word]) text[length++] = word;
      }
      if (length > 0 && text[length - 1] >= 0) text[length++] = -1;
      read += end - start;
      if (length < TEXT) continue;
      yield { text: text.subarray(0, length), read };
      [length, read] = [0, 0];
    }
  }
  if (read > 0) yield { text: text.subarray(0, length), read };
}

/** Words in a batch: few where one word makes up much of the text, since what it changes is seen by the next batch alone. */
function batchSize(counts: readonly number[], kept: readonly number[]): number {
  const staying = counts.map((count, i) => count * kept[i]);
  const most = staying.reduce((a, b) => Math.max(a, b)) / sum(staying);
  return Math.max(LEAST_BATCH, Math.min(MOST_BATCH, Math.floor(REPEATS / most)));
}

/**
 * Word vectors by word2vec: a word and its neighbours get vectors that predict one another.
 *
 *   skip-gram, negative sampling: Σ log σ(v_neighbour · w_word) + Σ_negatives log σ(−v_neighbour · w_negative)
 *
 * The text goes by in batches: what a batch's pairs are wrong by is found from the vectors before it, and negatives are
 * drawn for each word once, for all its neighbours. So the same seed gives the same vectors for any number of threads.
 *
 * @example (await word2vec([['a', 'b'], ['b', 'a']], { vectorSize: 4, minCount: 1 })).vectors.size // → 2
 * @throws RecurrentError for an option it does not know or can't honour, and where no word comes often enough
 * @see T. Mikolov et al., "Efficient estimation of word representations in vector space", 2013, and "Distributed
 *   representations of words and phrases and their compositionality", 2013
 */
export async function word2vec(sentences: Sentences, options: Word2vecOptions = {}): Promise<Word2vecResult> {
  const settings = settingsOf(options);
  const { vectorSize, window, negative, hierarchicalSoftmax, epochs, sample, seed } = settings;
  const { learningRate, minLearningRate } = settings;
  const vocabulary = await Vocabulary.ofStream(sequencesOf(sentences), {
    ...{ atLeast: settings.minCount, padding: false, unknown: false },
  });
  const counts = vocabulary.tokens.map((token) => vocabulary.countOf(token));
  if (counts.length < 2)
    fail(
      'word2vec',
      `${counts.length} words come at least ${settings.minCount} times, expected two at least`,
    );
  const kept = keptShares(counts, sample);
  const known = sum(counts);
  const inMemory =
    typeof sentences === 'function' ? null : Array.from(sentences, (one) => vocabulary.encode(one));
  const encoded = async function* () {
    for await (const one of sequencesOf(sentences)) yield vocabulary.encode(one);
  };
  const batch = batchSize(counts, kept);
  const run = new Word2vecRun(machine(), {
    ...{ words: counts.length, vectorSize, window, batch, text: TEXT + LONGEST + 1 },
    ...{ cbow: settings.algorithm === 'cbow', seed: scramble(seed) | 0 },
    by: hierarchicalSoftmax
      ? { tree: huffmanTree(counts) }
      : {
          negatives: negative,
          tables: aliasTables(counts.map((count) => count ** settings.negativeExponent)),
        },
  });
  try {
    const random = Random.seeded(seed);
    run.put(
      Float32Array.from({ length: counts.length * vectorSize }, () => (random.uniform() - 0.5) / vectorSize),
    );
    const started = performance.now();
    let [words, place, rate] = [0, 0, learningRate];
    const signal = options.signal ?? cellSignal();
    for (let epoch = 0; epoch < epochs && !signal?.aborted; epoch++) {
      for await (const { text, read } of texts(inMemory ?? encoded(), kept, scramble(seed + epoch))) {
        run.read(text, place);
        for (let from = 0; from < text.length; from += batch) {
          const to = Math.min(from + batch, text.length);
          const done = (words + (read * to) / text.length) / (known * epochs);
          rate = Math.max(minLearningRate, learningRate + (minLearningRate - learningRate) * done);
          run.step(from, to, rate);
        }
        place += text.length;
        words += read;
        const seconds = (performance.now() - started) / 1000;
        options.onProgress?.({
          ...{ epoch, words, of: known * epochs, wordsPerSecond: words / seconds },
          secondsLeft: (seconds / words) * (known * epochs - words),
          learningRate: rate,
        });
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted) break;
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const wordsPerSecond = words / seconds;
    const vectors = WordVectors.from(vocabulary.tokens, run.take());
    return { vectors, vocabulary, seconds, wordsPerSecond, interrupted: words < known * epochs };
  } finally {
    run.free();
  }
}
