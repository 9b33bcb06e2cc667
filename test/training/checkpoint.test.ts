import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  bidirectional,
  checkpoint,
  earlyStopping,
  forecaster,
  GRU,
  LSTM,
  liveCurve,
  readSafetensors,
  ready,
  seed,
  stopOnInterrupt,
  tf,
} from 'recurrent-lab';
import { captureDisplays } from './support';

type Data = { epoch: number; seed: number } & tf.data.Dataset<{ xs: tf.Tensor3D; ys: tf.Tensor2D }>;

/** Three batches of four sequences whose order depends on the pass, as windows' does. */
function shuffledData(dataSeed = 3): Data {
  const state = { epoch: 0, seed: dataSeed };
  const make = function* () {
    const pass = state.epoch++;
    for (let batch = 0; batch < 3; batch++) {
      const xs = tf.randomNormal([4, 5, 2], 0, 1, 'float32', dataSeed + 100 * pass + batch) as tf.Tensor3D;
      yield { xs, ys: tf.tidy(() => xs.mean([1, 2]).expandDims(1) as tf.Tensor2D) };
    }
  };
  const data = tf.data.generator(make as never) as unknown as Data;
  Object.defineProperty(data, 'epoch', { get: () => state.epoch, set: (epoch) => (state.epoch = epoch) });
  return Object.assign(data, { seed: dataSeed });
}

function makeModel(units = 3, optimizer: tf.Optimizer = tf.train.adam(0.03)) {
  const layers = [
    bidirectional({
      layer: new GRU({ units: 2, returnSequences: true, dropout: 0.2, seed: 5, name: 'ways' }),
      inputShape: [5, 2],
    }),
    new LSTM({ units, dropout: 0.2, recurrentDropout: 0.2, seed: 11, name: 'memory' }),
    tf.layers.dropout({ rate: 0.1 }),
    tf.layers.dense({ units: 1, name: 'head' }),
  ];
  const model = tf.sequential({ layers });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

const weightsOf = (model: tf.LayersModel) =>
  model.getWeights().map((w) => Buffer.from(w.dataSync().buffer).toString('hex'));

describe('checkpoint', () => {
  let folder: string;
  let warnings: string[];
  const { warn } = console;
  before(() => ready());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    warnings = [];
    console.warn = (text: string) => void warnings.push(text);
    seed(1);
  });
  afterEach(() => {
    console.warn = warn;
    rmSync(folder, { recursive: true });
  });

  const files = () => readdirSync(folder).sort();

  /** Trains from whatever the folder holds to `epochs`, in a fresh model. */
  async function run(epochs: number, extra: tf.Callback[] = [], into = folder) {
    seed(2);
    const [data, model] = [shuffledData(), makeModel()];
    const saved = checkpoint({ folder: into, data });
    const initialEpoch = await saved.resume(model);
    await model.fitDataset(data, { epochs, initialEpoch, verbose: 0, callbacks: [...extra, saved] });
    return { model, saved, initialEpoch };
  }

  it('goes on to the very bytes of a run that was not broken off', async () => {
    const whole = await run(5, [], join(folder, 'whole'));
    await run(2);
    expect(files()).to.deep.equal(['epoch-00001.safetensors', 'epoch-00002.safetensors', 'whole']);
    const rest = await run(5);
    expect(rest.initialEpoch).to.equal(2);
    expect(weightsOf(rest.model)).to.deep.equal(weightsOf(whole.model));
    expect(rest.saved.history).to.deep.equal(whole.saved.history);
    expect(rest.saved.history.loss).to.have.length(5);
    const last = 'epoch-00005.safetensors';
    const [one, other] = await Promise.all(
      [folder, join(folder, 'whole')].map((f) => readSafetensors(join(f, last))),
    );
    expect(one.tensors).to.deep.equal(other.tensors);
    expect(Object.keys(one.tensors)).to.include.members([
      'optimizer/accBeta1',
      'optimizer/accumulatedFirstMoment/0',
    ]);
  });

  for (const [name, optimizer] of Object.entries({
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    adagrad: () => tf.train.adagrad(0.1),
    adadelta: () => tf.train.adadelta(0.1),
    rmsprop: () => tf.train.rmsprop(0.01),
    adamax: () => tf.train.adamax(0.01),
  })) {
    it(`keeps all that ${name} remembers`, async () => {
      const train = async (epochs: number, into: string) => {
        seed(2);
        const [data, model] = [shuffledData(), makeModel(3, optimizer())];
        const saved = checkpoint({ folder: into, data });
        const initialEpoch = await saved.resume(model);
        await model.fitDataset(data, { epochs, initialEpoch, verbose: 0, callbacks: [saved] });
        return weightsOf(model);
      };
      const whole = await train(3, join(folder, 'whole'));
      await train(1, folder);
      expect(await train(3, folder)).to.deep.equal(whole);
    });
  }

  it('does not train what is finished, and leaves the model as it was', async () => {
    const first = await run(2);
    const again = await run(2);
    expect(again.initialEpoch).to.equal(2);
    expect(weightsOf(again.model)).to.deep.equal(weightsOf(first.model));
  });

  it('refuses a damaged checkpoint and uses the one before it', async () => {
    const whole = weightsOf((await run(4, [], join(folder, 'whole'))).model);
    for (const damage of [
      (path: string) => truncateSync(path, 500),
      (path: string) => truncateSync(path, 3),
      (path: string) => writeFileSync(path, ''),
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 9] ^= 1;
        writeFileSync(path, bytes);
      },
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.write('7', bytes.indexOf('"epoch\\":') + 9);
        writeFileSync(path, bytes);
      },
    ]) {
      await run(3);
      damage(join(folder, files()[1]));
      warnings = [];
      const { initialEpoch, model } = await run(4);
      expect(initialEpoch).to.equal(2);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.contain('epoch-00003.safetensors').contain('going on from');
      expect(weightsOf(model)).to.deep.equal(whole);
      for (const name of files()) if (name !== 'whole') rmSync(join(folder, name));
    }
  });

  it('refuses to start over where all checkpoints are damaged', async () => {
    await run(2);
    for (const name of files()) truncateSync(join(folder, name), 40);
    const message = await run(3).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).to.match(/^checkpoint: no checkpoint in .* is whole/);
  });

  it('refuses another model, another optimizer, another order of the data, and a model not compiled', async () => {
    await run(1);
    const resume = (model: tf.LayersModel, data?: Data) =>
      checkpoint({ folder, data })
        .resume(model)
        .then(
          () => '',
          (error: Error) => error.message,
        );
    expect(await resume(makeModel(4)))
      .to.contain("the checkpoint's weights have shapes [2,6]")
      .contain('[4,16]');
    expect(await resume(makeModel(3, tf.train.sgd(1)))).to.contain(
      'optimizer is SGD, the checkpoint was made with Adam',
    );
    expect(await resume(makeModel(), shuffledData(9))).to.contain("the data's seed is 9, the checkpoint's 3");
    expect(await resume(forecaster('gru', { steps: 2, features: 1 }))).to.contain('must be compiled');
  });

  it('keeps what early stopping and the live curve remember, also beyond the stop', async () => {
    const callbacks = () => [
      earlyStopping({ monitor: 'loss', patience: 2, minDelta: 10 }),
      liveCurve({ every: 0 }),
    ];
    const shown: number[] = [];
    const train = async (epochs: number, into: string) => {
      let result: Awaited<ReturnType<typeof run>> | null = null;
      const displays = await captureDisplays(async () => {
        result = await run(epochs, callbacks(), into);
      });
      const chart = displays.at(-1)?.bundle['application/vnd.vegalite.v5+json'] as {
        data: { values: unknown[] };
      };
      shown.push(chart?.data.values.length);
      return result as unknown as Awaited<ReturnType<typeof run>>;
    };
    const whole = await train(9, join(folder, 'whole'));
    await train(2, folder);
    const rest = await train(9, folder);
    const after = await train(9, folder);
    expect(whole.saved.history.loss).to.have.length(3);
    expect(shown).to.deep.equal([3, 2, 3, 3]);
    expect(after.initialEpoch).to.equal(Number.POSITIVE_INFINITY);
    for (const { model } of [rest, after]) expect(weightsOf(model)).to.deep.equal(weightsOf(whole.model));
  });

  it('does not take an epoch that was interrupted for a whole one', async () => {
    const whole = weightsOf((await run(3, [], join(folder, 'whole'))).model);
    const abort = new AbortController();
    let batches = 0;
    class Press extends tf.Callback {
      override async onBatchEnd() {
        if (++batches === 5) abort.abort();
      }
    }
    const { log } = console;
    console.log = () => {};
    await run(3, [new Press(), stopOnInterrupt({ signal: abort.signal })]);
    console.log = log;
    expect(files()).to.deep.equal(['epoch-00001.safetensors', 'whole']);
    expect(weightsOf((await run(3)).model)).to.deep.equal(whole);
  });

  it('must be the last callback, where others have something to keep', async () => {
    const [data, model] = [shuffledData(), makeModel()];
    const callbacks = [checkpoint({ folder, data }), earlyStopping({ monitor: 'loss' })];
    const message = await model.fitDataset(data, { epochs: 1, verbose: 0, callbacks }).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).to.equal('checkpoint: must come after earlyStopping in the list of callbacks');
  });

  it('does not mix two runs in one folder', async () => {
    const { model } = await run(1);
    const message = await model
      .fitDataset(shuffledData(), { epochs: 1, verbose: 0, callbacks: [checkpoint({ folder })] })
      .then(
        () => '',
        (error: Error) => error.message,
      );
    expect(message).to.match(
      /^checkpoint: .* has checkpoints up to epoch 1: go on from them by resume\(model\)/,
    );
  });

  it('saves every so many epochs and at the end, and keeps so many', async () => {
    const [data, model] = [shuffledData(), makeModel()];
    const saved = checkpoint({ folder, every: 2, keep: 3 });
    await model.fitDataset(data, { epochs: 7, verbose: 0, callbacks: [saved] });
    expect(files()).to.deep.equal([4, 6, 7].map((epoch) => `epoch-0000${epoch}.safetensors`));
  });

  it('leaks no tensor', async () => {
    const { model } = await run(2);
    const [data, saved] = [shuffledData(), checkpoint({ folder })];
    await saved.resume(model);
    const before = tf.memory().numTensors;
    const initialEpoch = await saved.resume(model);
    await model.fitDataset(data, { epochs: 3, initialEpoch, verbose: 0, callbacks: [saved] });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('survives SIGKILL at any moment [slow]', async function () {
    this.timeout(90_000);
    const script = join(__dirname, 'fixtures', 'train-with-checkpoints.cjs');
    const train = (into: string, killAfter?: number) =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(process.execPath, [script, into], { stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (chunk) => {
          output += chunk;
          // The clock starts when training does.
          if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
        });
        child.on('exit', (code, signal) =>
          code === 0 || signal === 'SIGKILL' ? resolve(output) : reject(new Error(`exit ${code}: ${output}`)),
        );
      });
    const whole = (await train(join(folder, 'whole'))).split('\n').at(-2);
    expect(whole).to.match(/^weights [0-9a-f]{64}$/);
    const broken = join(folder, 'broken');
    for (const killAfter of [0, 40, 90, 150]) await train(broken, killAfter);
    expect((await train(broken)).split('\n').at(-2)).to.equal(whole);
  });
});
