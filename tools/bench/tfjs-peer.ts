import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { prepare, time } from './ours';
import type { RowSpec } from './rows';

/** The peer "TensorFlow.js as it comes": its own layers and kernels on its wasm backend, in a process of its own. */
async function serve(): Promise<void> {
  tf.enableProdMode();
  setWasmPaths(dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  await tf.setBackend('wasm');
  console.log(JSON.stringify({ version: version_wasm }));
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as RowSpec & { last: boolean };
    const ready = prepared.get(request.row) ?? prepare('tfjs', request);
    prepared.set(request.row, ready);
    const times = await time(ready.run, request.runs);
    if (request.last) {
      ready.dispose();
      prepared.delete(request.row);
    }
    console.log(JSON.stringify({ times }));
  }
}

serve();
