// Prints what recurrent-lab has changed in others after each thing that a program does with it.
// Arguments: the package's folder, and a package to load first, as if the program had it.
const { writeSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const util = require('node:util');
const { record } = require('./changes.cjs');

const [library, native] = process.argv.slice(2);
const inLibrary = createRequire(join(library, 'package.json'));
// tslab starts a kernel when it is loaded; the library loads parts of it, in the compiler's thread alone.
const names = Object.keys(inLibrary('./package.json').dependencies).filter(
  (n) => !/^(@types\/|tslab$)/.test(n),
);
const packages = Object.fromEntries(names.map((name) => [name, inLibrary(name)]));
const tf = packages['@tensorflow/tfjs'];
// What tfjs finds out about the machine by itself.
for (const flag of ['DEBUG', 'PROD']) tf.env().get(flag);
if (native) {
  inLibrary(native);
  delete util.isNullOrUndefined;
}

async function main() {
  const changes = record({ tf, ...packages });
  const stages = {};
  const lab = require(library);
  for (const entry of Object.keys(inLibrary('./package.json').exports)) {
    if (entry.startsWith('./') && !entry.endsWith('.json')) inLibrary(`recurrent-lab${entry.slice(1)}`);
  }
  stages.imported = changes();
  await lab.ready();
  stages.ready = changes();
  lab.seed(1);
  stages.seeded = changes();
  // A stand-in for a native package registers a backend that computes nothing.
  if (!native) await use(lab, changes, stages);
  writeSync(1, JSON.stringify(stages));
}

/** What programs do: train with callbacks, draw. */
async function use(lab, changes, stages) {
  const model = tf.sequential({
    layers: [new lab.GRU({ units: 4, inputShape: [5, 2] }), tf.layers.dense({ units: 1 })],
  });
  model.compile({ optimizer: lab.clipGradients(tf.train.adam(), { clipNorm: 1 }), loss: 'meanSquaredError' });
  const look = new tf.CustomCallback({
    onBatchEnd: async () => {
      stages.training = changes();
    },
  });
  const callbacks = [lab.stopOnInterrupt(), lab.progressBar({ to: 'lines' }), lab.earlyStopping(), look];
  const data = [tf.ones([8, 5, 2]), tf.ones([8, 1])];
  await model.fit(...data, { epochs: 1, validationSplit: 0.5, verbose: 0, callbacks });
  const chart = lab.lineChart([{ x: 1, y: 2 }], { title: 'A line', x: 'x', y: 'y' });
  await lab.toMimeBundle(chart);
  const x = tf.ones([2]);
  lab.computationGraph({ x }, () => ({ y: x.add(1) }));
  stages.used = changes();
  const table = new lab.Embedding({ numEmbeddings: 3, embeddingDim: 2, sparse: true });
  table.build();
  tf.train.sgd(1).minimize(() => table.apply(x).sum());
  stages.sparse = changes();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
