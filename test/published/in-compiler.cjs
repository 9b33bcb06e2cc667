// Loaded before the compiler's thread begins: posts what that has changed once it has begun.
const { createRequire } = require('node:module');
const { isMainThread, parentPort, workerData } = require('node:worker_threads');
const { record } = require('./changes.cjs');

if (!isMainThread) {
  const compiler = createRequire(workerData.file);
  const path = compiler.resolve('@tslab/typescript-for-tslab', { paths: [compiler.resolve('tslab')] });
  const ts = compiler(path);
  const changes = record({ ts, 'require.cache[typescript]': require.cache[path] });
  setImmediate(() => parentPort.postMessage({ changes: changes() }));
}
