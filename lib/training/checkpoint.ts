import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail, RecurrentError, refuseUnknown, wholeNumber } from '../errors';
import type { TensorData } from '../files/safetensors';
import { Bidirectional } from '../recurrent/layers/bidirectional';
import { RecurrentLayer } from '../recurrent/layers/recurrent-layer';
import { type RandomState, randomState, type SeededState, setRandomState, tf } from '../tensor';
import { type CheckpointContent, readCheckpoint, writeCheckpoint } from './checkpoint-file';
import { type Logs, numbersOf } from './logs';
import { type OptimizerNumbers, restoreOptimizer, saveOptimizer } from './optimizer-state';
import { RunState } from './run-state';

/** Data that shuffle by the number of the pass, as `windows(..., { shuffle: true })` do. */
export interface ShuffledData {
  epoch: number;
  readonly seed?: number | null;
}

export interface CheckpointOptions {
  /** Where the files go; made where it is missing. One training run has one folder. */
  folder: string;
  /** Epochs from one checkpoint to the next; default 1. */
  every?: number;
  /** How many of the latest are kept; default 2, so that there is one before a damaged one. */
  keep?: number;
  /** The training data, where they are shuffled: their place in the order is kept too. */
  data?: ShuffledData;
}

interface SavedRun {
  /** The epoch that comes next, from 0. */
  epoch: number;
  stopped: boolean;
  random: SeededState;
  optimizer: OptimizerNumbers;
  callbacks: Record<string, unknown>;
  dropout: Record<string, RandomState | null>;
  data: { epoch: number; seed: number | null } | null;
  history: Record<string, number[]>;
}

const FILE = /^epoch-(\d+)\.safetensors$/;

async function toData(tensor: Tensor): Promise<TensorData> {
  return { shape: tensor.shape, data: (await tensor.data()) as TensorData['data'] };
}

/** The entries under `prefix/`, by the rest of their names. */
function below<T>(all: Record<string, T>, prefix: string): Record<string, T> {
  const inside = Object.entries(all).filter(([name]) => name.startsWith(`${prefix}/`));
  return Object.fromEntries(inside.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}

const under = <T>(prefix: string, all: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [`${prefix}/${name}`, value]));

const byPlace = (tensors: readonly Tensor[]) =>
  Object.fromEntries(tensors.map((tensor, i) => [String(i), tensor]));

/** The layers with states or dropout of their own. */
const recurrentLayers = (model: LayersModel) =>
  model.layers.flatMap((layer): RecurrentLayer[] => {
    if (layer instanceof Bidirectional) return layer.directions;
    return layer instanceof RecurrentLayer ? [layer] : [];
  });

/** Made by `checkpoint`. */
export class Checkpoint extends tf.Callback {
  private readonly folder: string;
  private readonly every: number;
  private readonly keep: number;
  private readonly data: ShuffledData | null;
  private brokenOff = false;
  private restored: { run: SavedRun; tensors: Record<string, TensorData> } | null = null;
  /** The numbers of all epochs so far, those before a resumption too. */
  history: Record<string, number[]> = {};

  constructor(options: CheckpointOptions) {
    super();
    refuseUnknown('checkpoint', options, ['folder', 'every', 'keep', 'data']);
    if (!options.folder) fail('checkpoint', `folder must be a path, got ${options.folder}`);
    this.folder = options.folder;
    this.every = wholeNumber('checkpoint', 'every', options.every ?? 1);
    this.keep = wholeNumber('checkpoint', 'keep', options.keep ?? 2);
    this.data = options.data ?? null;
  }

  /**
   * Puts the latest whole checkpoint of the folder into the model and its optimizer; a damaged one is named on
   * standard error and the one before it used.
   *
   * @param model compiled, of the same layers
   * @returns the epoch to go on with, which `fitDataset` takes as `initialEpoch`: 0 where there is no checkpoint,
   *   Infinity where early stopping had ended the run
   * @throws RecurrentError where all checkpoints are damaged, or they are another model's
   */
  async resume(model: LayersModel): Promise<number> {
    if (!model.optimizer) fail('checkpoint', 'the model must be compiled before it is resumed');
    const epochs = await this.savedEpochs();
    const damaged: string[] = [];
    for (const epoch of epochs.reverse()) {
      const content = await readCheckpoint(this.path(epoch)).catch((error) => {
        if (!(error instanceof RecurrentError)) throw error;
        damaged.push(error.message);
        return null;
      });
      if (!content) continue;
      for (const message of damaged) console.warn(`${message}; going on from ${this.path(epoch)}`);
      return this.restore(model, content);
    }
    if (damaged.length > 0)
      fail('checkpoint', `no checkpoint in ${this.folder} is whole (${damaged.join('; ')})`);
    return 0;
  }

  private restore(model: LayersModel, content: CheckpointContent): number {
    const run = content.state as SavedRun;
    this.checkModel(model, content.tensors);
    if (run.data && this.data && run.data.seed !== (this.data.seed ?? null)) {
      const seeds = `the data's seed is ${this.data.seed}, the checkpoint's ${run.data.seed}`;
      fail('checkpoint', `${seeds}: call seed(n) with the same n before the data are made`);
    }
    tf.tidy(() => {
      const tensors = this.tensorsOf(content.tensors);
      model.setWeights(Object.values(below(tensors, 'weights')));
      restoreOptimizer(model.optimizer, run.optimizer, below(tensors, 'optimizer'));
      for (const layer of recurrentLayers(model)) {
        const states = Object.values(below(tensors, `states/${layer.name}`));
        if (states.length > 0) layer.resetStates(states);
        layer.dropoutState = run.dropout[layer.name] ?? null;
      }
    });
    this.restored = { run, tensors: content.tensors };
    this.history = run.history;
    this.restorePlace(run);
    return run.stopped ? Number.POSITIVE_INFINITY : run.epoch;
  }

  private checkModel(model: LayersModel, tensors: Record<string, TensorData>): void {
    const saved = Object.values(below(tensors, 'weights')).map(({ shape }) => `[${shape}]`);
    const own = model.getWeights().map(({ shape }) => `[${shape}]`);
    if (String(saved) === String(own)) return;
    fail(
      'checkpoint',
      `the checkpoint's weights have shapes ${saved.join(' ')}, the model's ${own.join(' ')}`,
    );
  }

  private tensorsOf(data: Record<string, TensorData>): Record<string, Tensor> {
    const make = ({ data: numbers, shape }: TensorData) => tf.tensor(numbers, [...shape]);
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, make(value)]));
  }

  /** The random streams' and the data's place: set last of all, because making a model draws from them. */
  private restorePlace(run: SavedRun): void {
    setRandomState(run.random);
    if (run.data && this.data) this.data.epoch = run.data.epoch;
  }

  override async onTrainBegin(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const name of await readdir(this.folder)) {
      if (name.endsWith('.part')) await rm(join(this.folder, name), { force: true });
    }
    if (!this.restored) {
      const epochs = await this.savedEpochs();
      if (epochs.length > 0) {
        const found = `${this.folder} has checkpoints up to epoch ${epochs.at(-1)}`;
        fail('checkpoint', `${found}: go on from them by resume(model), or take another folder`);
      }
      this.history = {};
      return;
    }
    const { run, tensors } = this.restored;
    tf.tidy(() => {
      const all = this.tensorsOf(tensors);
      for (const [name, callback] of RunState.of(this.model).resumable) {
        const json = run.callbacks[name];
        if (json !== undefined) callback.restoreState({ json, tensors: below(all, `callbacks/${name}`) });
      }
    });
  }

  override async onEpochBegin(): Promise<void> {
    this.brokenOff = false;
    if (this.restored) this.restorePlace(this.restored.run);
    this.restored = null;
  }

  override async onBatchEnd(): Promise<void> {
    this.brokenOff = this.stopping();
  }

  private stopping(): boolean {
    return (this.model as unknown as { stopTraining_: boolean }).stopTraining_;
  }

  override async onEpochEnd(epoch: number, logs?: Logs): Promise<void> {
    const run = RunState.of(this.model);
    if (this.brokenOff || run.partialEpoch) return;
    for (const { stateName, seenEpoch } of run.resumable.values()) {
      if (seenEpoch < epoch) fail('checkpoint', `must come after ${stateName} in the list of callbacks`);
    }
    for (const [name, value] of Object.entries(await numbersOf(logs)))
      (this.history[name] ??= []).push(value);
    if ((epoch + 1) % this.every === 0 || this.stopping() || epoch + 1 === this.params.epochs) {
      await this.save(epoch + 1);
    }
  }

  override async onTrainEnd(): Promise<void> {
    if (this.restored) this.restorePlace(this.restored.run);
    this.restored = null;
  }

  private async save(epoch: number): Promise<void> {
    const { model } = this;
    const optimizer = saveOptimizer(model.optimizer);
    const layers = recurrentLayers(model);
    const callbacks = [...RunState.of(model).resumable].map(([name, c]) => ({ name, ...c.saveState() }));
    const tensors: Record<string, Tensor> = {
      ...under('weights', byPlace(model.getWeights())),
      ...under('optimizer', optimizer.tensors),
    };
    for (const layer of layers) Object.assign(tensors, under(`states/${layer.name}`, byPlace(layer.states)));
    for (const { name, tensors: kept } of callbacks) Object.assign(tensors, under(`callbacks/${name}`, kept));
    const run: SavedRun = {
      epoch,
      stopped: this.stopping(),
      random: randomState(),
      optimizer: optimizer.numbers,
      callbacks: Object.fromEntries(callbacks.map(({ name, json }) => [name, json])),
      dropout: Object.fromEntries(layers.map((layer) => [layer.name, layer.dropoutState])),
      data: this.data && { epoch: this.data.epoch, seed: this.data.seed ?? null },
      history: this.history,
    };
    const entries = Object.entries(tensors).map(
      async ([name, tensor]) => [name, await toData(tensor)] as const,
    );
    await writeCheckpoint(this.path(epoch), {
      state: run,
      tensors: Object.fromEntries(await Promise.all(entries)),
    });
    const earlier = (await this.savedEpochs()).filter((saved) => saved <= epoch);
    for (const old of earlier.slice(0, -this.keep)) await rm(this.path(old), { force: true });
  }

  private path(epoch: number): string {
    return join(this.folder, `epoch-${String(epoch).padStart(5, '0')}.safetensors`);
  }

  /** The epochs there are files of, in order. */
  private async savedEpochs(): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const epochs = names.map((name) => FILE.exec(name)).filter((match) => match !== null);
    return epochs.map((match) => Number(match?.[1])).sort((a, b) => a - b);
  }
}

/**
 * Saves training as it goes: weights, the optimizer's state, the epoch, random streams, and what early stopping and
 * the live curve remember. A file appears whole or not at all, so that a run killed at any moment goes on from
 * the last epoch it finished, to the very bytes it would have had. It comes last among the callbacks.
 *
 * @example
 * const saved = checkpoint({ folder: 'runs/gru', data: train });
 * await model.fitDataset(train, { epochs: 20, initialEpoch: await saved.resume(model), callbacks: [saved] });
 */
export function checkpoint(options: CheckpointOptions): Checkpoint {
  return new Checkpoint(options);
}
