import { GRU, LSTM, SimpleRNN, tf } from 'recurrent-lab';
import type { RowSpec, Sizes } from './rows';

type Layers = 'ours' | 'tfjs';
/** One run of a row; resolves when its numbers are there. */
export type Run = () => Promise<void>;

const OURS = { 'simple-rnn': SimpleRNN, gru: GRU, lstm: LSTM } as const;

function recurrentLayer(
  layers: Layers,
  kind: keyof typeof OURS,
  units: number,
  inputShape: number[],
): tf.layers.Layer {
  if (layers === 'ours') return new OURS[kind]({ units, inputShape } as ConstructorParameters<typeof GRU>[0]);
  const options = { units, inputShape, recurrentInitializer: 'glorotUniform' } as const;
  if (kind === 'simple-rnn') return tf.layers.simpleRNN(options);
  const gated = { ...options, recurrentActivation: 'sigmoid' } as const;
  return kind === 'gru' ? tf.layers.gru(gated) : tf.layers.lstm(gated);
}

/** The lecture's models: Dense(1) on a hidden layer or on the last state, squared error, Adam. */
export function buildModel(
  layers: Layers,
  kind: 'fc' | keyof typeof OURS,
  { time, features, units }: Omit<Sizes, 'batch'>,
): tf.Sequential {
  const inputShape = [time, features];
  const model = tf.sequential();
  if (kind === 'fc') {
    model.add(tf.layers.flatten({ inputShape }));
    model.add(tf.layers.dense({ units, activation: 'relu' }));
  } else model.add(recurrentLayer(layers, kind, units, inputShape));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' });
  return model;
}

/** What a run of the row does, and how to give its memory back. */
export function prepare(layers: Layers, spec: RowSpec): { run: Run; dispose: () => void } {
  if (spec.task === 'matmul') {
    const [a, b] = [tf.randomNormal(spec.a), tf.randomNormal(spec.b)];
    const run = async () => void tf.matMul(a, b, spec.transposeA, spec.transposeB).dispose();
    return { run, dispose: () => tf.dispose([a, b]) };
  }
  const { batch, time, features, kind } = spec;
  const model = buildModel(layers, kind, spec);
  const x = tf.randomNormal([batch, time, features]);
  const y = tf.randomNormal([batch, 1]);
  const train = async () => void (await model.trainOnBatch(x, y));
  const predict = async () => tf.dispose(model.predictOnBatch(x));
  const dispose = () => {
    tf.dispose([x, y]);
    model.dispose();
  };
  return { run: spec.task === 'predict' ? predict : train, dispose };
}

/** Times of `runs` runs in ms, after one that is not counted. */
export async function time(run: Run, runs: number): Promise<number[]> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}
