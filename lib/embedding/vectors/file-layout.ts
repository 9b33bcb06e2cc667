import { fail } from '../../errors';
import { shown } from './decode-word';
import { count } from './row-table';
import { contentEnd, numbersAtEnd } from './text-rows';

/**
 * How word vectors lie in a file: `'word2vec'` is text after a header of the number of words and of dimensions,
 * `'fasttext'` (`.vec`) the same, `'word2vec-binary'` float32 after such a header, `'glove'` text without a header.
 */
export type WordVectorsFormat = 'word2vec' | 'word2vec-binary' | 'glove' | 'fasttext';

export const FORMATS: readonly WordVectorsFormat[] = ['word2vec', 'word2vec-binary', 'glove', 'fasttext'];

/** What a file begins with. */
export interface FileLayout {
  readonly binary: boolean;
  /** Words, as the header says; null without a header. */
  readonly words: number | null;
  readonly dimension: number;
  /** Where the first row begins, in bytes and as a line number. */
  readonly start: number;
  readonly line: number;
}

const NEWLINE = 10;
const HEADER = /^\s*(\d+)\s+(\d+)\s*$/;
/** More than this is no dimension of a file that is read; each number takes two bytes at least. */
const MOST_DIMENSION = 2 ** 20;

/** What is known by its first bytes, and is not read. */
const OTHERS: readonly (readonly [hex: string, what: string])[] = [
  ['fffe', 'is UTF-16 text; save it as UTF-8'],
  ['feff', 'is UTF-16 text; save it as UTF-8'],
  ['ba164f2f', 'is a fastText model; read the file .vec that was written beside it'],
  ['80', "is a Python pickle, as gensim's own save writes; write it with save_word2vec_format"],
  ['89484446', 'is an HDF5 file'],
  ['934e554d5059', 'is a NumPy array, which has no words'],
];

/** The bytes of the first lines, as far as a file has them and they are not longer than any row. */
export function hasFirstLines(head: Buffer): boolean {
  const first = head.indexOf(NEWLINE);
  return first >= 0 && head.indexOf(NEWLINE, first + 1) >= 0;
}

/**
 * How a file is laid out, told from its first two lines.
 *
 * @param where what errors begin with: the function and the file
 * @throws RecurrentError where it is not as `format` says, or no file of word vectors
 */
export function layoutOf(where: string, head: Buffer, format: WordVectorsFormat | 'auto'): FileLayout {
  for (const [hex, what] of OTHERS) {
    if (head.toString('hex', 0, hex.length / 2) === hex) fail(where, what);
  }
  const start = head.toString('hex', 0, 3) === 'efbbbf' ? 3 : 0;
  if (head.length === start) fail(where, 'expected words and their vectors, got an empty file');
  const newline = head.indexOf(NEWLINE, start);
  const lineEnd = newline < 0 ? head.length : newline;
  const line = head.subarray(start, contentEnd(head, start, lineEnd));
  const header = HEADER.exec(line.toString('latin1', 0, 64));
  if (format === 'glove' || (format === 'auto' && !header)) return withoutHeader(where, line, start);
  if (!header) {
    return fail(
      `${where}, line 1`,
      `expected the number of words and of dimensions, got ${shown(line)}; a file without a header is read with format 'glove'`,
    );
  }
  const [words, dimension] = [Number(header[1]), Number(header[2])];
  if (words === 0) fail(where, 'expected at least one word, got a header of 0 words');
  if (dimension === 0 || dimension > MOST_DIMENSION || !Number.isSafeInteger(words)) {
    fail(
      `${where}, line 1`,
      `expected a number of words and 1 to ${count(MOST_DIMENSION)} dimensions, got ${shown(line)}`,
    );
  }
  const rows = head.subarray(Math.min(lineEnd + 1, head.length));
  const binary = format === 'auto' ? isBinary(rows, dimension) : format === 'word2vec-binary';
  return { binary, words, dimension, start: head.length - rows.length, line: 2 };
}

function withoutHeader(where: string, line: Buffer, start: number): FileLayout {
  const dimension = numbersAtEnd(line);
  if (dimension === 0) fail(`${where}, line 1`, `expected a word and its numbers, got ${shown(line)}`);
  return { binary: false, words: null, dimension, start, line: 1 };
}

/** Whether what follows a header is float32 and not text: its first line is no row, and no text either. */
function isBinary(rows: Buffer, dimension: number): boolean {
  const newline = rows.indexOf(NEWLINE);
  const line = rows.subarray(0, contentEnd(rows, 0, newline < 0 ? rows.length : newline));
  if (numbersAtEnd(line) >= dimension) return false;
  // Control characters but tab, newline, return; and what is not UTF-8.
  const text = line.toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that text does not have
  return /[\0-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(text);
}
