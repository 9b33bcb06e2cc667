import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import type { tf } from '../../tensor';
import { bothDirections, layerNamed, layersOf, type PlacedLayer } from '../layers/model-layers';
import type { LayerWeights } from './layer-weights';
import { torchAxes } from './pytorch-axes';
import { fromTorchCell, GATES, type TorchCell, toTorchCell } from './pytorch-layout';
import { fromModule, toModule } from './pytorch-modules';

/** Which module of the state dict a layer is, by the layer's name: `rnn`, or `rnn[1]` for a stacked module's second. */
export type ModuleNames = Readonly<Record<string, string>>;

/** What PyTorch's normalisations add to a variance: one number for all layers, or by the layer's name. */
export type Epsilon = number | Readonly<Record<string, number>>;

type Tensors = Readonly<Record<string, TensorData>>;
type Layer = tf.layers.Layer;

/** Layers that a stacked module of PyTorch has between two of its own. */
const DROPS = ['Dropout', 'SpatialDropout1D'];

/** The recurrent layers of a layer, with PyTorch's suffix for each: one, or the two directions. */
function directions({ inner }: PlacedLayer): [Layer, string][] {
  if (inner.getClassName() in GATES) return [[inner, '']];
  return bothDirections(inner).map((layer, i) => [layer, i === 0 ? '' : '_reverse']);
}

/** The cell of a recurrent layer, of this library or of tfjs; refuses what PyTorch computes otherwise. */
function torchCell(where: string, name: string, layer: Layer, backward: boolean): TorchCell {
  const kind = layer.getClassName() as keyof typeof GATES;
  const config = layer.getConfig();
  const refuse = (option: string) =>
    fail(where, `layer ${name}: PyTorch has no ${kind} with ${option}: ${JSON.stringify(config[option])}`);
  if (!(kind in GATES)) fail(where, `layer ${name} (Bidirectional ${kind}) has no counterpart in PyTorch`);
  if (kind === 'GRU' && !config.resetAfter) refuse('resetAfter');
  if (config.goBackwards !== backward) refuse('goBackwards');
  const activations = kind === 'SimpleRNN' ? ['tanh', 'relu'] : ['tanh'];
  if (!activations.includes(config.activation as string)) refuse('activation');
  if (kind !== 'SimpleRNN' && config.recurrentActivation !== 'sigmoid') refuse('recurrentActivation');
  const { units, useBias } = config as { units: number; useBias: boolean };
  return { gates: GATES[kind], units, useBias, twoBiases: kind === 'GRU' };
}

/** Modules of a state dict: recurrent ones with a place for each stacked layer, and the others with weights. */
function modulesOf(tensors: Tensors): { recurrent: string[]; plain: string[] } {
  const recurrent = new Set<string>();
  const plain = new Set<string>();
  for (const name of Object.keys(tensors)) {
    const stacked = /^(?:(.*)\.)?weight_ih_l(\d+)$/.exec(name);
    const module = /^(?:(.*)\.)?(?:weight|running_mean)$/.exec(name);
    if (stacked) recurrent.add(`${stacked[1] ?? ''}[${stacked[2]}]`);
    else if (module) plain.add(module[1] ?? '');
  }
  const place = (slot: string) => Number(slot.slice(slot.lastIndexOf('[') + 1, -1));
  return { recurrent: [...recurrent].sort((a, b) => place(a) - place(b)), plain: [...plain] };
}

/** Whether a layer takes the whole output of the one before and nothing else, as in a stacked module. */
function follows(before: PlacedLayer, { layer }: PlacedLayer): boolean {
  const only = (one: Layer) =>
    one.inboundNodes.length === 1 && one.inboundNodes[0].inputTensors.length === 1
      ? one.inboundNodes[0].inputTensors[0]
      : null;
  let tensor = only(layer);
  while (tensor && DROPS.includes(tensor.sourceLayer.getClassName())) tensor = only(tensor.sourceLayer);
  return tensor?.sourceLayer === before.layer && (tensor.outputTensorIndex ?? 0) === 0;
}

/** The module that a layer's name stands for, where `names` has another one for it or for a model around it. */
function namedModules(
  layers: readonly PlacedLayer[],
  names: ModuleNames,
): (placed: PlacedLayer) => string | null {
  const around = (key: string) =>
    layers.some(({ path, name }) => path.length > 1 && name.startsWith(`${key}.`));
  const own = new Map<PlacedLayer, string>();
  for (const [key, module] of Object.entries(names))
    if (!around(key)) own.set(layerNamed('loadWeights', layers, key), module);
  return (placed) => {
    const { path } = placed;
    for (let n = path.length - 1; n > 0; n--) {
      const outer = names[path.slice(0, n).join('.')];
      if (!own.has(placed) && outer !== undefined) return [outer, ...path.slice(n)].filter(Boolean).join('.');
    }
    return own.get(placed) ?? null;
  };
}

/** The module of each layer that has weights. */
function matchModules(model: LayersModel, tensors: Tensors, names: ModuleNames): Map<PlacedLayer, string> {
  const { recurrent, plain } = modulesOf(tensors);
  const layers = layersOf(model).filter(({ layer }) => layer.weights.length > 0);
  const given = namedModules(layers, names);
  const match = new Map<PlacedLayer, string>();
  for (const isRecurrent of [true, false]) {
    const ours = layers.filter((placed) => directions(placed).length > 0 === isRecurrent);
    const theirs = isRecurrent ? recurrent : plain;
    const stacked = new Set(theirs.map((slot) => slot.slice(0, slot.lastIndexOf('[')))).size === 1;
    const chain =
      isRecurrent && stacked && ours.every((placed, i) => i === 0 || follows(ours[i - 1], placed));
    const inOrder = theirs.length === ours.length && (ours.length === 1 || chain);
    for (const [i, placed] of ours.entries()) {
      const named = given(placed) ?? (inOrder ? theirs[i] : placed.name);
      const slot = isRecurrent && !named.endsWith(']') ? `${named}[0]` : named;
      if (!theirs.includes(slot)) {
        const hint = `say which with names: { ${placed.name}: '…' }; the file has ${theirs.join(', ') || 'none'}`;
        fail('loadWeights', `no module for layer ${placed.name}: ${hint}`);
      }
      match.set(placed, slot);
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
  epsilon: Epsilon,
): LayerWeights[] {
  const where = 'loadWeights';
  const left = new Set(Object.keys(tensors));
  const take = (name: string): TensorData | undefined => {
    left.delete(name);
    return tensors[name];
  };
  const context = { where, epsilon, inputs: torchAxes(where, model) };
  const weights: LayerWeights[] = [];
  for (const [placed, slot] of matchModules(model, tensors, names)) {
    const { name, inner } = placed;
    const cells = directions(placed).map(([layer, direction]) =>
      fromTorchCell(
        torchCell(where, name, layer, direction !== ''),
        (tensor) => take(torchName(slot, tensor, direction)),
        slot,
      ),
    );
    const arrays = cells.length > 0 ? cells.flat() : fromModule(placed, context, slot, take);
    weights.push({ name, layer: inner, arrays });
  }
  if (left.size > 0) fail(where, `no layer takes ${[...left].join(', ')}`);
  return weights;
}

/** A PyTorch state dict of the layers' weights: modules are called as the layers are. */
export function toTorch(
  model: LayersModel,
  layers: ReadonlyMap<PlacedLayer, readonly TensorData[]>,
  epsilon: Epsilon,
): Record<string, TensorData> {
  const where = 'saveWeights';
  const context = { where, epsilon, inputs: torchAxes(where, model) };
  const all = [...layers].flatMap(([placed, arrays]) => {
    const both = directions(placed);
    if (both.length === 0) return Object.entries(toModule(placed, context, placed.name, arrays));
    const each = arrays.length / both.length;
    return both.flatMap(([layer, direction], i) => {
      const cell = torchCell(where, placed.name, layer, direction !== '');
      const tensors = toTorchCell(cell, arrays.slice(i * each, (i + 1) * each));
      const slot = `${placed.name}[0]`;
      return Object.entries(tensors).map(
        ([name, tensor]) => [torchName(slot, name, direction), tensor] as const,
      );
    });
  });
  const names = all.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail(where, `two layers would both be ${twice}: give them other names`);
  return Object.fromEntries(all);
}
