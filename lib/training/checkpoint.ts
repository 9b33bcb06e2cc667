import type { LayersModel } from '@tensorflow/tfjs';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import type { TensorData } from '../files/safetensors';
import { randomState, type SeededState, setRandomState, tf } from '../tensor';
import { holdMathRandom } from '../tensor/random';
import { checkCallbacks } from './check-callbacks';
import { isHeld } from './checkpoint-file';
import { CheckpointFolder } from './checkpoint-folder';
import { checkSeed, type DataPasses, type SavedPasses, type ShuffledData } from './data-passes';
import { type FitCall, fitCallOf } from './fit-call';
import { trainedModel } from './layer-places';
import { LayerStates, type SavedLayer } from './layer-state';
import { type Logs, numbersOf } from './logs';
import { below, byPlace, dataOf, inPlace, tensorsOf, under, underEach } from './named-tensors';
import {
  checkOptimizer,
  type OptimizerState,
  restoreOptimizer,
  saveOptimizer,
  settingsOf,
} from './optimizer-state';
import { putWeights } from './put-weights';
import { RunState } from './run-state';

export interface CheckpointOptions {
  /** Where the files go; made where it is missing. One training run has one folder. */
  folder: string;
  /** Epochs from one checkpoint to the next; default 1. */
  every?: number;
  /** How many of the latest are kept; default 2, so that there is one before a damaged one. */
  keep?: number;
  /**
   * What counts the passes of the training data and so decides their order, where `fitDataset` gets something made
   * of it, as `train.map(…)`. Default: the training data, where they have an `epoch` as those of `windows` have.
   */
  data?: ShuffledData;
}

/** How the model was being trained. */
type SavedCall =
  | { readonly method: 'fit'; readonly shuffled: boolean; readonly rows: number; readonly batchSize: number }
  | { readonly method: 'fitDataset'; readonly batchesPerEpoch: number | null };

interface SavedRun {
  /** The epoch that comes next, from 0. */
  epoch: number;
  stopped: boolean;
  random: SeededState;
  call: SavedCall;
  optimizer: OptimizerState;
  layers: SavedLayer[];
  callbacks: { place: string; json: unknown }[];
  data: SavedPasses | null;
  history: Record<string, number[]>;
}

/** A checkpoint that was read and not yet gone on from. */
interface Restored {
  readonly model: LayersModel;
  readonly run: SavedRun;
  readonly tensors: Record<string, TensorData>;
}

const flat = (data: Int32Array): TensorData => ({ shape: [data.length], data });

/** Made by `checkpoint`. */
export class Checkpoint extends tf.Callback {
  readonly watchesFit = true;
  private readonly folder: CheckpointFolder;
  private readonly every: number;
  private readonly data: ShuffledData | null;
  private brokenOff = false;
  private restored: Restored | null = null;
  private layers: LayerStates | null = null;
  private settings: OptimizerState['settings'] = {};
  /** The numbers of all epochs so far, those before a resumption too. */
  history: Record<string, number[]> = {};

  constructor(options: CheckpointOptions) {
    super();
    refuseUnknown('checkpoint', options, ['folder', 'every', 'keep', 'data']);
    if (!options.folder) fail('checkpoint', `folder must be a path, got ${options.folder}`);
    this.every = wholeNumber('checkpoint', 'every', options.every ?? 1);
    this.folder = new CheckpointFolder(options.folder, wholeNumber('checkpoint', 'keep', options.keep ?? 2));
    this.data = options.data ?? null;
    if (this.data) wholeNumber('checkpoint', 'data.epoch', this.data.epoch, 0);
  }

  /**
   * Puts the latest whole checkpoint of the folder into the model and its optimizer; a damaged one is named on
   * standard error and the one before it used.
   *
   * @param model compiled, of the same layers
   * @returns the epoch to go on with, which `fit` and `fitDataset` take as `initialEpoch`: 0 where there is no
   *   checkpoint, and the model is left as it is; Infinity where early stopping had ended the run
   * @throws RecurrentError where all checkpoints are damaged, or they are another model's or an earlier version's
   */
  async resume(model: LayersModel): Promise<number> {
    if (!model.optimizer) fail('checkpoint', 'the model must be compiled before it is resumed');
    const content = await this.folder.latest();
    if (!content) return 0;
    const run = content.state as SavedRun;
    if (this.data && run.data) checkSeed(this.data, run.data.counts[0]);
    this.restored = { model: trainedModel(model), run, tensors: content.tensors };
    this.restoreModel(this.restored, new LayerStates(model));
    this.history = run.history;
    setRandomState(run.random);
    return run.stopped ? Number.POSITIVE_INFINITY : run.epoch;
  }

  private restoreModel({ model, run, tensors }: Restored, layers: LayerStates): void {
    layers.check(run.layers);
    this.checkWeights(model, tensors);
    checkOptimizer(model.optimizer, run.optimizer);
    tf.tidy(() => {
      const all = tensorsOf(tensors);
      putWeights(model, inPlace(below(all, 'weights')));
      restoreOptimizer(model.optimizer, run.optimizer, below(all, 'optimizer'));
      layers.restore(
        run.layers,
        run.layers.map((_, i) => below(all, `layers/${i}`)),
      );
    });
  }

  private checkWeights(model: LayersModel, tensors: Record<string, TensorData>): void {
    const saved = inPlace(below(tensors, 'weights')).map(({ shape }) => `[${shape}]`);
    const own = model.getWeights().map(({ shape }) => `[${shape}]`);
    if (String(saved) === String(own)) return;
    fail(
      'checkpoint',
      `the checkpoint's weights have shapes ${saved.join(' ')}, the model's ${own.join(' ')}`,
    );
  }

  override async onTrainBegin(): Promise<void> {
    const { call } = this;
    if (this.data && call.method === 'fit') fail('checkpoint', 'data is for fitDataset, this is fit');
    checkCallbacks(this, call.callbacks, this.model);
    holdMathRandom('checkpoint');
    await this.folder.prepare();
    this.layers = new LayerStates(this.model);
    if (call.method === 'fitDataset' && this.data) call.passes.countTrainingBy(this.data);
    if (this.restored) return this.goOn(this.restored, call);
    const epochs = await this.folder.epochs();
    if (epochs.length > 0) {
      const found = `${this.folder.path} has checkpoints up to epoch ${epochs.at(-1)}`;
      fail('checkpoint', `${found}: go on from them by resume(model), or take another folder`);
    }
    this.history = {};
    this.settings = settingsOf(this.model.optimizer);
  }

  /** How the model is being trained. */
  private get call(): FitCall {
    return fitCallOf(this.model) ?? fail('checkpoint', 'is for the callbacks of fit and fitDataset');
  }

  private savedCall(call: FitCall): SavedCall {
    if (call.method === 'fitDataset') return { method: call.method, batchesPerEpoch: call.batchesPerEpoch };
    const { samples, batchSize } = this.params as { samples: number; batchSize: number };
    return { method: call.method, shuffled: call.rows !== null, rows: samples, batchSize };
  }

  /** Brings everything to where it was when the checkpoint was made. */
  private async goOn(restored: Restored, call: FitCall): Promise<void> {
    const { model, run, tensors } = restored;
    if (model !== this.model) {
      const other = 'the model in training is not the one that was resumed, or was compiled since';
      fail('checkpoint', `${other}: resume it after that`);
    }
    const [now, then] = [this.savedCall(call), run.call].map((each) => JSON.stringify(each));
    if (now !== then)
      fail('checkpoint', `the model is trained by ${now}, the checkpoint's was by ${then}: train it so`);
    this.restoreModel(restored, this.layers as LayerStates);
    this.settings = run.optimizer.settings;
    this.restoreCallbacks(restored);
    if (call.method === 'fit') call.rows?.restore(tensors.order.data as Int32Array);
    else await this.goOnReading(call.passes, restored);
    setRandomState(run.random);
  }

  private async goOnReading(passes: DataPasses, { run, tensors }: Restored): Promise<void> {
    const data = run.data as SavedPasses;
    const isOver = run.stopped || run.epoch >= (this.params.epochs as number);
    const continued = run.call.method === 'fitDataset' && run.call.batchesPerEpoch !== null;
    if (isOver) passes.restoreCounts(data);
    else await passes.replay(data, tensors.draws.data as Int32Array, continued);
  }

  private restoreCallbacks({ run, tensors }: Restored): void {
    const { resumable } = RunState.of(this.model);
    const list = (places: Iterable<string>) => [...places].join(', ') || 'none';
    const [now, then] = [list(resumable.keys()), list(run.callbacks.map(({ place }) => place))];
    if (now !== then) {
      fail(
        'checkpoint',
        `the callbacks with something to keep are ${now}, in the checkpoint they are ${then}`,
      );
    }
    tf.tidy(() => {
      const all = tensorsOf(tensors);
      for (const [i, callback] of [...resumable.values()].entries()) {
        callback.restoreState({ json: run.callbacks[i].json, tensors: below(all, `callbacks/${i}`) });
      }
    });
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.brokenOff = false;
    if (this.restored) {
      const { run } = this.restored;
      if (run.stopped)
        fail('checkpoint', 'the run was over: give what resume(model) returned as initialEpoch');
      if (epoch !== run.epoch) {
        fail('checkpoint', `resume(model) returned ${run.epoch}: give that as initialEpoch, got ${epoch}`);
      }
    }
    this.restored = null;
    if (this.call.method === 'fit') this.call.rows?.beginEpoch(epoch, this.params.samples as number);
  }

  override async onBatchEnd(): Promise<void> {
    this.brokenOff = this.stopping();
  }

  private stopping(): boolean {
    return (this.model as unknown as { stopTraining_: boolean }).stopTraining_;
  }

  override async onEpochEnd(epoch: number, logs?: Logs): Promise<void> {
    if (this.brokenOff || RunState.of(this.model).partialEpoch) return;
    for (const [name, value] of Object.entries(await numbersOf(logs)))
      (this.history[name] ??= []).push(value);
    if ((epoch + 1) % this.every === 0 || this.stopping() || epoch + 1 === this.params.epochs) {
      await this.save(epoch + 1);
    }
  }

  override async onTrainEnd(): Promise<void> {
    if (this.restored) setRandomState(this.restored.run.random);
    this.restored = null;
  }

  private async save(epoch: number): Promise<void> {
    const { model, call } = this;
    const optimizer = saveOptimizer(model.optimizer, this.settings);
    const layers = (this.layers as LayerStates).save();
    const places = [...RunState.of(model).resumable];
    const callbacks = places.map(([place, callback]) => ({ place, ...callback.saveState() }));
    const passes = call.method === 'fitDataset' ? call.passes : null;
    const run: SavedRun = {
      epoch,
      stopped: this.stopping(),
      random: randomState(),
      call: this.savedCall(call),
      optimizer: optimizer.state,
      layers: layers.layers,
      callbacks: callbacks.map(({ place, json }) => ({ place, json })),
      data: passes?.save() ?? null,
      history: this.history,
    };
    for (const { place, json } of [...run.layers, ...run.callbacks]) {
      if (!isHeld(json)) fail('checkpoint', `what ${place} gives as json by saveState() is not JSON`);
    }
    const numbers = await dataOf({
      ...under('weights', byPlace(model.getWeights())),
      ...under('optimizer', optimizer.tensors),
      ...underEach('layers', layers.tensors),
      ...underEach(
        'callbacks',
        callbacks.map(({ tensors }) => tensors),
      ),
    });
    if (passes) numbers.draws = flat(passes.draws);
    if (call.method === 'fit' && call.rows) numbers.order = flat(call.rows.order);
    await this.folder.write(epoch, { state: run, tensors: numbers });
  }
}

/**
 * Saves training as it goes, so that a run killed at any moment goes on from the last epoch it finished, to the very
 * bytes it would have had, or says why it cannot. It comes last among the callbacks of `fit` or `fitDataset`; a file
 * appears whole or not at all.
 *
 * A checkpoint keeps what a run carries from one epoch to the next:
 *
 * - all weights, frozen ones and moving averages too, and which layers are frozen;
 * - all fields of the optimizer, its learning rate too: a resumed run has the rate that the broken one had reached,
 *   whatever the model was compiled with; other settings must be the same;
 * - what layers carry beside weights, by their places in the model and whatever their names, also inside wrappers,
 *   stacked cells and inner models: the states of stateful ones, ours and tfjs' own; where the dropout of ours with a
 *   `seed` stands; dropout masks of tfjs' cells; and of other layers the fields that change in training, where they are
 *   numbers, strings, booleans, tensors, or lists and plain objects of them. A layer that carries something else
 *   implements `ResumableLayer`, or it is not kept;
 * - what callbacks carry that are a `ResumableCallback`, as `earlyStopping` with its best weights, `liveCurve` and
 *   `cosineRate`; several of a class are told apart by their order. A resumed run must have the same of them. Others,
 *   as `progressBar` and `clipGradients`' bounds, are as the resumed run is told, and a callback of your own that is
 *   no `ResumableCallback` begins anew;
 * - where the seeded streams stand. Where `seed(n)` was not called, they begin at random and are kept all the same;
 * - the order of the rows, which `fit` shuffles anew from that of the epoch before;
 * - the place in the data sets of `fitDataset`, training's and validation's. Data with an `epoch`, as those of
 *   `windows`, or those that `data` counts for, go on by that number. All others are read again as often as they were
 *   read, without training, which takes a resumed run that time, and must come out the same: a new data set whose
 *   shuffle has a seed. With `batchesPerEpoch` one iterator goes on over the epochs, and is read again to its place.
 *
 * @throws RecurrentError (from `fit` and `fitDataset`) where the folder has checkpoints and none was resumed, another
 *   callback comes after this one, something cannot be kept, or a resumed run differs from the one it goes on from
 *
 * @example
 * const saved = checkpoint({ folder: 'runs/gru' });
 * await model.fitDataset(train, { epochs: 20, initialEpoch: await saved.resume(model), callbacks: [saved] });
 */
export function checkpoint(options: CheckpointOptions): Checkpoint {
  return new Checkpoint(options);
}
