import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../errors';

/** The course's folder `data`, or null where this package is installed outside the course. */
export function findDataFolder(): string | null {
  for (const start of [__dirname, process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const data = join(folder, 'data');
      if (existsSync(join(data, 'shipped'))) return data;
      if (dirname(folder) === folder) break;
    }
  }
  return null;
}

/**
 * The course's folder `data`: the nearest one with a folder `shipped`, above this package or above the working
 * folder.
 *
 * @throws RecurrentError where there is none
 */
export function dataFolder(): string {
  return (
    findDataFolder() ?? fail('dataFolder', `no folder "data/shipped" above ${__dirname} or ${process.cwd()}`)
  );
}

/**
 * The path of a file that is shipped with the course, and not with this package.
 *
 * @param otherwise what to do outside the course, for the error
 * @throws RecurrentError outside the course
 */
export function shippedFile(where: string, name: string, otherwise: string): string {
  const data = findDataFolder();
  if (data) return join(data, 'shipped', name);
  return fail(where, `${name} is shipped with the course and not with this package; ${otherwise}`);
}
