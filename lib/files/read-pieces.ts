import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { fail } from '../errors';
import { packingOf } from './packing';
import { failToRead } from './read-bytes';

const PIECE = 2 ** 20;
/** What tells every kind of packing. */
const HEAD = 512;

/** A file that is read piece by piece, because it may be larger than memory. */
export interface FilePieces {
  /** The file's content, unpacked if it is gzip. A piece is the reader's until it asks for the next. */
  readonly pieces: AsyncIterable<Buffer>;
  /** The file's length as it lies on the disk, packed or not; 0 where the system does not say. */
  readonly totalBytes: number;
  /** How much of it has been read. */
  readonly readBytes: number;
}

/**
 * A file's content in pieces, unpacked if it is gzip. What it is, its first bytes say, not its name.
 *
 * @param where the function that its reader called, for errors
 * @throws RecurrentError, also while the pieces are read, for a file that is not there, unreadable, damaged, or packed
 *   in another way
 */
export async function readPieces(where: string, path: string): Promise<FilePieces> {
  const { head, totalBytes } = await look(where, path);
  const packing = packingOf(head);
  if (packing !== undefined && packing !== 'a gzip file') {
    fail(where, `${path} is ${packing}, which is not read; unpack it, or pack it with gzip`);
  }
  const counter = { readBytes: 0 };
  const pieces = packing ? gunzipped(where, path, totalBytes, counter) : plain(where, path, counter);
  return {
    pieces,
    totalBytes,
    get readBytes() {
      return counter.readBytes;
    },
  };
}

async function look(where: string, path: string): Promise<{ head: Buffer; totalBytes: number }> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) {
        // What can be read once only, as a pipe, can't be looked at first; a folder says so itself.
        if (stat.isDirectory()) await file.read(Buffer.alloc(1));
        return { head: Buffer.alloc(0), totalBytes: 0 };
      }
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return { head: buffer.subarray(0, bytesRead), totalBytes: stat.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    return failToRead(where, path, error);
  }
}

async function* plain(where: string, path: string, counter: { readBytes: number }): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: PIECE });
  try {
    for await (const piece of stream) {
      counter.readBytes += piece.length;
      yield piece;
    }
  } catch (error) {
    failToRead(where, path, error);
  } finally {
    stream.destroy();
  }
}

async function* gunzipped(
  where: string,
  path: string,
  totalBytes: number,
  counter: { readBytes: number },
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  const stream = file.pipe(createGunzip({ chunkSize: PIECE }));
  file.on('error', (error) => stream.destroy(error));
  try {
    for await (const piece of stream) {
      counter.readBytes = stream.bytesWritten;
      yield piece;
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) failToRead(where, path, error);
    fail(where, `${path}: the gzip data is damaged or cut off (${message})`);
  } finally {
    file.destroy();
    stream.destroy();
  }
  await refuseRest(where, path, stream.bytesWritten, totalBytes);
}

/** Node takes what begins with a zero after the end of the gzip data for padding, and says nothing. */
async function refuseRest(where: string, path: string, from: number, totalBytes: number): Promise<void> {
  if (from >= totalBytes) return;
  for await (const rest of createReadStream(path, { start: from, highWaterMark: PIECE })) {
    if ((rest as Buffer).some((byte) => byte !== 0)) {
      fail(where, `${path}: the gzip data is damaged or cut off (other bytes after its end)`);
    }
  }
}
