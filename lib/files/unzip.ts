import zlib from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';

/** In Node since 20.15; the pinned types are older. */
const { crc32 } = zlib as unknown as { crc32(data: Uint8Array, start?: number): number };

/** The most that Node 20 holds in one piece. */
const MOST_BYTES = 2 ** 32;

/** What systems put into an archive beside what was meant. */
const LEFT_BY_SYSTEMS = /(^|\/)(__MACOSX\/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const MOST_NAMED = 4;

/** How a file in an archive is packed, by number, as PKWARE's APPNOTE has it; 0 and 8 are read. */
const METHODS: ReadonlyMap<number, string> = new Map([
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'xz'],
  [98, 'PPMd'],
]);

/** What `unzipFile` may be told. */
export interface UnzipOptions {
  /** The path of the file in the archive. Default: the only one there is. */
  name?: string;
  /** What is larger unpacked is refused. Default 4 GiB. */
  mostBytes?: number;
}

/**
 * A file of a zip archive, checked against its length and CRC-32. Folders, and what macOS and Windows add to archives
 * (`__MACOSX/`, `._x`, `.DS_Store`, `Thumbs.db`), do not count as files.
 *
 * @throws Error with the reason, for the caller to put its name and the archive's before it, where the archive is
 *   damaged or cut off, lacks the file or has several, or where the file is encrypted, too large, or packed in
 *   another way than Deflate
 */
export async function unzipFile(archive: Buffer, options: UnzipOptions = {}): Promise<Buffer> {
  const { name, mostBytes = MOST_BYTES } = options;
  const { zip, files } = await list(archive);
  const entry = name === undefined ? onlyFile(files) : files.get(name);
  if (!entry) throw new Error(`the zip archive has no ${name}`);
  if (entry.isEncrypted())
    throw new Error('the file in the zip archive is encrypted; unpack it with its password');
  if (!entry.canDecodeFileData()) {
    const method = METHODS.get(entry.compressionMethod) ?? `method ${entry.compressionMethod}`;
    throw new Error(`the file in the zip archive is packed with ${method}, expected Deflate; pack it again`);
  }
  if (entry.uncompressedSize > mostBytes) {
    throw new Error(`expected at most ${mostBytes} bytes unpacked, got ${entry.uncompressedSize}`);
  }
  return unpack(zip, entry);
}

/** The files in an archive by their paths, with `/` between folders. */
async function list(archive: Buffer): Promise<{ zip: ZipFile; files: Map<string, Entry> }> {
  try {
    // As bytes, because text is refused where a path would lead out of the folder, and nothing is put into one here.
    const zip = await fromBufferPromise(archive, { decodeStrings: false });
    const files = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
      const path = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
      if (!path.endsWith('/') && !LEFT_BY_SYSTEMS.test(path)) files.set(path, entry);
    }
    return { zip, files };
  } catch (error) {
    const { message } = error as Error;
    if (/encrypt/.test(message)) throw new Error('the zip archive is encrypted; unpack it with its password');
    if (/multi-disk/.test(message)) throw new Error('the zip archive is a part of several; join them first');
    return damaged(error as Error);
  }
}

function onlyFile(files: Map<string, Entry>): Entry {
  const [first] = files.values();
  if (first && files.size === 1) return first;
  if (files.has('[Content_Types].xml'))
    throw new Error('the file is an Office document, such as an Excel workbook; save what is in it as text');
  const names = [...files.keys()].slice(0, MOST_NAMED).join(', ');
  const more = files.size > MOST_NAMED ? ', …' : '';
  const got = `got ${files.size} files${names && `: ${names}${more}`}`;
  throw new Error(`expected a zip archive of one file, ${got}`);
}

async function unpack(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const content = Buffer.allocUnsafe(entry.uncompressedSize);
  let filled = 0;
  let checksum = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      filled += (chunk as Buffer).copy(content, filled);
      checksum = crc32(chunk as Buffer, checksum);
    }
  } catch (error) {
    damaged(error as Error);
  }
  if (filled !== content.length || checksum !== entry.crc32) damaged(new Error('its checksum differs'));
  return content;
}

function damaged(error: Error): never {
  throw new Error(`the zip archive is damaged or cut off (${error.message})`);
}
