import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a file beside its place, through to the disk, and gives it its name when it is whole: it is there whole or not
 * at all, whatever happens meanwhile.
 *
 * @param path where it ends up; its folder is made where it is missing
 * @param make writes the file at the path it is given; where it throws, nothing is left of it
 */
export async function replaceFile(path: string, make: (aside: string) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  const aside = `${path}.${process.pid}.part`;
  await mkdir(folder, { recursive: true });
  try {
    await make(aside);
    await syncToDisk(aside);
    await rename(aside, path);
  } catch (error) {
    // Where even this fails, as in a folder that is none, the first error is the one to tell.
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  // The name, too, has to reach the disk; some file systems can't be asked.
  await syncToDisk(folder).catch(() => undefined);
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a whole file or nothing; see `replaceFile`. */
export function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  return replaceFile(path, async (aside) => {
    const file = await open(aside, 'w');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  });
}

/** Writes a value as JSON, indented by one, whole or not at all. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 1)}\n`);

/** What is in a JSON file; undefined where there is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
