import seedrandom from 'seedrandom';
import { fail, wholeNumber } from '../errors';

/** Where a stream of random numbers stands: what a checkpoint keeps, and what `Random.from` goes on from. */
export interface RandomState {
  c: number;
  s0: number;
  s1: number;
  s2: number;
}

/**
 * A stream of random numbers that a seed fixes: the same seed gives the same stream on every machine.
 * The generator is Baagøe's Alea, the one inside TensorFlow.js, from the `seedrandom` package.
 *
 * @example Random.seeded(7).permutation(5) // → 4,2,3,0,1
 */
export class Random {
  private constructor(private readonly generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>) {}

  /** A stream that starts at `seed`, any whole number. */
  static seeded(seed: number): Random {
    wholeNumber('Random.seeded', 'seed', seed, Number.MIN_SAFE_INTEGER);
    return new Random(seedrandom.alea(String(seed), { state: true }));
  }

  /** A stream that goes on where `state()` was taken. */
  static from(state: RandomState): Random {
    return new Random(seedrandom.alea('', { state }));
  }

  /** Where the stream stands. */
  state(): RandomState {
    return this.generator.state();
  }

  /** Uniform on [0, 1), in steps of 2⁻⁵³. */
  uniform(): number {
    return this.generator.double();
  }

  /** Uniform on the whole numbers 0 … n − 1, n at most 2³². */
  integer(n: number): number {
    if (!(n >= 1 && n <= 2 ** 32)) fail('Random.integer', `n must be from 1 to 2^32, got ${n}`);
    return Math.floor(this.generator.double() * n);
  }

  /** Normal with mean 0 and standard deviation 1, by the Box–Muller transform. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The numbers 0 … n − 1 in random order, every order equally likely (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: wholeNumber('Random.permutation', 'n', n, 0) }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** The two streams that `seed(n)` starts, as a checkpoint keeps them. */
export interface SeededState {
  library: RandomState;
  mathRandom: RandomState | null;
}

const SEED_LIMIT = 2 ** 31 - 1;

let library = Random.seeded(Math.floor(Math.random() * SEED_LIMIT));
let mathRandom: Random | null = null;
let drawing: (() => number) | null = null;

/** `Math.random` is where TensorFlow.js' own initialisers, dropout and shuffles draw from when given no seed. */
function takeOverMathRandom(stream: Random): void {
  mathRandom = stream;
  drawing = () => stream.uniform();
  Math.random = drawing;
}

/**
 * Fixes everything random that follows: initialisers, shuffles, dropout and sampling of this library (each
 * draws a seed of its own by `nextSeed()`), and of TensorFlow.js, which draws from `Math.random`; so
 * `Math.random` too gives a seeded stream from the first call on. Never called, all stays random.
 *
 * @param n any whole number; the same one gives the same numbers on every machine
 * @throws RecurrentError where n is no whole number
 */
export function seed(n: number): void {
  wholeNumber('seed', 'n', n, Number.MIN_SAFE_INTEGER);
  library = Random.seeded(n);
  takeOverMathRandom(Random.seeded(nextSeed()));
}

/**
 * Where `seed(n)` was never called, lets `Math.random` too be a stream of this library, from a seed nobody chose: as
 * random as before, and its place can be kept.
 *
 * @throws RecurrentError where somebody else has replaced `Math.random`
 */
export function holdMathRandom(where: string): void {
  if (drawing && Math.random === drawing) return;
  if (!drawing && String(Math.random).includes('[native code]')) {
    takeOverMathRandom(Random.seeded(nextSeed()));
    return;
  }
  fail(where, 'Math.random was replaced, by what has no place that can be kept: call seed(n) after that');
}

/** A fresh seed, 1 … 2³¹ − 1, from the stream that `seed(n)` started: one for each random thing made. */
export function nextSeed(): number {
  return 1 + library.integer(SEED_LIMIT);
}

/** Where the seeded streams stand, to go on from later with `setRandomState`. */
export function randomState(): SeededState {
  return { library: library.state(), mathRandom: mathRandom ? mathRandom.state() : null };
}

/** Goes on from where `randomState()` was taken. */
export function setRandomState(state: SeededState): void {
  library = Random.from(state.library);
  if (state.mathRandom) takeOverMathRandom(Random.from(state.mathRandom));
}
