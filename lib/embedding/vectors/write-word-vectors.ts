import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { fail } from '../../errors';
import { replaceFile } from '../../files/write-whole';
import { FORMATS, type WordVectorsFormat } from './file-layout';
import { MOST_BYTES, writeNumber } from './format-number';
import { parseNumber } from './parse-number';

/** Words and their vectors, as a file takes them. */
export interface WordRows {
  readonly words: readonly string[];
  readonly vectors: Float32Array;
  readonly dimension: number;
}

const WHERE = 'WordVectors.save';
const PIECE = 2 ** 20;
const NUMBER = /^[+-]?(nan|inf|infinity)$/i;

/** Why a word can't stand in a file, or null: what is read back would not be the word. */
function fault(word: string, format: WordVectorsFormat): string | null {
  if (/\p{Cs}/u.test(word)) return 'is not valid Unicode';
  if (/\n/.test(word)) return 'has a line end';
  if (format !== 'glove') return / |\t/.test(word) ? `has a blank; the format 'glove' can hold it` : null;
  if (/^[ \t]|[ \t]$|\t/.test(word)) return 'begins or ends with a blank, or has a tab';
  const last = word.includes(' ') ? word.slice(word.lastIndexOf(' ') + 1) : '';
  const numeric = NUMBER.test(last) || !Number.isNaN(parseNumber(Buffer.from(last), 0, last.length));
  return numeric ? 'ends with a number after a blank' : null;
}

function checkWords({ words }: WordRows, format: WordVectorsFormat): void {
  for (const word of words) {
    const what = fault(word, format);
    if (what)
      fail(
        WHERE,
        `expected words that the format '${format}' can hold, got ${JSON.stringify(word)}, which ${what}`,
      );
  }
  if (format === 'glove' && words[0].startsWith('\ufeff')) {
    fail(WHERE, `expected a first word that is no byte order mark, got ${JSON.stringify(words[0])}`);
  }
}

function* rowsOf({ words, vectors, dimension }: WordRows, format: WordVectorsFormat): Generator<Buffer> {
  const binary = format === 'word2vec-binary';
  const style = format === 'glove' ? 'c' : 'numpy';
  if (format !== 'glove') yield Buffer.from(`${words.length} ${dimension}\n`);
  const rowBytes = binary ? 4 * dimension : (MOST_BYTES + 1) * dimension + 1;
  let piece = Buffer.allocUnsafe(PIECE + rowBytes);
  let at = 0;
  for (const [i, word] of words.entries()) {
    const head = Buffer.from(binary ? `${word} ` : word);
    if (at + head.length + rowBytes > piece.length) {
      yield piece.subarray(0, at);
      piece = Buffer.allocUnsafe(PIECE + head.length + rowBytes);
      at = 0;
    }
    at += head.copy(piece, at);
    const row = vectors.subarray(i * dimension, (i + 1) * dimension);
    if (binary) at += Buffer.from(row.buffer, row.byteOffset, row.byteLength).copy(piece, at);
    else at = writeRow(piece, at, row, style);
  }
  yield piece.subarray(0, at);
}

function writeRow(piece: Buffer, start: number, row: Float32Array, style: 'numpy' | 'c'): number {
  let at = start;
  for (const x of row) {
    piece[at++] = 0x20;
    at = writeNumber(piece, at, x, style);
  }
  piece[at++] = 0x0a;
  return at;
}

/** Writes word vectors, whole or not at all; see `WordVectors.save`. */
export async function writeWordVectors(
  path: string,
  rows: WordRows,
  format: WordVectorsFormat,
): Promise<void> {
  if (!FORMATS.includes(format)) fail(WHERE, `expected a format of ${FORMATS.join(', ')}, got ${format}`);
  checkWords(rows, format);
  const pieces = Readable.from(rowsOf(rows, format));
  await replaceFile(path, async (aside) => {
    const file = createWriteStream(aside);
    if (/\.gz$/i.test(path)) await pipeline(pieces, createGzip(), file);
    else await pipeline(pieces, file);
  });
}
