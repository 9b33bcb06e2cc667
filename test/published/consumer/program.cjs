// A program in CommonJS: loads the package by each of its names, trains on two threads, and meets what is missing here.
const lab = require('recurrent-lab');
const { KernelClient } = require('recurrent-lab/jupyter');
const { simdInfo } = require('recurrent-lab/simd');

const refusal = (call) =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'no refusal',
      (error) => `${error.name}: ${error.message}`,
    );

async function train() {
  const { GRU, tf } = lab;
  const model = tf.sequential({
    layers: [new GRU({ units: 64, inputShape: [40, 7] }), tf.layers.dense({ units: 1 })],
  });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const { history } = await model.fit(tf.ones([64, 40, 7]), tf.ones([64, 1]), { epochs: 3, verbose: 0 });
  return history.loss;
}

async function runCell() {
  const kernel = await KernelClient.start();
  try {
    const code = `import { GRU, lineChart } from 'recurrent-lab';
      const layer: GRU = new GRU({ units: 2 });
      layer.units`;
    const { reply, published } = await kernel.execute(code);
    const shown = published.map(({ content }) => content.data?.['text/plain']).filter(Boolean);
    return { status: reply.status, error: reply.evalue, shown };
  } finally {
    await kernel.close();
  }
}

async function main() {
  const engine = await lab.ready();
  const series = new lab.Series(Float64Array.of(0, 1000), { x: Float32Array.of(1, 2) });
  const chart = await lab.toMimeBundle(lab.lineChart([{ x: 1, y: 2 }], { title: 'A line', x: 'x', y: 'y' }));
  const result = {
    engine,
    loss: await train(),
    threads: simdInfo().present,
    chart: chart['image/svg+xml'].slice(0, 4),
    cell: await runCell(),
    refusals: {
      loadClimate: await refusal(() => lab.loadClimate()),
      fullClimate: await refusal(() => lab.loadClimate({ size: 'full', url: 'http://127.0.0.1:1/' })),
      loadDeclarations: await refusal(() => lab.loadDeclarations()),
      dataFolder: await refusal(() => lab.dataFolder()),
      toDataFrame: await refusal(() => lab.toDataFrame(series)),
      describe: await refusal(() => lab.describe(series)),
    },
  };
  console.log(JSON.stringify(result));
}

main();
