import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { type FilePieces, readPieces } from '../../files/read-pieces';
import { BinaryRows } from './binary-rows';
import type { WordVectorsContent } from './content';
import type { UnicodeErrors } from './decode-word';
import { type FileLayout, FORMATS, hasFirstLines, layoutOf, type WordVectorsFormat } from './file-layout';
import { count, RowTable } from './row-table';
import { type RowReader, TextRows } from './text-rows';

/** How far reading a file of word vectors is. */
export interface WordVectorsProgress {
  /** Bytes of the file that are read, packed as they lie. */
  readonly readBytes: number;
  /** The whole file's; 0 where the system does not say. */
  readonly totalBytes: number;
  /** Words read so far. */
  readonly words: number;
  /** The time left at the mean speed so far, where the file's length is known; a limit may end it earlier. */
  readonly secondsLeft?: number;
}

/** What `WordVectors.load` may be told. */
export interface LoadWordVectorsOptions {
  /** How the file is laid out. Default `'auto'`: its first two lines say. */
  format?: WordVectorsFormat | 'auto';
  /** Rows read at the most, from the first on. Default: all. */
  limit?: number;
  /** What becomes of a word that is not UTF-8: refused, or read with `�` in it. Default `'strict'`. */
  unicodeErrors?: UnicodeErrors;
  /** Called for every piece of the file, about a megabyte of what it holds. */
  onProgress?: (progress: WordVectorsProgress) => void;
}

const WHERE = 'WordVectors.load';
const OPTIONS = ['format', 'limit', 'unicodeErrors', 'onProgress'];
/** The first two lines are never longer. */
const MOST_HEAD = 2 ** 25;

function checkOptions(options: LoadWordVectorsOptions): void {
  refuseUnknown(WHERE, options, OPTIONS);
  const { format = 'auto', limit, unicodeErrors = 'strict', onProgress } = options;
  const formats = ['auto', ...FORMATS];
  if (!formats.includes(format)) fail(WHERE, `expected a format of ${formats.join(', ')}, got ${format}`);
  if (limit !== undefined) wholeNumber(WHERE, 'limit', limit);
  if (unicodeErrors !== 'strict' && unicodeErrors !== 'replace') {
    fail(WHERE, `expected unicodeErrors 'strict' or 'replace', got ${unicodeErrors}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    fail(WHERE, `expected a function for onProgress, got ${typeof onProgress}`);
  }
}

/** Reads a file of word vectors; see `WordVectors.load`. */
export async function readWordVectors(
  path: string,
  options: LoadWordVectorsOptions,
): Promise<WordVectorsContent> {
  checkOptions(options);
  return new WordVectorsFile(path, options).read();
}

class WordVectorsFile {
  private readonly where: string;
  private readonly started = performance.now();
  private file!: FilePieces;
  private rest: Buffer = Buffer.alloc(0);
  private layout: FileLayout | null = null;
  private table!: RowTable;
  private rows!: RowReader;

  constructor(
    path: string,
    private readonly options: LoadWordVectorsOptions,
  ) {
    this.where = `${WHERE}: ${path}`;
  }

  async read(): Promise<WordVectorsContent> {
    this.file = await readPieces(WHERE, this.where.slice(WHERE.length + 2));
    for await (const piece of this.file.pieces) {
      this.take(this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece, false);
      this.report();
      if (this.layout && this.table.rows === this.options.limit) break;
    }
    this.take(this.rest, true);
    return this.finish();
  }

  private take(bytes: Buffer, last: boolean): void {
    let done = 0;
    if (!this.layout) {
      if (!last && !hasFirstLines(bytes) && bytes.length < MOST_HEAD) {
        this.rest = Buffer.from(bytes);
        return;
      }
      done = this.begin(bytes);
    }
    done += this.rows.push(bytes.subarray(done), last);
    this.rest = Buffer.from(bytes.subarray(done));
  }

  /** @returns where the first row begins */
  private begin(head: Buffer): number {
    const { format = 'auto', limit = Number.POSITIVE_INFINITY, unicodeErrors = 'strict' } = this.options;
    this.layout = layoutOf(this.where, head, format);
    const { words, dimension, binary, line, start } = this.layout;
    const rows = Math.min(words ?? Number.POSITIVE_INFINITY, limit);
    this.table = new RowTable(this.where, dimension, rows, () => this.share());
    const exact = words !== null && limit > words;
    const plan = { where: this.where, table: this.table, rows, exact, unicodeErrors };
    this.rows = binary ? new BinaryRows(plan) : new TextRows(plan, line);
    return start;
  }

  /** The part of the file that is read. */
  private share(): number {
    return this.file.readBytes / this.file.totalBytes;
  }

  private report(): void {
    const { readBytes, totalBytes } = this.file;
    const seconds = (performance.now() - this.started) / 1000;
    const secondsLeft = totalBytes > 0 ? (seconds * (totalBytes - readBytes)) / readBytes : undefined;
    this.options.onProgress?.({ readBytes, totalBytes, words: this.table?.words.length ?? 0, secondsLeft });
  }

  private finish(): WordVectorsContent {
    const { table, rest } = this;
    const { words: declared, binary } = this.layout!;
    const expected = Math.min(declared ?? 0, this.options.limit ?? Number.POSITIVE_INFINITY);
    if (table.rows < expected) {
      const within = binary && rest.length > 0 ? ' and a part of the next' : '';
      fail(
        this.where,
        `expected ${count(declared!)} words, as the header says, got ${count(table.rows)}${within}; the file is cut off`,
      );
    }
    if (table.rows === 0) fail(this.where, 'expected at least one word, got none');
    const { words, index, dimension, duplicates } = table;
    return { words, index, vectors: table.finish(), dimension, duplicates };
  }
}
