import type { LayersModel, SymbolicTensor, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { tf } from '../../tensor';
import { GRU, LSTM, SimpleRNN } from '../layers/layers';
import { layerNamed, layersOf } from '../layers/model-layers';
import type { RecurrentLayer } from '../layers/recurrent-layer';
import { type BeamOptions, beamSearch, type Hypothesis } from './beam-search';
import { requireTokens, type SequencePair, teacherForcedBatches } from './teacher-forcing';

export interface EncoderDecoderOptions {
  /** Distinct source tokens, which are numbered 1, 2, …; 0 is padding and not counted. */
  sourceTokens: number;
  /** Distinct target tokens, numbered 1, 2, … likewise. */
  targetTokens: number;
  /** Size of the state; default 64. */
  units?: number;
  /** Numbers that stand for a token; default 32. */
  embedding?: number;
  /** Default 'gru'. */
  cell?: 'simpleRnn' | 'gru' | 'lstm';
}

export interface DecodeOptions {
  /** Tokens after which a sequence is cut off where it has not ended; default 50. */
  maxLength?: number;
}

const CELLS = { simpleRnn: SimpleRNN, gru: GRU, lstm: LSTM };
const NAMES = ['source_embedding', 'encoder', 'target_embedding', 'decoder', 'head'] as const;

/**
 * The mean cross-entropy of the target tokens, −1/n Σ log P(y_t), in nats. Targets are one-hot, and all zeros
 * where there is padding, which does not count.
 *
 * @param target (batch, time, tokens)
 * @param predicted (batch, time, tokens), probabilities
 */
export function maskedCrossentropy(target: Tensor, predicted: Tensor): Tensor {
  return tf.tidy(() => {
    const logs = predicted.clipByValue(1e-7, 1).log();
    return target.mul(logs).sum().neg().div(target.sum().maximum(1));
  });
}

/**
 * Many to many with different lengths (slide 14): an encoder reads the source, its last state is the decoder's
 * first, and the decoder writes the target token by token.
 */
export class EncoderDecoder {
  /** Marks the beginning and the end of a target: one more than the last target token, and two more. */
  readonly start: number;
  readonly end: number;
  private readonly sourceTokens: number;
  private readonly layers: Record<(typeof NAMES)[number], tf.layers.Layer>;

  /**
   * @param model from (source (batch, time), target so far (batch, time)) to probabilities of the next target token
   *   (batch, time, tokens), as `encoderDecoder` makes it; a saved one can be opened
   */
  constructor(readonly model: LayersModel) {
    const layers = layersOf(model);
    const named = (name: (typeof NAMES)[number]) => layerNamed('EncoderDecoder', layers, name).layer;
    this.layers = Object.fromEntries(NAMES.map((name) => [name, named(name)])) as EncoderDecoder['layers'];
    this.end = (this.layers.head.getConfig().units as number) - 1;
    this.start = this.end - 1;
    this.sourceTokens = (this.layers.source_embedding.getConfig().inputDim as number) - 1;
  }

  /**
   * Training data with teacher forcing: whatever the decoder has predicted, it goes on from the true token. A data
   * set that `model.fitDataset` takes; the order of each pass is drawn from the stream that `seed(n)` started.
   *
   * @param pairs source and target tokens, 1 and up, without start, end or padding
   * @param options.batch default 32
   * @param options.shuffle default true
   */
  batches(pairs: readonly SequencePair[], options: { batch?: number; shuffle?: boolean } = {}) {
    return teacherForcedBatches(pairs, {
      ...options,
      sourceTokens: this.sourceTokens,
      start: this.start,
      end: this.end,
    });
  }

  /** The encoder's last states, (batch, units) each; the caller disposes them. */
  private encode(where: string, sources: readonly (readonly number[])[]): Tensor2D[] {
    for (const [i, source] of sources.entries())
      requireTokens(where, `source ${i}`, source, this.sourceTokens);
    return tf.tidy(() => {
      const longest = Math.max(1, ...sources.map((source) => source.length));
      const padded = sources.map((source) => [...source, ...Array(longest - source.length).fill(0)]);
      const ids = tf.tensor2d(padded, [sources.length, longest], 'int32'); // (batch, time)
      const embedded = this.layers.source_embedding.apply(ids) as Tensor3D; // (batch, time, embedding)
      const [, ...states] = this.layers.encoder.apply(embedded, { mask: ids.notEqual(0) }) as Tensor2D[];
      return states;
    });
  }

  /** One step of the decoder: log-probabilities (batch, tokens) of what follows the tokens, and the next states. */
  private step(tokens: readonly number[], states: Tensor2D[]): [logProbs: Tensor2D, ...states: Tensor2D[]] {
    return tf.tidy(() => {
      const ids = tf.tensor2d([...tokens], [tokens.length, 1], 'int32'); // (batch, 1)
      const embedded = this.layers.target_embedding.apply(ids) as Tensor3D; // (batch, 1, embedding)
      const [output, ...next] = this.layers.decoder.apply([embedded, ...states]) as Tensor2D[];
      const probabilities = this.layers.head.apply(output) as Tensor3D; // (batch, 1, tokens)
      const logProbs = probabilities.squeeze<Tensor2D>([1]).clipByValue(1e-30, 1).log() as Tensor2D;
      return [logProbs, ...next] as [Tensor2D, ...Tensor2D[]];
    });
  }

  /**
   * The target of each source, at every step the likeliest token.
   *
   * @returns tokens without start and end
   */
  async greedy(sources: readonly (readonly number[])[], options: DecodeOptions = {}): Promise<number[][]> {
    refuseUnknown('greedy', options, ['maxLength']);
    const maxLength = wholeNumber('greedy', 'maxLength', options.maxLength ?? 50);
    if (sources.length === 0) return [];
    const targets: number[][] = sources.map(() => []);
    const open = new Set(sources.keys());
    let tokens = sources.map(() => this.start);
    let states = this.encode('greedy', sources);
    for (let length = 0; length < maxLength && open.size > 0; length++) {
      const [logProbs, ...next] = this.step(tokens, states);
      tf.dispose(states);
      states = next;
      const likeliest = tf.tidy(() => this.writable(logProbs).argMax<Tensor1D>(1));
      tokens = Array.from(await likeliest.data());
      tf.dispose([logProbs, likeliest]);
      for (const i of open) {
        if (tokens[i] === this.end) open.delete(i);
        else targets[i].push(tokens[i]);
      }
    }
    tf.dispose(states);
    return targets;
  }

  /** Padding and start follow nothing: their log-probability becomes −∞. */
  private writable(logProbs: Tensor2D): Tensor2D {
    const forbidden = Array.from({ length: this.end + 1 }, (_, token) => token === 0 || token === this.start);
    return tf.where(
      tf.tensor2d([forbidden], undefined, 'bool'),
      tf.fill([1, 1], Number.NEGATIVE_INFINITY),
      logProbs,
    );
  }

  /**
   * The likeliest targets of one source, keeping the `width` best beginnings at every step.
   *
   * @returns up to `width` of them, the best score first, tokens without start and end; those cut off at `maxLength`
   *   only where none has ended
   * @see B. Lowerre, "The HARPY speech recognition system", 1976
   */
  async beam(source: readonly number[], options: BeamOptions = {}): Promise<Hypothesis[]> {
    let states = this.encode('beam', [source]);
    try {
      return await beamSearch(this.start, this.end, options, async (parents, tokens) => {
        const chosen = tf.tidy(() => states.map((state) => tf.gather(state, parents) as Tensor2D));
        const [logProbs, ...next] = this.step(tokens, chosen);
        const allowed = tf.tidy(() => this.writable(logProbs));
        tf.dispose([states, chosen, logProbs]);
        states = next;
        const rows = await allowed.array();
        allowed.dispose();
        return rows;
      });
    } finally {
      tf.dispose(states);
    }
  }
}

/**
 * An encoder-decoder for sequences of tokens, compiled with Adam (0.005) and `maskedCrossentropy`; compile
 * `model` again for another choice.
 *
 * @example
 * const dates = encoderDecoder({ sourceTokens: 40, targetTokens: 11 });
 * await dates.model.fitDataset(dates.batches(pairs), { epochs: 20 });
 * const iso = await dates.greedy([source]);
 * @see I. Sutskever et al., "Sequence to sequence learning with neural networks", 2014
 */
export function encoderDecoder(options: EncoderDecoderOptions): EncoderDecoder {
  refuseUnknown('encoderDecoder', options, ['sourceTokens', 'targetTokens', 'units', 'embedding', 'cell']);
  const whole = (name: keyof EncoderDecoderOptions, otherwise?: number) =>
    wholeNumber('encoderDecoder', name, options[name] ?? otherwise);
  const [sources, targets] = [whole('sourceTokens'), whole('targetTokens')];
  const [units, outputDim, cell] = [whole('units', 64), whole('embedding', 32), options.cell ?? 'gru'];
  if (!Object.hasOwn(CELLS, cell)) {
    fail('encoderDecoder', `cell must be one of ${Object.keys(CELLS).join(', ')}, got "${cell}"`);
  }
  const recurrent = (name: string): RecurrentLayer =>
    new CELLS[cell]({ units, returnSequences: name === 'decoder', returnState: true, name });
  const embedding = (name: string, inputDim: number) =>
    tf.layers.embedding({ inputDim, outputDim, maskZero: true, name });
  const apply = (layer: tf.layers.Layer, inputs: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(inputs) as SymbolicTensor;
  const source = tf.input({ shape: [null], dtype: 'int32', name: 'source' });
  const target = tf.input({ shape: [null], dtype: 'int32', name: 'target' });
  const embeddedSource = apply(embedding('source_embedding', sources + 1), source);
  const [, ...states] = recurrent('encoder').apply(embeddedSource) as SymbolicTensor[];
  // Padding, the tokens, start and end.
  const embeddedTarget = apply(embedding('target_embedding', targets + 3), target);
  const [decoded] = recurrent('decoder').apply([embeddedTarget, ...states]) as SymbolicTensor[];
  const head = tf.layers.dense({ units: targets + 3, activation: 'softmax', name: 'head' });
  const model = tf.model({ inputs: [source, target], outputs: apply(head, decoded) });
  model.compile({ optimizer: tf.train.adam(0.005), loss: maskedCrossentropy });
  return new EncoderDecoder(model);
}
