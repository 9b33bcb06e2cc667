import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fail } from '../errors';
import { packingOf } from './packing';
import { unzipFile } from './unzip';

/** Larger files are refused: they would not fit in memory beside the rest, and no climate file is as large. */
export const MOST_BYTES = 2 ** 30;

/**
 * The bytes of a file, unpacked if it is gzip or a zip archive of one file. What it is, its first bytes say, not its
 * name.
 *
 * @param where the function that its reader called, for errors
 * @throws RecurrentError for a file that is not there, unreadable, damaged, packed twice or in another way, or of more
 *   than 1 GiB
 */
export async function readBytes(where: string, path: string): Promise<Buffer> {
  const raw = await readWhole(where, path, MOST_BYTES);
  const packing = packingOf(raw);
  if (packing === undefined) return raw;
  const unpack = UNPACK[packing];
  if (!unpack)
    fail(where, `${path} is ${packing}, which is not read; unpack it, or pack it with gzip or zip`);
  const content = await unpack(raw).catch((error: Error) => fail(where, `${path}: ${error.message}`));
  const inner = packingOf(content);
  if (inner) fail(where, `${path} is ${inner} within ${packing}; unpack it, and give the file inside`);
  return content;
}

const UNPACK: Readonly<Record<string, (raw: Buffer) => Promise<Buffer>>> = {
  'a gzip file': gunzipWhole,
  'a zip archive': (raw) => unzipFile(raw, { mostBytes: MOST_BYTES }),
};

/**
 * The bytes of a file as they are.
 *
 * @throws RecurrentError for a file that is not there, unreadable, or of more than `mostBytes`
 */
export async function readWhole(where: string, path: string, mostBytes = Infinity): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > mostBytes) fail(where, `${path}: expected at most 1 GiB, got ${size} bytes`);
      return await readFile(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    return failToRead(where, path, error);
  }
}

/** Says why a file can't be opened or read; what is no error of the system is thrown as it is. */
export function failToRead(where: string, path: string, error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reasons: Record<string, string> = {
    ENOENT: 'no such file',
    ENOTDIR: 'no such file (a part of its path is a file, expected a folder)',
    EISDIR: 'is a folder, expected a file',
    EACCES: 'may not be read (permission denied)',
  };
  if (!code) throw error;
  return fail(where, `${path}: ${reasons[code] ?? (error as Error).message}`);
}

async function gunzipWhole(raw: Buffer): Promise<Buffer> {
  try {
    const options = { maxOutputLength: MOST_BYTES, info: true };
    const unpacked = (await promisify(gunzip)(raw, options)) as unknown as GunzipInfo;
    // Node takes what begins with a zero after the end of the data for padding, and says nothing.
    const rest = raw.subarray(unpacked.engine.bytesWritten);
    if (rest.some((byte) => byte !== 0)) throw new Error('other bytes after its end');
    return unpacked.buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new Error('expected at most 1 GiB unpacked, got more');
    throw new Error(`the gzip data is damaged or cut off (${message})`);
  }
}

/** What `gunzip` gives with `info: true`, which its types leave out. */
interface GunzipInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}
