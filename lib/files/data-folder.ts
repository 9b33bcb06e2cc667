import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../errors';

/**
 * The project's folder `data`: the nearest one with a folder `shipped`, above this package or above the working
 * folder.
 *
 * @throws RecurrentError where there is none
 */
export function dataFolder(): string {
  for (const start of [__dirname, process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const data = join(folder, 'data');
      if (existsSync(join(data, 'shipped'))) return data;
      if (dirname(folder) === folder) break;
    }
  }
  return fail('dataFolder', `no folder "data/shipped" above ${__dirname} or ${process.cwd()}`);
}
