import { fail, refuseUnknown, wholeNumber } from '../errors';
import { tf } from '../tensor';
import { PADDING_INDEX } from './vocabulary';

export interface PadOptions {
  /** The length of every row; default: that of the longest sequence. */
  length?: number;
  /** Where padding goes; default `'pre'`, as in Keras: the last state then has just read the sequence's end. */
  padding?: 'pre' | 'post';
  /** Which end of a sequence that is too long is cut off; default `'pre'`. */
  truncating?: 'pre' | 'post';
}

/**
 * Sequences of indices as the rows of one matrix, the short ones filled up with 0, the long ones cut.
 *
 * @returns (sequences, length), int32
 * @throws RecurrentError for no sequences, or indices that are no whole numbers of at least 0
 * @see keras.utils.pad_sequences, whose names and defaults these are
 */
export function padSequences(
  sequences: readonly (readonly number[])[],
  options: PadOptions = {},
): tf.Tensor2D {
  refuseUnknown('padSequences', options, ['length', 'padding', 'truncating']);
  if (sequences.length === 0) fail('padSequences', 'expected at least one sequence, got none');
  const length = wholeNumber(
    'padSequences',
    'length',
    options.length ?? Math.max(1, ...sequences.map((s) => s.length)),
  );
  const [padding, truncating] = [options.padding ?? 'pre', options.truncating ?? 'pre'];
  for (const [name, value] of Object.entries({ padding, truncating })) {
    if (value !== 'pre' && value !== 'post')
      fail('padSequences', `${name} must be "pre" or "post", got "${value}"`);
  }
  const rows = new Int32Array(sequences.length * length).fill(PADDING_INDEX);
  sequences.forEach((sequence, i) => {
    const kept = truncating === 'pre' ? sequence.slice(-length) : sequence.slice(0, length);
    const wrong = kept.find((index) => !(Number.isInteger(index) && index >= 0));
    if (wrong !== undefined)
      fail('padSequences', `sequence ${i}: expected whole numbers of at least 0, got ${wrong}`);
    rows.set(kept, i * length + (padding === 'pre' ? length - kept.length : 0));
  });
  return tf.tensor2d(rows, [sequences.length, length], 'int32');
}
