import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fail } from '../errors';
import { unzipOnly } from './unzip';

/** Larger files are refused: they would not fit in memory beside the rest, and no climate file is as large. */
export const MOST_BYTES = 2 ** 30;

/**
 * The bytes of a file, unpacked if it is gzip or a zip archive of one file. What it is, its first bytes say, not its
 * name.
 *
 * @throws RecurrentError for a file that is not there, unreadable, damaged, or of more than 1 GiB
 */
export async function readBytes(where: string, path: string): Promise<Buffer> {
  const raw = await readWhole(where, path);
  if (raw[0] === 0x1f && raw[1] === 0x8b) return gunzipWhole(where, path, raw);
  if (raw.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) {
    return unzipOnly(raw, MOST_BYTES).catch((error) => fail(where, `${path}: ${error.message}`));
  }
  return raw;
}

async function readWhole(where: string, path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) fail(where, `${path}: expected at most 1 GiB, got ${size} bytes`);
      return await readFile(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reasons: Record<string, string> = {
      ENOENT: 'no such file',
      EISDIR: 'is a folder, expected a file',
      EACCES: 'may not be read (permission denied)',
    };
    if (!code) throw error;
    return fail(where, `${path}: ${reasons[code] ?? (error as Error).message}`);
  }
}

async function gunzipWhole(where: string, path: string, raw: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(raw, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      return fail(where, `${path}: expected at most 1 GiB unpacked, got more`);
    return fail(where, `${path}: the gzip data is damaged or cut off (${message})`);
  }
}
