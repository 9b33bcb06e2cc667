/** What examples take as given, by name: the least that they can be compiled and run with. */
export const GIVEN = {
  series: `const series = new Series(
      Float64Array.from({ length: 400 }, (_, i) => Date.UTC(2013, 0, 20) + i * 3_600_000),
      Object.fromEntries(LECTURE_FEATURES.map((name, k) => [
        name, Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 4 + k) + (i % (k + 3)))
      ])));`,
  parts: 'const train = series.slice(0, 300), test = series.slice(300);',
  normalised: 'const trainZ = normalise(series).apply(series);',
  model: `const model = tf.sequential({ layers: [
        new SimpleRNN({ units: 2, inputShape: [24, 7] }), tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });`,
  longModel: `const model = tf.sequential({ layers: [
        new SimpleRNN({ units: 2, inputShape: [120, 7] }), tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });`,
  trainingSet: `const train = windows(trainZ, { past: '24h', horizon: '1h', batch: 512 });`,
  jenaFile: `const { mkdirSync, writeFileSync } = await import('node:fs');
      mkdirSync('data', { recursive: true });
      const columns = [...JENA_COLUMNS];
      writeFileSync('data/jena_climate_2009_2016.csv.zip', [
        ['Date Time', ...columns], ['01.01.2009 00:10:00', ...columns.map(() => 1)]
      ].map((row) => row.join(',')).join('\\n'));`,
  ownFile: `process.env.RECURRENT_CLIMATE = 'data/jena_climate_2009_2016.csv.zip';`,
  cell: `const x = tf.ones<tf.Rank.R2>([2, 3]), h = tf.zeros<tf.Rank.R2>([2, 4]);
      const weights = {
        Wxh: tf.ones<tf.Rank.R2>([3, 4]), Whh: tf.ones<tf.Rank.R2>([4, 4]), bh: tf.zeros<tf.Rank.R1>([4]),
      };`,
  sequence: `const x = tf.ones<tf.Rank.R3>([2, 5, 3]);
      const Wxh = tf.ones<tf.Rank.R2>([3, 64]), Whh = tf.ones<tf.Rank.R2>([64, 64]), bh = tf.zeros<tf.Rank.R1>([64]);
      const h0 = tf.zeros<tf.Rank.R2>([2, 64]);`,
  pairs:
    'const source = [1, 2, 3]; const pairs = [{ source, target: [3, 2] }, { source: [4], target: [4] }];',
  lecturesRnn: `const model = forecaster('simpleRnn', { steps: 240, features: 7 });`,
  rows: `const rows = ['GRU', 'LSTM'].flatMap((layer) => [8, 16].map((units) => ({ layer, units, seconds: units })));`,
  callbackTypes: `type ResumableCallback = import('recurrent-lab').ResumableCallback;
      type CallbackState = import('recurrent-lab').CallbackState;`,
  gloveFile: `const { writeFileSync } = await import('node:fs');
      writeFileSync('glove.txt', 'the 0.4 0.2\\nof 0.7 0.5\\n');`,
  mse: 'const mse = 0.0062;',
  double: 'const double = (x: number) => 2 * x;',
  losses: 'const losses = { train: [3, 2, 1], test: [4, 3, 2] };',
} as const;

/** Which of them an example takes, by its file and the name it stands at; the others stand by themselves. */
export const TAKES: Record<string, readonly (keyof typeof GIVEN)[]> = {
  'climate/frame.ts toDataFrame': ['series'],
  'climate/normalise.ts normalise': ['series', 'parts'],
  'climate/read-csv.ts readClimateCsv': ['jenaFile'],
  'climate/resample.ts resample': ['series'],
  'climate/source.ts loadClimate': ['jenaFile', 'ownFile'],
  'climate/split.ts split': ['series'],
  'climate/windows.ts windows': ['series', 'normalised', 'longModel'],
  'display/exercise.ts check': ['double'],
  'display/expect.ts expect': ['lecturesRnn'],
  'display/sentence.ts say': ['mse'],
  'embedding/word-vectors.ts WordVectors.load': ['gloveFile'],
  'plot/computation-graph.ts computationGraph': ['cell'],
  'plot/line-chart.ts lineChart': ['rows'],
  'plot/save-chart.ts saveChart': ['losses'],
  'recurrent/seq2seq/encoder-decoder.ts encoderDecoder': ['pairs'],
  'recurrent/unroll.ts unroll': ['sequence'],
  'training/checkpoint.ts checkpoint': ['series', 'normalised', 'trainingSet', 'model'],
  'training/clip-gradients.ts clipGradients': ['model'],
  'training/run-state.ts ResumableCallback': ['callbackTypes'],
};
