// Compiles lib/simd/assembly to WebAssembly: kernels.wasm for memory shared with workers, and
// kernels-single.wasm for where memory can't be shared. Skips what is up to date.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'lib', 'simd', 'assembly');
const out = join(root, 'lib', 'dist', 'simd');
const options = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'],
  ...['--maximumMemory', '65536', '--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
];

const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version);
for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
const wanted = hash.digest('hex');
const stamp = join(out, 'kernels.sha256');

/** @type {[string, string[]][]} */
const variants = [
  ['kernels.wasm', ['--sharedMemory']],
  ['kernels-single.wasm', []],
];
const upToDate =
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === wanted &&
  variants.every(([name]) => existsSync(join(out, name)));

if (!upToDate) {
  // Named at run time, because the compiler's types declare a global `require` that hides Node's.
  const compiler = ['assemblyscript', 'asc'].join('/');
  const { main } = await import(compiler);
  mkdirSync(out, { recursive: true });
  for (const [name, more] of variants) {
    const beside = `${name}.${process.pid}`;
    const { error, stderr } = await main(
      ['lib/simd/assembly/index.ts', '-o', `lib/dist/simd/${beside}`, '--baseDir', root, ...options, ...more],
      {},
    );
    if (error) {
      console.error(`build-simd: ${name}: ${stderr.toString() || error.message}`);
      process.exit(1);
    }
    // In one go: a process that reads the old file meanwhile sees all of it or all of the new one.
    renameSync(join(out, beside), join(out, name));
  }
  writeFileSync(stamp, wanted);
}
