import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  bidirectional,
  type CallbackState,
  checkpoint,
  cosineRate,
  earlyStopping,
  GRU,
  liveCurve,
  progressBar,
  type ResumableCallback,
  RunState,
  readSafetensors,
  ready,
  seed,
  tf,
  writeSafetensors,
} from 'recurrent-lab';
import {
  arrays,
  counted,
  dataset,
  type Fit,
  head,
  inputShape,
  Plateau,
  rowsOf,
  tensors,
} from './resume-cases';
import { captureDisplays } from './support';

/** A run that is resumed otherwise than it was begun. */
interface Otherwise {
  begun?: Partial<Run>;
  resumed: Partial<Run>;
  says: string | RegExp;
}

interface Run {
  layers: () => tf.layers.Layer[];
  optimizer: () => tf.Optimizer;
  callbacks: () => tf.Callback[];
  train: () => Fit;
  epochs: number;
  initialEpoch: number;
}

class Forgotten extends tf.Callback implements ResumableCallback {
  readonly stateName = 'forgotten';
  saveState() {
    return { json: 1, tensors: {} };
  }
  restoreState() {}
}

class Giving extends Forgotten {
  constructor(private readonly state: CallbackState) {
    super();
  }
  override async onTrainBegin() {
    RunState.of(this.model).enter(this);
  }
  override saveState() {
    return this.state as never;
  }
}

class Mapping extends tf.AdamOptimizer {
  readonly seen = new Map();
}

const batches = dataset(() => rowsOf().batch(3));
const again = rowsOf().shuffle(8, '7').batch(3);
const gru = (more: object) => new GRU({ units: 3, inputShape, ...more });

const refused: Record<string, Otherwise> = {
  'no initialEpoch': {
    resumed: { initialEpoch: 0 },
    says: 'resume(model) returned 2: give that as initialEpoch, got 0',
  },
  'another epoch': {
    resumed: { initialEpoch: 3 },
    says: 'resume(model) returned 2: give that as initialEpoch, got 3',
  },
  'no initialEpoch after early stopping': {
    begun: { callbacks: () => [earlyStopping({ monitor: 'loss', patience: 1, minDelta: 99 })] },
    resumed: {
      callbacks: () => [earlyStopping({ monitor: 'loss', patience: 1, minDelta: 99 })],
      initialEpoch: 0,
    },
    says: 'the run was over',
  },

  'a callback less': {
    begun: { callbacks: () => [liveCurve(), new Plateau(() => {})] },
    resumed: { callbacks: () => [liveCurve()] },
    says: 'the callbacks with something to keep are liveCurve 1, in the checkpoint they are liveCurve 1, plateau 1',
  },
  'a callback more': {
    begun: { callbacks: () => [liveCurve()] },
    resumed: { callbacks: () => [liveCurve(), liveCurve()] },
    says: 'are liveCurve 1, liveCurve 2, in the checkpoint they are liveCurve 1',
  },
  'early stopping that watches another number': {
    begun: { callbacks: () => [earlyStopping({ monitor: 'loss' })] },
    resumed: { callbacks: () => [earlyStopping({ monitor: 'val_loss' })] },
    says: 'earlyStopping: monitor is val_loss, in the checkpoint at this place loss',
  },
  'two of them in another order': {
    begun: {
      callbacks: () => [earlyStopping({ monitor: 'loss' }), earlyStopping({ monitor: 'loss', patience: 9 })],
    },
    resumed: {
      callbacks: () => [earlyStopping({ monitor: 'loss', patience: 9 }), earlyStopping({ monitor: 'loss' })],
    },
    says: 'earlyStopping: patience is 9, in the checkpoint at this place 3',
  },
  'a curve of other numbers': {
    begun: { callbacks: () => [liveCurve()] },
    resumed: { callbacks: () => [liveCurve({ series: { loss: 'a' } })] },
    says: /^liveCurve: series is \{"loss":"a"\}, in the checkpoint/,
  },
  'other epochs under a rate that falls to the last': {
    begun: { callbacks: () => [cosineRate({ peak: 0.1 })], train: batches },
    resumed: { callbacks: () => [cosineRate({ peak: 0.1 })], train: batches },
    says: 'cosineRate: epochs is 4, in the checkpoint 2',
  },

  'data that were read since they were made': {
    begun: { train: dataset(() => again) },
    resumed: { train: dataset(() => again) },
    says: 'the training data do not come out as when the checkpoint was made. Make the data set anew',
  },
  'a shuffle without a seed': {
    begun: { train: dataset(() => rowsOf().shuffle(8).batch(3)) },
    resumed: { train: dataset(() => rowsOf().shuffle(8).batch(3)) },
    says: 'give its shuffle a seed, shuffle(n, seed)',
  },
  'other data': {
    begun: { train: batches },
    resumed: { train: dataset(() => rowsOf().skip(1).batch(3)) },
    says: 'the training data do not come out',
  },
  'batches of another size': {
    begun: { train: batches },
    resumed: { train: dataset(() => rowsOf().batch(2)) },
    says: 'the training data have 4 batches, those of the checkpoint 3',
  },
  'data of another seed': {
    begun: { train: dataset(counted) },
    resumed: { train: dataset(() => Object.assign(counted(), { seed: 4 })) },
    says: "the data's seed is 4, the checkpoint's 3",
  },
  'data that do not count': {
    begun: { train: dataset(counted) },
    resumed: { train: dataset(() => counted().take(9)) },
    says: 'when the checkpoint was made the training data had an epoch, now they have none',
  },
  'no validation data': {
    begun: {
      train: dataset(
        () => rowsOf().batch(3),
        () => ({ validationData: rowsOf().batch(3) }),
      ),
    },
    resumed: { train: batches },
    says: "the checkpoint's run had validation data in a data set",
  },
  'other validation data': {
    begun: {
      train: dataset(
        () => rowsOf().batch(3),
        () => ({ validationData: rowsOf().batch(3) }),
      ),
    },
    resumed: {
      train: dataset(
        () => rowsOf().batch(3),
        () => ({ validationData: rowsOf().shuffle(8, '2').batch(3) }),
      ),
    },
    says: 'the validation data do not come out',
  },
  'one iterator for each epoch': {
    begun: {
      train: dataset(
        () => rowsOf().batch(3).repeat(),
        () => ({ batchesPerEpoch: 2 }),
      ),
    },
    resumed: { train: dataset(() => rowsOf().batch(3).take(9)) },
    says: 'trained by {"method":"fitDataset","batchesPerEpoch":null}',
  },
  'fitDataset for fit': {
    resumed: { train: batches },
    says: /trained by \{"method":"fitDataset".*the checkpoint's was by \{"method":"fit"/,
  },
  'rows in order': { resumed: { train: tensors({ shuffle: false }) }, says: '"shuffled":false' },
  'other rows': { resumed: { train: tensors({ validationSplit: 0.5 }) }, says: '"rows":4' },
  'rows a batch': { resumed: { train: tensors({ batchSize: 2 }) }, says: '"batchSize":2' },

  'another momentum': {
    begun: { optimizer: () => tf.train.momentum(0.1, 0.9) },
    resumed: { optimizer: () => tf.train.momentum(0.1, 0.5) },
    says: "the optimizer Momentum has momentum 0.5, the checkpoint's 0.9: compile the model with that",
  },
  centered: {
    begun: { optimizer: () => tf.train.rmsprop(0.1) },
    resumed: { optimizer: () => tf.train.rmsprop(0.1, 0.9, 0, undefined, true) },
    says: "the optimizer RMSProp has centered true, the checkpoint's false",
  },
  'a layer frozen': {
    resumed: { layers: () => [gru({ trainable: false }), head()] },
    says: 'the model has a frozen GRU at 0, the checkpoint a GRU at 0',
  },
  'another layer with the same weights': {
    begun: {
      layers: () => [tf.layers.gru({ units: 3, inputShape }), tf.layers.dropout({ rate: 0.1 }), head()],
    },
    resumed: {
      layers: () => [tf.layers.gru({ units: 3, inputShape }), tf.layers.gaussianNoise({ stddev: 1 }), head()],
    },
    says: 'the model has a GaussianNoise at 1, the checkpoint a Dropout at 1',
  },
  'a layer more': {
    resumed: { layers: () => [gru({}), head(), tf.layers.dropout({ rate: 0.1 })] },
    says: 'the model has a Dropout at 2, the checkpoint no further layer',
  },
  'no states': {
    begun: {
      layers: () => [gru({ stateful: true, batchInputShape: [4, 3, 2] }), head()],
      train: tensors({ batchSize: 4 }),
    },
    resumed: { layers: () => [gru({}), head()], train: tensors({ batchSize: 4 }) },
    says: "the layer GRU at 0 has states none, the checkpoint's [4,3]",
  },
  'states of another batch, in a wrapper': {
    begun: {
      layers: () => [
        bidirectional({ layer: new GRU({ units: 2, stateful: true }), batchInputShape: [4, 3, 2] }),
        head(),
      ],
      train: tensors({ batchSize: 4 }),
    },
    resumed: {
      layers: () => [
        bidirectional({ layer: new GRU({ units: 2, stateful: true }), batchInputShape: [2, 3, 2] }),
        head(),
      ],
      train: tensors({ batchSize: 2 }),
    },
    says: "the layer GRU at 0/forwardLayer has states [2,2], the checkpoint's [4,2]",
  },
  'dropout without its seed': {
    begun: { layers: () => [gru({ dropout: 0.2, seed: 3 }), head()] },
    resumed: { layers: () => [gru({ dropout: 0.2 }), head()] },
    says: 'the layer GRU at 0 has no seed of its own, in the checkpoint it had one',
  },
};

/** What cannot be kept is refused when training begins, or at the first checkpoint. */
const unkept: Record<string, { run: Partial<Run>; says: string }> = {
  'a callback that did not enter': {
    run: { callbacks: () => [new Forgotten()] },
    says: 'checkpoint: forgotten must enter RunState.of(this.model) in its onTrainBegin',
  },
  "tfjs' own early stopping": {
    run: { callbacks: () => [tf.callbacks.earlyStopping({ monitor: 'loss' })] },
    says: "cannot keep what tfjs' own EarlyStopping remembers: use earlyStopping of this library",
  },
  'an object of functions': {
    run: { callbacks: () => [{ onEpochEnd: async () => {} } as never] },
    says: 'checkpoint: tfjs takes no objects of functions beside it: make them new tf.CustomCallback({ … })',
  },
  'a state that is not JSON': {
    run: { callbacks: () => [new Giving({ json: { at: new Map() }, tensors: {} })] },
    says: 'what forgotten 1 gives as json by saveState() is not JSON',
  },
  'a state of words': {
    run: { callbacks: () => [new Giving({ json: 1, tensors: { words: tf.tensor(['a']) } })] },
    says: 'callbacks/0/words is a tensor of string, expected float32, int32 or bool',
  },
  'an optimizer with a map': {
    run: { optimizer: () => new Mapping(0.1, 0.9, 0.999) },
    says: 'the optimizer Adam keeps in "seen" what a checkpoint cannot hold',
  },
};

describe('a run that cannot go on to the same bytes', () => {
  let folder: string;
  before(() => ready());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'refused-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function compiled({
    layers = () => [gru({}), head()],
    optimizer = () => tf.train.adam(0.03),
  }: Partial<Run>) {
    seed(2);
    const model = tf.sequential({ layers: layers() });
    model.compile({ optimizer: optimizer(), loss: 'meanSquaredError' });
    return model;
  }

  const messageOf = (work: () => Promise<unknown>) =>
    work().then(
      () => 'nothing',
      (error: Error) => error.message,
    );

  async function train(run: Partial<Run>, more: tf.Callback[] = []) {
    const model = compiled(run);
    const saved = checkpoint({ folder });
    const resumed = await saved.resume(model);
    const { epochs = 2, initialEpoch = resumed, callbacks = () => [] } = run;
    await captureDisplays(() =>
      (run.train ?? tensors())()(model, {
        epochs,
        initialEpoch,
        verbose: 0,
        callbacks: [...callbacks(), saved, ...more],
      }),
    );
    return model;
  }

  for (const [name, { begun = {}, resumed, says }] of Object.entries(refused)) {
    it(`is refused: ${name}`, async () => {
      await train(begun);
      const message = await messageOf(() => train({ ...resumed, epochs: 4 }));
      expect(message).to.match(/^[a-z][A-Za-z]*: /);
      if (says instanceof RegExp) expect(message).to.match(says);
      else expect(message).to.contain(says);
    });
  }

  for (const [name, { run, says }] of Object.entries(unkept)) {
    it(`is refused as it begins: ${name}`, async () => {
      expect(await messageOf(() => train(run))).to.contain(says);
    });
  }

  it('is refused where any callback comes after the checkpoint', async () => {
    expect(await messageOf(() => train({}, [progressBar({ to: 'lines' })]))).to.equal(
      'checkpoint: must come after ProgressBar in the list of callbacks',
    );
  });

  it('is refused where another model is trained than was resumed', async () => {
    await train({});
    const saved = checkpoint({ folder });
    const initialEpoch = await saved.resume(compiled({}));
    const { x, y } = arrays();
    const args = { epochs: 4, initialEpoch, verbose: 0, batchSize: 3, callbacks: [saved] } as tf.ModelFitArgs;
    expect(await messageOf(() => compiled({}).fit(x, y, args))).to.equal(
      'checkpoint: the model in training is not the one that was resumed, or was compiled since: resume it after that',
    );
  });

  it('goes on where the model was used and changed between resume and fit', async () => {
    const { x, y } = arrays();
    const stateful = {
      layers: () => [gru({ stateful: true, batchInputShape: [4, 3, 2], dropout: 0.2, seed: 1 }), head()],
    };
    const end = async (epochs: number, use: (model: tf.LayersModel) => void) => {
      const [model, saved] = [compiled(stateful), checkpoint({ folder })];
      const initialEpoch = await saved.resume(model);
      use(model);
      await model.fit(x, y, { epochs, initialEpoch, verbose: 0, batchSize: 4, callbacks: [saved] });
      return model.getWeights().map((weight) => [...weight.dataSync()]);
    };
    const whole = await end(4, () => {});
    rmSync(folder, { recursive: true });
    await end(2, () => {});
    const rest = await end(4, (model) => {
      model.predict(x, { batchSize: 4 });
      model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    });
    expect(rest).to.deep.equal(whole);
  });

  it('is refused with data in fit, and with data that do not count', async () => {
    const saved = checkpoint({ folder, data: { epoch: 0 } });
    const { x, y } = arrays();
    expect(await messageOf(() => compiled({}).fit(x, y, { verbose: 0, callbacks: [saved] }))).to.equal(
      'checkpoint: data is for fitDataset, this is fit',
    );
    expect(() => checkpoint({ folder, data: rowsOf() as never })).to.throw(
      'checkpoint: data.epoch must be a whole number of at least 0, got undefined',
    );
  });

  it('is refused where Math.random is no longer the seeded one', async () => {
    const model = compiled({});
    const { random } = Math;
    Math.random = () => 0.5;
    const { x, y } = arrays();
    const message = await messageOf(() =>
      model.fit(x, y, { verbose: 0, callbacks: [checkpoint({ folder })] }),
    );
    Math.random = random;
    expect(message).to.contain('checkpoint: Math.random was replaced').contain('call seed(n) after that');
  });

  it('is refused from a checkpoint of an earlier layout', async () => {
    await train({});
    const [path] = readdirSync(folder).map((name) => join(folder, name));
    const { tensors: all, metadata } = await readSafetensors(path);
    await writeSafetensors(path, all, { ...metadata, format: 'recurrent checkpoint 1' });
    rmSync(join(folder, readdirSync(folder).sort()[1]));
    expect(await messageOf(() => train({ epochs: 4 }))).to.match(
      /^checkpoint: .*epoch-00001.safetensors was made by an earlier version.* train again, in another folder$/,
    );
  });

  it('is refused outside fit and fitDataset', async () => {
    const [model, saved] = [compiled({}), checkpoint({ folder })];
    saved.setModel((model as unknown as { model: tf.LayersModel }).model as never);
    expect(await messageOf(() => saved.onTrainBegin())).to.equal(
      'checkpoint: is for the callbacks of fit and fitDataset',
    );
  });
});
