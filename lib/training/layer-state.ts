import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { RecurrentLayer } from '../recurrent/layers/recurrent-layer';
import { type RandomState, tf } from '../tensor';
import { type Layer, type PlacedLayer, placedLayers } from './layer-places';
import { byPlace, inPlace } from './named-tensors';
import { type CallbackState, savesItself } from './run-state';
import { restoreField, treeOf } from './state-tree';

/** How one kind of layer is saved and restored. */
interface Keeper {
  save(layer: Layer): CallbackState;
  /** The tensors stay the caller's. */
  restore(layer: Layer, state: CallbackState, where: string): void;
}

/** A layer in a checkpoint: what must be the same in the model that is resumed, and what is put into it. */
export interface SavedLayer {
  readonly place: string;
  readonly className: string;
  readonly trainable: boolean;
  readonly json: unknown;
}

const identityOf = ({ place, layer }: PlacedLayer) => ({
  place,
  className: layer.getClassName(),
  trainable: layer.trainable,
});

const describe = (layer?: Omit<SavedLayer, 'json'>) =>
  layer ? `a ${layer.trainable ? '' : 'frozen '}${layer.className} at ${layer.place}` : 'no further layer';

const shapesOf = (tensors: readonly Tensor[]) => tensors.map(({ shape }) => `[${shape}]`).join(' ') || 'none';

/** Requires the states that a layer has to be of the shapes of those that it gets. */
function checkStates(where: string, own: readonly Tensor[], saved: readonly Tensor[]): void {
  if (shapesOf(own) === shapesOf(saved)) return;
  fail('checkpoint', `${where} has states ${shapesOf(own)}, the checkpoint's ${shapesOf(saved)}`);
}

const itself: Keeper = {
  save: (layer) => (layer as Layer & { saveState(): CallbackState }).saveState(),
  restore: (layer, state) => (layer as Layer & { restoreState(s: CallbackState): void }).restoreState(state),
};

/** Our own recurrent layers: the states of stateful ones, and the stream of dropout with a seed of its own. */
const recurrent: Keeper = {
  save(layer) {
    const { states, dropoutState } = layer as RecurrentLayer;
    return { json: dropoutState, tensors: byPlace(states) };
  },
  restore(layer, { json, tensors }, where) {
    const own = layer as RecurrentLayer;
    const stream = json as RandomState | null;
    const states = inPlace(tensors);
    checkStates(where, own.states, states);
    if (states.length > 0) own.resetStates(states);
    if ((own.dropoutState === null) !== (stream === null)) {
      const [has, had] = stream === null ? ['a', 'none'] : ['no', 'one'];
      fail('checkpoint', `${where} has ${has} seed of its own, in the checkpoint it had ${had}`);
    }
    own.dropoutState = stream;
  },
};

type Stateful = Layer & { states: (Tensor | null)[]; resetStates(states: Tensor[]): void };

const statesOf = (layer: Layer) => (layer as Stateful).states.filter((state) => state !== null) as Tensor[];

/** The states of tfjs' own stateful layers. */
const stateful: Keeper = {
  save: (layer) => ({ json: null, tensors: byPlace(statesOf(layer)) }),
  restore(layer, { tensors }, where) {
    const states = inPlace(tensors);
    checkStates(where, statesOf(layer), states);
    if (states.length > 0) (layer as Stateful).resetStates(states);
  },
};

/** Outside tfjs' own GRU, LSTM and SimpleRNN its cells draw their dropout masks once, and keep them. */
const MASKS = ['dropoutMask', 'recurrentDropoutMask'];

/** A value to compare with, which stays what it is when the layer changes the value in place. */
function snapshot(value: unknown): unknown[] | null {
  const tensors: Record<string, Tensor> = {};
  const tree = treeOf('', value, tensors);
  return tree && [JSON.stringify(tree), ...Object.values(tensors)];
}

/** The fields of a layer that are no longer the same as when training began. */
class ChangingFields implements Keeper {
  private readonly before = new Map<Layer, Map<string, unknown[]>>();
  private readonly kept = new Map<Layer, Set<string>>();

  constructor(layers: readonly Layer[]) {
    for (const layer of layers) {
      this.before.set(layer, this.snapshots(layer));
      this.kept.set(layer, new Set(MASKS.filter((name) => name in layer)));
    }
  }

  private snapshots(layer: Layer): Map<string, unknown[]> {
    const fields = Object.entries(layer).map(([name, value]) => [name, snapshot(value)] as const);
    return new Map(fields.filter((field): field is [string, unknown[]] => field[1] !== null));
  }

  save(layer: Layer): CallbackState {
    const owner = layer as unknown as Record<string, unknown>;
    const kept = this.kept.get(layer) as Set<string>;
    const tensors: Record<string, Tensor> = {};
    const json: Record<string, unknown> = {};
    for (const [name, values] of this.snapshots(layer)) {
      const before = this.before.get(layer)?.get(name);
      const same = before?.length === values.length && values.every((value, i) => value === before[i]);
      if (!same || owner[name] instanceof tf.Variable) kept.add(name);
      if (kept.has(name)) json[name] = treeOf(name, owner[name], tensors);
    }
    return { json, tensors };
  }

  restore(layer: Layer, { json, tensors }: CallbackState): void {
    const owner = layer as unknown as Record<string, unknown>;
    for (const [name, tree] of Object.entries(json as Record<string, unknown>)) {
      this.kept.get(layer)?.add(name);
      if (MASKS.includes(name)) tf.dispose(owner[name] as Tensor);
      restoreField(owner, name, tree, tensors);
    }
  }
}

/** What a model's layers carry from one batch to the next beside their weights. */
export class LayerStates {
  private readonly layers: readonly PlacedLayer[];
  private readonly fields: ChangingFields;

  /** @param model as it is before it trains */
  constructor(model: LayersModel) {
    this.layers = placedLayers(model);
    this.fields = new ChangingFields(this.layers.map(({ layer }) => layer));
  }

  private keeperOf(layer: Layer): Keeper {
    if (savesItself(layer)) return itself;
    if (layer instanceof RecurrentLayer) return recurrent;
    return layer.stateful && 'states' in layer ? stateful : this.fields;
  }

  /** @returns the tensors of each layer, in the order of the layers, are the layers' own */
  save(): { layers: SavedLayer[]; tensors: CallbackState['tensors'][] } {
    const states = this.layers.map(({ layer }) => this.keeperOf(layer).save(layer));
    const layers = this.layers.map((placed, i) => ({ ...identityOf(placed), json: states[i].json }));
    return { layers, tensors: states.map(({ tensors }) => tensors) };
  }

  /**
   * Requires the model to have the checkpoint's layers at their places, and the same ones of them frozen.
   *
   * @throws RecurrentError where it has not
   */
  check(saved: readonly SavedLayer[]): void {
    for (let i = 0; i < Math.max(this.layers.length, saved.length); i++) {
      const own = this.layers[i] && identityOf(this.layers[i]);
      const [has, had] = [describe(own), describe(saved[i])];
      if (has !== had) fail('checkpoint', `the model has ${has}, the checkpoint ${had}`);
    }
  }

  /** Puts the saved states into the layers; the tensors stay the caller's. */
  restore(saved: readonly SavedLayer[], tensors: readonly CallbackState['tensors'][]): void {
    for (const [i, { place, layer }] of this.layers.entries()) {
      const where = `the layer ${layer.getClassName()} at ${place}`;
      this.keeperOf(layer).restore(layer, { json: saved[i].json, tensors: tensors[i] }, where);
    }
  }
}
