// A program in ES modules: imports by name, and tells of every entry which names an import would not find.
import { createRequire } from 'node:module';
import { GRU, ready, seed, tf } from 'recurrent-lab';

const require = createRequire(import.meta.url);
const entries = process.argv.slice(2);
const missing = {};
for (const entry of entries) {
  const names = Object.keys(require(entry));
  const found = await import(entry);
  missing[entry] = names.length === 0 ? ['everything'] : names.filter((name) => !(name in found));
}
await ready();
seed(1);
const output = new GRU({ units: 3, returnSequences: true }).apply(tf.ones([2, 5, 4]));
console.log(
  JSON.stringify({ missing, shape: output.shape, same: (await import('recurrent-lab')).GRU === GRU }),
);
