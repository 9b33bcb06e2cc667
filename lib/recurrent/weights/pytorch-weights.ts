import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import type { tf } from '../../tensor';
import { Bidirectional } from '../layers/bidirectional';
import { GRU } from '../layers/layers';
import { RecurrentLayer } from '../layers/recurrent-layer';
import { fromTorchCell, GATES, type TorchCell, toTorchCell, transposed } from './pytorch-layout';

/** Which module of the state dict a layer is, by the layer's name: `rnn`, or `rnn[1]` for a stacked module's second. */
export type ModuleNames = Readonly<Record<string, string>>;

type Tensors = Record<string, TensorData>;

/** The recurrent layers of a layer, with PyTorch's suffix for each: one, or the two directions. */
function directions(layer: tf.layers.Layer): [RecurrentLayer, string][] {
  if (layer instanceof RecurrentLayer) return [[layer, '']];
  if (!(layer instanceof Bidirectional)) return [];
  return [
    [layer.forwardLayer, ''],
    [layer.backwardLayer, '_reverse'],
  ];
}

/** Whether a layer is a linear one, at every step of a sequence too, which PyTorch's linear modules are by themselves. */
function isLinear(layer: tf.layers.Layer): boolean {
  const inner = (layer as tf.layers.Layer & { layer?: tf.layers.Layer }).layer;
  const one = layer.getClassName() === 'TimeDistributed' && inner ? inner : layer;
  return one.getClassName() === 'Dense';
}

function torchCell(layer: RecurrentLayer): TorchCell {
  const gates = GATES[layer.getClassName() as keyof typeof GATES];
  const twoBiases = layer instanceof GRU;
  if (twoBiases && !layer.resetAfter) fail(layer.name, 'PyTorch has no GRU with resetAfter: false');
  return { gates, units: layer.units, useBias: layer.getConfig().useBias as boolean, twoBiases };
}

/** Modules of a state dict: recurrent ones with a place for each stacked layer, and the others that have a weight. */
function modulesOf(tensors: Tensors): { recurrent: string[]; plain: string[] } {
  const recurrent = new Set<string>();
  const plain: string[] = [];
  for (const name of Object.keys(tensors)) {
    const stacked = /^(?:(.*)\.)?weight_ih_l(\d+)$/.exec(name);
    if (stacked) recurrent.add(`${stacked[1] ?? ''}[${stacked[2]}]`);
    else if (name.endsWith('.weight')) plain.push(name.slice(0, -'.weight'.length));
  }
  const place = (slot: string) => Number(slot.slice(slot.lastIndexOf('[') + 1, -1));
  return { recurrent: [...recurrent].sort((a, b) => place(a) - place(b)), plain };
}

/** The module of each layer that has weights. */
function matchModules(
  model: LayersModel,
  tensors: Tensors,
  names: ModuleNames,
): Map<tf.layers.Layer, string> {
  const { recurrent, plain } = modulesOf(tensors);
  const layers = model.layers.filter((layer) => layer.weights.length > 0);
  const unknown = Object.keys(names).filter((name) => !layers.some((layer) => layer.name === name));
  if (unknown.length > 0) fail('loadWeights', `the model has no layer ${unknown.join(', ')} with weights`);
  const match = new Map<tf.layers.Layer, string>();
  for (const isRecurrent of [true, false]) {
    const ours = layers.filter((layer) => directions(layer).length > 0 === isRecurrent);
    const theirs = isRecurrent ? recurrent : plain;
    const stacked = new Set(theirs.map((slot) => slot.slice(0, slot.lastIndexOf('[')))).size === 1;
    const inOrder = theirs.length === ours.length && (ours.length === 1 || (isRecurrent && stacked));
    for (const [i, layer] of ours.entries()) {
      const named = names[layer.name] ?? (inOrder ? theirs[i] : layer.name);
      const slot = isRecurrent && !named.endsWith(']') ? `${named}[0]` : named;
      if (!theirs.includes(slot)) {
        const hint = `say which with names: { ${layer.name}: '…' }; the file has ${theirs.join(', ') || 'none'}`;
        fail('loadWeights', `no module for layer ${layer.name}: ${hint}`);
      }
      match.set(layer, slot);
    }
  }
  return match;
}

/** A tensor's name in a recurrent module: `rnn.weight_ih_l0_reverse`. */
function torchName(slot: string, name: string, direction: string): string {
  const bracket = slot.lastIndexOf('[');
  const module = slot.slice(0, bracket);
  return `${module ? `${module}.` : ''}${name}_l${slot.slice(bracket + 1, -1)}${direction}`;
}

/** The weights of each layer out of a PyTorch state dict. */
export function fromTorch(
  model: LayersModel,
  tensors: Tensors,
  names: ModuleNames,
): Map<tf.layers.Layer, TensorData[]> {
  const left = new Set(Object.keys(tensors));
  const take = (name: string): TensorData | undefined => {
    left.delete(name);
    return tensors[name];
  };
  const weights = new Map<tf.layers.Layer, TensorData[]>();
  for (const [layer, slot] of matchModules(model, tensors, names)) {
    const both = directions(layer);
    if (both.length > 0) {
      const cells = both.map(([inner, direction]) =>
        fromTorchCell(torchCell(inner), (name) => take(torchName(slot, name, direction)), slot),
      );
      weights.set(layer, cells.flat());
      continue;
    }
    const weight = take(`${slot}.weight`) as TensorData;
    const bias = take(`${slot}.bias`);
    weights.set(layer, [isLinear(layer) ? transposed(weight) : weight, ...(bias ? [bias] : [])]);
  }
  if (left.size > 0) fail('loadWeights', `no layer takes ${[...left].join(', ')}`);
  return weights;
}

/** A PyTorch state dict of the layers' weights: modules are called as the layers are. */
export function toTorch(layers: ReadonlyMap<tf.layers.Layer, TensorData[]>): Tensors {
  const tensors: Tensors = {};
  for (const [layer, weights] of layers) {
    const both = directions(layer);
    const each = both.length > 0 ? weights.length / both.length : 0;
    for (const [i, [inner, direction]] of both.entries()) {
      const cell = toTorchCell(torchCell(inner), weights.slice(i * each, (i + 1) * each));
      for (const [name, tensor] of Object.entries(cell))
        tensors[torchName(`${layer.name}[0]`, name, direction)] = tensor;
    }
    if (both.length > 0) continue;
    if (weights.length > 2)
      fail('saveWeights', `${layer.name} (${layer.getClassName()}) has no counterpart in PyTorch`);
    tensors[`${layer.name}.weight`] = isLinear(layer) ? transposed(weights[0]) : weights[0];
    if (weights[1]) tensors[`${layer.name}.bias`] = weights[1];
  }
  return tensors;
}
