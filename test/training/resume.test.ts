import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkpoint, GRU, readSafetensors, ready, seed, tf } from 'recurrent-lab';
import { type Case, cases, dataset, head, inputShape, rowsOf, tensors } from './resume-cases';
import { captureDisplays } from './support';

const EPOCHS = 5;

/** Ends a run with an error, before an epoch begins or after its first batch. */
class Crash extends tf.Callback {
  private epoch = -1;
  constructor(private readonly at: { before?: number; within?: number }) {
    super();
  }
  override async onEpochBegin(epoch: number) {
    this.epoch = epoch;
    if (epoch === this.at.before) throw new Error('crash');
  }
  override async onBatchEnd() {
    if (this.epoch === this.at.within) throw new Error('crash');
  }
}

/** Moves everything that a process has before its model is made: names, ids, streams. */
function otherLife(n: number): void {
  seed(1000 + n);
  for (let i = 0; i <= n; i++) {
    tf.sequential({
      layers: [new GRU({ units: 1, inputShape }), tf.layers.batchNormalization(), head()],
    }).dispose();
  }
}

describe('a resumed run', () => {
  let folder: string;
  let lives = 0;
  const { warn } = console;
  before(() => ready());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'resume-'));
    console.warn = () => {};
  });
  afterEach(() => {
    console.warn = warn;
    rmSync(folder, { recursive: true });
  });

  async function run(one: Case, into: string, crash: ConstructorParameters<typeof Crash>[0] = {}) {
    otherLife(lives++);
    seed(2);
    const layers = one.layers ?? (() => [new GRU({ units: 3, inputShape }), head()]);
    const model = (one.model ?? (() => tf.sequential({ layers: layers() })))();
    model.compile({ optimizer: (one.optimizer ?? (() => tf.train.adam(0.03)))(), loss: 'meanSquaredError' });
    const train = (one.train ?? tensors())();
    const saved = checkpoint({ folder: join(folder, into), every: one.every, data: train.counter });
    const callbacks = [new Crash(crash), ...(one.callbacks?.() ?? []), saved];
    const initialEpoch = await saved.resume(model);
    let crashed = false;
    await captureDisplays(() =>
      train(model, { epochs: EPOCHS, initialEpoch, verbose: 0, callbacks }).catch((error) => {
        if (error.message !== 'crash') throw error;
        crashed = true;
      }),
    );
    return { model, saved, crashed, initialEpoch };
  }

  /** All of the last checkpoint, but for names that tell how many layers the process has made. */
  async function lastFile(into: string) {
    const last = readdirSync(join(folder, into)).sort().at(-1) as string;
    const { tensors: all, metadata } = await readSafetensors(join(folder, into, last));
    return { last, all, state: metadata.state.replace(/"originalName":\{"plain":"[^"]*"\}/g, '') };
  }

  const bytes = (model: tf.LayersModel) =>
    model.getWeights().map((weight) => Buffer.from(weight.dataSync().buffer).toString('hex'));

  for (const [name, one] of Object.entries(cases)) {
    it(`comes to the same bytes: ${name}`, async () => {
      const whole = await run(one, 'whole');
      const finite = whole.saved.history.loss.every(Number.isFinite);
      expect(finite).to.equal(name !== 'losses that are no numbers');
      const first = await run(one, 'broken', { before: 1 });
      expect(first.crashed).to.equal(true);
      const second = await run(one, 'broken', { within: 3 });
      expect(second.initialEpoch).to.equal(one.every ? 0 : 1);
      const rest = await run(one, 'broken');
      if (second.crashed) expect(rest.initialEpoch).to.equal(one.every ? 2 : 3);
      expect(bytes(rest.model)).to.deep.equal(bytes(whole.model));
      expect(rest.saved.history).to.deep.equal(whole.saved.history);
      expect(await lastFile('broken')).to.deep.equal(await lastFile('whole'));
    });
  }

  it('trains as one without checkpoints', async () => {
    for (const name of ['fit, shuffled by default', 'a generator that shuffles its rows in place']) {
      const one = cases[name];
      const { model: with_ } = await run(one, name);
      seed(2);
      const layers = one.layers?.() ?? [new GRU({ units: 3, inputShape }), head()];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });
      await (one.train ?? tensors())()(model, { epochs: EPOCHS, verbose: 0 });
      expect(bytes(with_)).to.deep.equal(bytes(model));
    }
  });

  it('comes to the same bytes where seed(n) was never called', () => {
    const script = join(__dirname, 'fixtures', 'train-unseeded.cjs');
    const [first, second] = [1, 2].map((i) =>
      execFileSync(process.execPath, [script, join(folder, `${i}`)], { encoding: 'utf8' })
        .trim()
        .split('\n'),
    );
    for (const [whole, rest] of [first, second]) {
      expect([whole, rest].map((line) => line.split(':')[0])).to.deep.equal(['from 0', 'from 2']);
      expect(rest.split(':')[1]).to.equal(whole.split(':')[1]);
    }
    expect(first).to.not.deep.equal(second);
  });

  it('keeps two checkpoints in one list, of data and of rows', async () => {
    for (const make of [tensors(), dataset(() => rowsOf().shuffle(8, '7').batch(3))]) {
      const both = async (into: string, epochs: number) => {
        seed(2);
        const model = tf.sequential({ layers: [new GRU({ units: 3, inputShape }), head()] });
        model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });
        const saved = ['a', 'b'].map((name) => checkpoint({ folder: join(folder, into, name) }));
        const [initialEpoch] = [await saved[0].resume(model), await saved[1].resume(model)];
        await make()(model, { epochs, initialEpoch, verbose: 0, callbacks: saved });
        return bytes(model);
      };
      const into = `broken ${lives++}`;
      const whole = await both(`whole ${into}`, 4);
      await both(into, 2);
      expect(await both(into, 4)).to.deep.equal(whole);
    }
  });

  it('leaks no tensor', async () => {
    const inBatches = dataset(() => rowsOf().batch(4));
    for (const one of [
      cases['training and validation from one shuffle'],
      { ...cases['bidirectional, ours'], train: inBatches },
      { train: inBatches, optimizer: () => tf.train.sgd(0.1) },
    ]) {
      const into = `${lives}`;
      await run(one, into, { before: 3 });
      const before = tf.memory().numTensors;
      const { model } = await run(one, into);
      model.dispose();
      model.optimizer.dispose();
      expect(tf.memory().numTensors).to.equal(before);
    }
  });
});
