// What a program in TypeScript says, strictly typed, and what its compiler must refuse.
import {
  type Duration,
  expect,
  GRU,
  linearRegression,
  lineChart,
  normalise,
  Orthogonal,
  ready,
  Series,
  split,
  tf,
  toDataFrame,
  windows,
} from 'recurrent-lab';
import { KernelClient } from 'recurrent-lab/jupyter';
import { simdInfo } from 'recurrent-lab/simd';

export async function forecast(series: Series): Promise<number> {
  await ready();
  const [train, test] = split(series, 0.7);
  const scale = normalise(train);
  const past: Duration = '5h';
  const data = windows(scale.apply(train), { past, horizon: '1h', features: ['x'], target: 'x' });
  const ahead = windows(scale.apply(test), { past, horizon: '1h', features: ['x'], target: 'x' });
  const baseline: Float32Array = linearRegression(data).predict(ahead);
  const layer: tf.layers.Layer = new GRU({ units: 8, inputShape: [5, 1] });
  const model: tf.Sequential = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
  model.compile({ optimizer: tf.train.adam(), loss: 'meanSquaredError' });
  const { history } = await model.fitDataset(data, { epochs: 1 });
  expect(history.loss).to.have.length(1);
  // Without danfojs-node a frame is of any type; with it, of its own.
  toDataFrame(series).head();
  lineChart([{ x: 1, y: 2 }], { title: 'A line', x: 'x', y: 'y' });
  return baseline[0];
}

export const kicked = new GRU({ units: 2, recurrentInitializer: new Orthogonal({ gain: 2 }) });
export const kernel: Promise<KernelClient> = KernelClient.start({ cwd: '.' });
export const threads: number = simdInfo().threads;

// @ts-expect-error a layer has no `unit`
new GRU({ unit: 8 });
// @ts-expect-error a duration has a unit
export const wrong: Duration = '5';
// @ts-expect-error a series is made of columns
new Series([1, 2], {});
// @ts-expect-error a fraction is a number
split(null as unknown as Series, 'half');
