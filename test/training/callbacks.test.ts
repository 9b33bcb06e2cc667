import { expect } from 'chai';
import {
  cosineRate,
  earlyStopping,
  type LiveCurve,
  liveCurve,
  progressBar,
  ready,
  seed,
  stopOnInterrupt,
  stopOnNaN,
  tf,
} from 'recurrent-lab';
import { duration, ProgressClock } from '#lab/training/progress-clock';
import { batchesOf, captureDisplays, lineModel, wrote } from './support';

describe('training', () => {
  before(() => ready());
  beforeEach(() => seed(1));

  describe('progressBar', () => {
    it('tells the pace and the time left', () => {
      let now = 0;
      const clock = new ProgressClock(4, 10, () => now);
      clock.beginEpoch(0);
      expect(clock.secondsLeft()).to.equal(null);
      now = 1;
      clock.endBatch(4); // 5 of 10 batches in 1 s: 2 s an epoch
      expect(clock.secondsPerEpoch()).to.equal(2);
      expect(clock.secondsLeft()).to.equal(7);
      now = 2;
      clock.endBatch(9);
      clock.endEpoch();
      clock.beginEpoch(1);
      expect(clock.secondsLeft()).to.equal(6);
      expect(clock.share()).to.equal(0.25);
    });

    it('learns the number of batches from the first epoch where the data do not tell', () => {
      let now = 0;
      const clock = new ProgressClock(2, null, () => now);
      clock.beginEpoch(0);
      clock.endBatch(2);
      expect(clock.secondsLeft()).to.equal(null);
      now = 3;
      clock.endEpoch();
      clock.beginEpoch(1);
      expect(clock.steps).to.equal(3);
      expect(clock.secondsLeft()).to.equal(3);
    });

    it('writes times as a person would', () => {
      expect([0.123, 5.04, 42, 200, 7500].map(duration)).to.deep.equal([
        '0.12 s',
        '5.0 s',
        '42 s',
        '3 min 20 s',
        '2 h 5 min',
      ]);
    });

    it('writes a line an epoch where there is neither notebook nor terminal', async () => {
      const lines = await wrote(process.stderr, async () => {
        await train({ epochs: 2, callbacks: [progressBar({ to: 'lines' })] });
      });
      expect(lines.trim().split('\n')).to.have.length(2);
      expect(lines).to.match(/^epoch 1\/2 · loss [\d.e-]+ · \S+ s an epoch\nepoch 2\/2 /);
    });

    it('is one output in a notebook, replaced in place', async () => {
      const shown = await captureDisplays(() =>
        train({ epochs: 3, callbacks: [progressBar({ to: 'notebook', every: 0 })] }),
      );
      expect(new Set(shown.map(({ id }) => id)).size).to.equal(1);
      expect(shown.map(({ update }) => update)).to.deep.equal([false, ...Array(shown.length - 1).fill(true)]);
      expect(shown[0].bundle['text/plain']).to.match(
        /^16% epoch 1\/3 · batch 1\/2 · loss .* an epoch · .* left$/,
      );
      expect(shown.at(-1)?.bundle['text/html']).to.contain('<progress value="1.000"');
    });

    it('redraws one line of a terminal', async () => {
      const text = await wrote(process.stderr, () =>
        train({ epochs: 2, callbacks: [progressBar({ to: 'terminal' })] }),
      );
      expect(text.split('\n').length).to.be.below(4);
    });

    it('shows the names of losses as they stand', async () => {
      const name = '<b>&\n\u001b[2J';
      const bar = async (to: 'notebook' | 'lines') => {
        const made = progressBar({ to });
        made.setParams({ epochs: 1, steps: 1 });
        await made.onTrainBegin();
        await made.onEpochBegin(0);
        await made.onEpochEnd(0, { loss: 1, [name]: 2 });
        await made.onTrainEnd();
      };
      const [shown] = await captureDisplays(() => bar('notebook'));
      expect(shown.bundle['text/html']).to.contain('&lt;b&gt;&amp; \ufffd[2J 2.000').and.not.contain('<b>');
      const lines = await wrote(process.stderr, () => bar('lines'));
      expect(lines).to.match(/^epoch 1\/1 · <b>& \ufffd\[2J 2.000 · loss 1.000.*\n$/);
    });

    it('refuses an option it does not know', () => {
      expect(() => progressBar({ evry: 3 } as object)).to.throw('progressBar: unknown option "evry"');
    });
  });

  describe('liveCurve', () => {
    it('is one chart that grows with the epochs', async () => {
      const shown = await captureDisplays(() =>
        train({ epochs: 3, validationData: line([[3]]), callbacks: [liveCurve({ every: 0, title: 'T' })] }),
      );
      expect(shown.at(-1)?.bundle).to.have.property('image/svg+xml');
      const lengths = shown.map(({ bundle }) => {
        const chart = bundle['application/vnd.vegalite.v5+json'] as Chart;
        expect(chart.encoding.y.title).to.equal('mean squared error');
        return chart.data.values.length;
      });
      expect(lengths).to.deep.equal([2, 4, 6, 6]);
      expect(new Set(shown.map(({ id }) => id)).size).to.equal(1);
      expect(shown[2].bundle['text/plain']).to.match(/^T: train \S+, validation \S+$/);
    });

    it('is drawn seldom while epochs are short, and at the end', async () => {
      const shown = await captureDisplays(() =>
        train({ epochs: 20, callbacks: [liveCurve({ every: 60_000 })] }),
      );
      expect(shown).to.have.length(2);
    });
  });

  describe('liveCurve of chosen series', () => {
    const NAMES = ['__proto__', '2', 'constructor', '1'];
    const chosen = Object.fromEntries(NAMES.map((name, i) => [`metric ${i}`, name]));
    const absent = { valueOf: 'never logged', toString: 'nor this' };

    /** The names of a chart's lines by how many epochs each has, in the legend's order. */
    const linesOf = (bundle: Record<string, unknown>) => {
      const chart = bundle['application/vnd.vegalite.v5+json'] as NamedChart;
      const count = (name: string) => chart.data.values.filter((value) => value.name === name).length;
      return chart.encoding.color.scale.domain.map((name) => [name, count(name)]);
    };
    const curveOf = async (curve: LiveCurve, epochs: number[]) => {
      const logs = Object.fromEntries(NAMES.map((_, i) => [`metric ${i}`, i + 1]));
      const [shown] = await captureDisplays(async () => {
        for (const epoch of epochs) await curve.onEpochEnd(epoch, logs);
        await curve.onTrainEnd();
      }).then((all) => all.slice(-1));
      return linesOf(shown.bundle);
    };
    const made = async () => {
      const curve = liveCurve({ series: { ...chosen, ...absent }, every: 0 });
      // A run's history stands for the run.
      curve.setModel(Object.assign(lineModel(0), { history: new tf.History() }));
      await curve.onTrainBegin();
      return curve;
    };

    it('draws a line for each that was logged, whatever it is called, in their order', async () => {
      expect(await curveOf(await made(), [0, 1])).to.deep.equal(NAMES.map((name) => [name, 2]));
    });

    it('goes on from what a checkpoint keeps', async () => {
      const curve = await made();
      await curveOf(curve, [0, 1]);
      const resumed = await made();
      resumed.restoreState(JSON.parse(JSON.stringify(curve.saveState())));
      expect(await curveOf(resumed, [2])).to.deep.equal(NAMES.map((name) => [name, 3]));
    });

    it('refuses two of one name, which would be one line', () => {
      expect(() => liveCurve({ series: { loss: 'a', val_loss: 'a' } })).to.throw(
        'liveCurve: expected a name for each of the series, "a" comes twice',
      );
    });
  });

  describe('cosineRate', () => {
    it('rises over the warm-up, falls to 0 along a cosine, whatever epoch it starts in', async () => {
      const rates = async (initialEpoch: number) => {
        const model = lineModel(0);
        const seen: number[] = [];
        class Note extends tf.Callback {
          override async onBatchEnd() {
            seen.push((model.optimizer as unknown as { learningRate: number }).learningRate);
          }
        }
        const callbacks = [cosineRate({ peak: 0.01, warmUpEpochs: 1 }), new Note()];
        await train({ model, epochs: 3, initialEpoch, callbacks });
        return seen;
      };
      const all = await rates(0);
      const expected = [0.005, 0.01, 0.01, 0.00853553, 0.005, 0.00146447];
      for (const [i, rate] of all.entries()) expect(rate).to.be.closeTo(expected[i], 1e-8);
      expect(await rates(1)).to.deep.equal(all.slice(2));
    });

    it('sets the rate that SGD and momentum compute with, a tensor beside the number', async () => {
      for (const optimizer of [tf.train.sgd(5), tf.train.momentum(5, 0)]) {
        const model = lineModel(0);
        model.compile({ optimizer, loss: 'meanSquaredError' });
        const callbacks = [cosineRate({ peak: 0.1, warmUpEpochs: 0 })];
        await train({ model, compile: false, epochs: 1, data: batchesOf([[[1]]], () => 1), callbacks });
        // The only step has the peak: w = 0 − 0.1 · 2 (0 · 1 − 1) · 1.
        expect(weight(model)).to.be.closeTo(0.2, 1e-6);
      }
    });

    it('refuses a rate of 0, and data of unknown size', async () => {
      expect(() => cosineRate({ peak: 0 })).to.throw('cosineRate: peak must be above 0, got 0');
      const data = batchesOf([[[1]]], () => 0);
      (data as { size: number | null }).size = null;
      expect(await failure(train({ epochs: 1, data, callbacks: [cosineRate({ peak: 1 })] }))).to.contain(
        'how many batches',
      );
    });
  });

  describe('earlyStopping', () => {
    it('stops after the patience, and puts the best epoch’s weights back', async () => {
      const model = lineModel(0);
      const stopping = earlyStopping({ monitor: 'loss', patience: 2 });
      // Gradient ascent: each epoch is worse than the first.
      await train({ model, learningRate: -0.01, epochs: 9, callbacks: [stopping, remember(model)] });
      expect(stopping.bestEpoch).to.equal(0);
      expect(stopping.stoppedEpoch).to.equal(2);
      expect(weight(model)).to.equal(remembered[0]);
      expect(remembered).to.have.length(3);
    });

    it('puts the best weights back where training runs to its end, unless told not to', async () => {
      for (const restoreBestWeights of [true, false]) {
        const model = lineModel(0);
        const stopping = earlyStopping({ monitor: 'loss', patience: 50, restoreBestWeights });
        await train({ model, learningRate: -0.01, epochs: 3, callbacks: [stopping, remember(model)] });
        expect(weight(model)).to.equal(remembered[restoreBestWeights ? 0 : 2]);
      }
    });

    it('puts weights back as they were, where a constraint would change them', async () => {
      const kernelConstraint = tf.constraints.maxNorm({ maxValue: 1, axis: 0 });
      const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelConstraint });
      const model = tf.sequential({ layers: [layer] });
      (model.getWeights()[0] as tf.Variable).assign(tf.tensor2d([[5]]));
      const stopping = earlyStopping({ monitor: 'loss', patience: 50 });
      await train({ model, learningRate: -0.01, epochs: 2, callbacks: [stopping, remember(model)] });
      expect(remembered[0]).to.be.above(2);
      expect(weight(model)).to.equal(remembered[0]);
    });

    it('starts afresh in a second training, and leaks nothing', async () => {
      const model = lineModel(0);
      const stopping = earlyStopping({ monitor: 'loss', patience: 1 });
      await train({ model, learningRate: -0.01, epochs: 5, callbacks: [stopping] });
      const before = tf.memory().numTensors;
      const { epoch } = await train({
        model,
        learningRate: -0.01,
        epochs: 5,
        callbacks: [stopping],
        compile: false,
      });
      expect(epoch).to.have.length(2);
      expect(tf.memory().numTensors).to.equal(before);
    });

    it('refuses to watch what is not there', async () => {
      const message = await failure(train({ epochs: 1, callbacks: [earlyStopping()] }));
      expect(message).to.equal(
        `earlyStopping: there is no "val_loss" to watch, the epoch's numbers are loss`,
      );
    });
  });

  describe('stopOnNaN', () => {
    it('names epoch, batch and cures', async () => {
      const data = batchesOf([[[1]], [[2]], [[Number.NaN]]], ([x]) => x);
      const message = await failure(train({ epochs: 2, data, callbacks: [stopOnNaN()] }));
      expect(message).to.match(/^stopOnNaN: the loss is NaN in epoch 1, batch 3\. .*learning rate.*clip/);
    });
  });

  describe('stopOnInterrupt', () => {
    it('stops within a batch, keeps the weights, and the next training runs', async () => {
      const model = lineModel(0);
      const abort = new AbortController();
      let batches = 0;
      const interrupting = new tf.CustomCallback(
        {
          onBatchEnd: async () => {
            if (++batches === 3) abort.abort();
          },
        },
        'never',
      );
      const stop = stopOnInterrupt({ signal: abort.signal });
      const said = await wrote(process.stdout, () =>
        train({ model, epochs: 9, callbacks: [interrupting, stop] }),
      );
      expect(said).to.contain('Stopped in epoch 2 after batch 1;');
      expect(batches).to.equal(3);
      expect(weight(model)).to.not.equal(0);
      const again = stopOnInterrupt({ signal: new AbortController().signal });
      expect((await train({ model, epochs: 2, callbacks: [again], compile: false })).epoch).to.have.length(2);
    });

    it('hears Ctrl-C, and takes its ear away afterwards', async () => {
      const listeners = process.listenerCount('SIGINT');
      const pressing = new tf.CustomCallback(
        { onBatchEnd: async () => void process.kill(process.pid, 'SIGINT') },
        'never',
      );
      const said = await wrote(process.stdout, () =>
        train({ epochs: 50, callbacks: [pressing, stopOnInterrupt()] }),
      );
      expect(said).to.match(/^Stopped in epoch 1 after batch [12];/);
      expect(process.listenerCount('SIGINT')).to.equal(listeners);
    });
  });
});

interface NamedChart {
  data: { values: { name: string }[] };
  encoding: { color: { scale: { domain: string[] } } };
}

interface Chart {
  data: { values: unknown[] };
  encoding: { y: { title: string } };
}

let remembered: number[] = [];

/** Notes the weight after each epoch. */
function remember(model: tf.LayersModel): tf.CustomCallback {
  remembered = [];
  return new tf.CustomCallback({ onEpochEnd: async () => void remembered.push(weight(model)) }, 'never');
}

function weight(model: tf.LayersModel): number {
  return model.getWeights()[0].dataSync()[0];
}

const line = (xs: number[][]) => batchesOf([xs], ([x]) => 3 * x);

interface Train {
  model?: tf.LayersModel;
  data?: ReturnType<typeof batchesOf>;
  epochs: number;
  initialEpoch?: number;
  learningRate?: number;
  validationData?: ReturnType<typeof batchesOf>;
  callbacks: tf.Callback[] | tf.CustomCallback[] | unknown[];
  compile?: boolean;
}

async function train({ model = lineModel(0), learningRate = 0.01, compile = true, ...rest }: Train) {
  if (compile) model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });
  const data = rest.data ?? batchesOf([[[1], [2]], [[3]]], ([x]) => 3 * x);
  const { epochs, initialEpoch, validationData, callbacks } = rest;
  return model.fitDataset(data, {
    epochs,
    initialEpoch,
    validationData,
    callbacks: callbacks as tf.CustomCallback[],
    verbose: 0,
  });
}

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}
