// Removes from lib/dist what was compiled from a source that is gone, so that none of it is found or published.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lib = fileURLToPath(new URL('../lib', import.meta.url));
const dist = join(lib, 'dist');

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  const source = name.replace(/\.(d\.ts|js|js\.map)$/, '.ts');
  if (source !== name && !existsSync(join(lib, source))) rmSync(join(dist, name));
}
