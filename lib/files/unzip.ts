import zlib from 'node:zlib';
import { type Entry, fromBufferPromise } from 'yauzl';

/** In Node since 20.15; the pinned types are older. */
const { crc32 } = zlib as unknown as { crc32(data: Uint8Array, start?: number): number };

/**
 * The one file in a zip archive, checked against its length and CRC-32.
 *
 * @param mostBytes refuses what is larger unpacked
 * @throws Error with the reason where the archive is damaged, cut off, or holds not exactly one file
 */
export async function unzipOnly(archive: Buffer, mostBytes: number): Promise<Buffer> {
  const zip = await fromBufferPromise(archive).catch(damaged);
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) entries.push(entry);
  } catch (error) {
    damaged(error as Error);
  }
  if (entries.length !== 1)
    throw new Error(`expected a zip archive of one file, got ${entries.length} files`);
  const [entry] = entries;
  if (entry.uncompressedSize > mostBytes) {
    throw new Error(`expected at most ${mostBytes} bytes unpacked, got ${entry.uncompressedSize}`);
  }
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
