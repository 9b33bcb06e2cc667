import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fail, RecurrentError, refuseUnknown } from '../errors';
import { replaceFile } from '../files/write-whole';
import { type ExpectedFile, findDifferenceInFull, JENA_EXPECTED, JENA_FILES, JENA_URL } from './jena-file';
import { readCsvFile } from './read-csv';

/** How far a download is. */
export interface DownloadProgress {
  readonly receivedBytes: number;
  /** The whole length, where the server says it. */
  readonly totalBytes?: number;
  /** The time left at the mean speed so far, where the whole length is known. */
  readonly secondsLeft?: number;
}

/** What `downloadJena` may be told. */
export interface DownloadOptions {
  /** The folder to put the file in; made where it is not there. */
  folder: string;
  /** Default: TensorFlow's public copy. */
  url?: string;
  /** Stops the download when aborted. */
  signal?: AbortSignal;
  /** Called for every piece that arrives. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Gives up when nothing has arrived for so long. Default 30. */
  stallSeconds?: number;
  /** By what the file is known to be whole. Default: the Jena file's rows, columns and first time. */
  expected?: ExpectedFile;
}

const OPTIONS = ['folder', 'url', 'signal', 'onProgress', 'stallSeconds', 'expected'] as const;
const CURE =
  'Nothing was left behind. Run it again, or get the file in another way and set RECURRENT_CLIMATE=FILE; ' +
  'the quick size needs no download';

/**
 * Downloads the full Jena climate file (13 MB). It is written beside its place, checked in full (length, archive
 * checksum, every row, 420,551 of them, 15 columns, the first time) and only then given its name; whatever goes
 * wrong, nothing is left behind.
 *
 * @returns the path of the file
 * @throws RecurrentError where the network, the server, the disk or the file fails, or `signal` is aborted; the
 *   message says what to do
 */
export async function downloadJena(options: DownloadOptions): Promise<string> {
  refuseUnknown('downloadJena', options, OPTIONS);
  return downloadFile('downloadJena', options);
}

/** What `downloadJena` does, with errors in the name of `where`. */
export async function downloadFile(where: string, options: DownloadOptions): Promise<string> {
  const target = join(options.folder, JENA_FILES[0]);
  let aside = target;
  try {
    await mkdir(options.folder, { recursive: true });
    await removeAbandoned(target);
    await replaceFile(target, async (path) => {
      aside = path;
      await fetchTo(path, options);
      const series = await readCsvFile(where, path, { columns: 'all' }, basename(target));
      const difference = findDifferenceInFull(series, options.expected ?? JENA_EXPECTED);
      if (difference) throw new RecurrentError(`it is another file: ${difference}`);
      options.signal?.throwIfAborted();
    });
    return target;
  } catch (error) {
    if (options.signal?.aborted) return fail(where, `interrupted. ${CURE}`);
    const reason = explain(error as NodeJS.ErrnoException, options);
    return fail(where, `${reason.replace(`${where}: `, '').replace(aside, 'what came')}. ${CURE}`);
  }
}

/**
 * The Jena file in a folder, if it is there and whole.
 *
 * @returns its path, or null
 */
export async function findDownloaded(folder: string): Promise<string | null> {
  for (const name of JENA_FILES) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    try {
      const series = await readCsvFile('findDownloaded', path, { columns: 'all' });
      if (findDifferenceInFull(series) === null) return path;
    } catch (error) {
      if (!(error instanceof RecurrentError)) throw error;
    }
  }
  return null;
}

/** Removes what downloads left that were killed outright: part files of processes that no longer run. */
async function removeAbandoned(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const match = /^(.+)\.(\d+)\.part$/.exec(name);
    if (match?.[1] === basename(target) && !isRunning(Number(match[2])))
      await rm(join(dirname(target), name));
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function fetchTo(path: string, options: DownloadOptions): Promise<void> {
  const stallSeconds = options.stallSeconds ?? 30;
  const stalled = new AbortController();
  const giveUp = () => stalled.abort(new RecurrentError(`nothing arrived for ${stallSeconds} s`));
  let timer = setTimeout(giveUp, stallSeconds * 1000);
  const stop = () => stalled.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  try {
    // Packed in transit, the length announced would not be the length received.
    const headers = { 'accept-encoding': 'identity' };
    const response = await fetch(options.url ?? JENA_URL, { signal: stalled.signal, headers });
    if (!response.ok || !response.body) {
      throw new RecurrentError(`the server answered ${response.status} ${response.statusText}`);
    }
    const totalBytes = Number(response.headers.get('content-length')) || undefined;
    const started = Date.now();
    let receivedBytes = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, stallSeconds * 1000);
        receivedBytes += chunk.length;
        const perByte = (Date.now() - started) / 1000 / receivedBytes;
        const secondsLeft = totalBytes && Math.max(0, totalBytes - receivedBytes) * perByte;
        options.onProgress?.({ receivedBytes, totalBytes, secondsLeft });
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
    await pipeline(body, counter, createWriteStream(path), {
      signal: stalled.signal,
    });
    if (totalBytes !== undefined && receivedBytes !== totalBytes) {
      throw new RecurrentError(`expected ${totalBytes} bytes, got ${receivedBytes}`);
    }
  } catch (error) {
    throw stalled.signal.aborted ? stalled.signal.reason : error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
  }
}

/** What went wrong, in a sentence. */
function explain(error: NodeJS.ErrnoException, options: DownloadOptions): string {
  const url = options.url ?? JENA_URL;
  if (error instanceof RecurrentError) return `${url}: ${error.message}`;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `there is no room in ${options.folder} (${error.code}); about 15 MB are needed`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${options.folder} may not be written to (${error.code})`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${options.folder} is not a folder`;
  }
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  const reason = [error.message, cause?.message || cause?.code].filter(Boolean).join(': ');
  return `${url} could not be reached or broke off (${reason}), which a missing network would explain`;
}
