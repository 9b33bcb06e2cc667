import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import { tf } from '../../tensor';
import { bothDirections, isModel, stepLayer } from '../layers/model-layers';
import { type KerasConfig, requireKeras, requireSameOptions } from './keras-config';
import type { LayerWeights } from './layer-weights';
import { hasGivenName, matchByName } from './match-layers';
import type { KerasFile } from './weight-file';

type Layer = tf.layers.Layer;

type Cell = Layer & { readonly cells?: readonly Layer[] };

const RECURRENT = ['SimpleRNN', 'GRU', 'LSTM', 'RNN', 'ConvLSTM2D'];
const CLASSES: Readonly<Record<string, string>> = { Model: 'Functional', TorchEmbedding: 'Embedding' };

/** The folder of a class, as Keras 3's `to_snake_case` makes it: `conv2d` of Conv2D, `p_re_lu` of PReLU. */
const folderOf = (className: string): string =>
  (CLASSES[className] ?? className)
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** The folder of a class's `i`-th layer. */
const numbered = (folder: string, i: number) => (i === 0 ? folder : `${folder}_${i}`);

/** Layers side by side, by the folder of their class. */
function byFolder(layers: readonly Layer[]): Map<string, Layer[]> {
  const classes = new Map<string, Layer[]>();
  for (const layer of layers) {
    const folder = folderOf(layer.getClassName());
    classes.set(folder, [...(classes.get(folder) ?? []), layer]);
  }
  return classes;
}

const configsIn = (saved: KerasConfig | null, list: string) => (saved?.config[list] ?? []) as KerasConfig[];
const configOf = (saved: KerasConfig | null, part: string) =>
  (saved?.config[part] ?? null) as KerasConfig | null;

/** Goes through a model and Keras' folders side by side. */
class KerasFolders {
  readonly found: LayerWeights[] = [];
  readonly left: Set<string>;
  private readonly seen = new Set<Layer>();
  private readonly folders = new Set<string>();

  constructor(private readonly file: KerasFile) {
    const arrays = Object.keys(file.tensors);
    for (const path of [...arrays, ...file.names.keys()]) {
      const parts = path.split('/');
      for (let n = 1; n <= parts.length; n++) this.folders.add(parts.slice(0, n).join('/'));
    }
    // The state of a layer's random numbers is none of its weights.
    this.left = new Set(arrays.filter((path) => !path.includes('/seed_generator')));
  }

  /** A model's layers, which Keras counts by class. */
  inside(model: LayersModel, at: string, above: string, saved: KerasConfig | null): void {
    for (const [folder, layers] of byFolder(model.layers)) {
      const pathOf = (place: number) => `${at}/${numbered(folder, place)}`;
      let count = layers.length;
      while (this.folders.has(pathOf(count))) count++;
      const configs = configsIn(saved, 'layers').filter(({ class_name: name }) => folderOf(name) === folder);
      const names = Array.from(
        { length: count },
        (_, place) =>
          this.file.names.get(pathOf(place)) ?? (configs[place]?.config.name as string | undefined),
      );
      const ours = layers.map((layer) => ({ name: layer.name, given: hasGivenName(layer) }));
      for (const [i, place] of matchByName(this.file.where, ours, names, this.file.path).entries()) {
        const config = configs.find((one) => one.config.name === names[place]) ?? null;
        this.visit(layers[i], pathOf(place), `${above}${layers[i].name}`, config);
      }
    }
  }

  private visit(layer: Layer, at: string, name: string, saved: KerasConfig | null): void {
    if (this.seen.has(layer)) return;
    this.seen.add(layer);
    const inner = stepLayer(layer);
    if (isModel(layer)) this.inside(layer, `${at}/layers`, `${name}.`, saved);
    else if (inner !== layer) this.visit(inner, `${at}/layer`, name, configOf(saved, 'layer'));
    else if (bothDirections(layer).length > 0) this.bothWays(layer, at, name, saved);
    else if (RECURRENT.includes(layer.getClassName())) this.recurrent(layer, at, name, saved);
    else this.take(layer, [at], name, [[layer, saved]]);
  }

  private bothWays(layer: Layer, at: string, name: string, saved: KerasConfig | null): void {
    if (saved) requireSameOptions(this.file.where, name, layer, saved);
    const parts = ['forward_layer', 'backward_layer'];
    const configs = ['layer', 'backward_layer'].map((part) => configOf(saved, part));
    for (const [i, one] of bothDirections(layer).entries())
      this.visit(one, `${at}/${parts[i]}`, `${name}.${parts[i]}`, configs[i]);
  }

  /** A layer whose weights are its cell's, or those of several cells one on the other. */
  private recurrent(layer: Layer, at: string, name: string, saved: KerasConfig | null): void {
    const { cell } = layer as { cell?: Cell };
    const savedCell = configOf(saved, 'cell');
    const own: [Layer, KerasConfig | null] = [layer, saved];
    if (!(cell instanceof tf.layers.Layer)) this.take(layer, [`${at}/cell`], name, [own]);
    else if (!cell.cells) this.take(layer, [`${at}/cell`], name, [own, [cell, savedCell]]);
    else {
      const { cells } = cell;
      const configs = configsIn(savedCell, 'cells');
      const folders = new Map<Layer, string>();
      for (const [folder, same] of byFolder(cells))
        for (const [i, one] of same.entries()) folders.set(one, `${at}/cell/cells/${numbered(folder, i)}`);
      const each = cells.map((one, i): [Layer, KerasConfig | null] => [one, configs[i] ?? null]);
      this.take(
        layer,
        cells.map((one) => folders.get(one) as string),
        name,
        [own, ...each],
      );
    }
  }

  private take(
    layer: Layer,
    folders: readonly string[],
    name: string,
    options: readonly [Layer, KerasConfig | null][],
  ): void {
    const arrays: TensorData[] = [];
    for (const folder of folders) {
      for (let i = 0; this.left.delete(`${folder}/vars/${i}`); i++)
        arrays.push(this.file.tensors[`${folder}/vars/${i}`]);
    }
    if (layer.weights.length === 0 && arrays.length === 0) return;
    if (arrays.length === 0) {
      const all = [...this.folders].filter((folder) => /^layers\/[^/]+$/.test(folder)).join(', ');
      const kind = `layer ${name} (${layer.getClassName()})`;
      fail(this.file.where, `${kind} takes ${folders.join(', ')}, ${this.file.path} has none; it has ${all}`);
    }
    for (const [part, saved] of options) {
      if (this.file.major === 3) requireKeras(this.file.where, name, part);
      if (saved) requireSameOptions(this.file.where, name, part, saved);
    }
    this.found.push({ name, layer, arrays });
  }
}

/**
 * The weights of each layer out of what Keras 3 saved.
 *
 * @throws RecurrentError for a layer that the file has not, one that the model has not, and where a `.keras` says that
 *   a layer computes something else
 * @see https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py
 */
export function fromKeras(model: LayersModel, file: KerasFile): LayerWeights[] {
  const folders = new KerasFolders(file);
  folders.inside(model, 'layers', '', file.config);
  if (folders.left.size > 0) {
    const left = [...new Set([...folders.left].map((path) => path.replace(/\/vars\/\d+$/, '')))];
    const named = left.map((path) => (file.names.has(path) ? `${path} (${file.names.get(path)})` : path));
    fail(file.where, `no layer takes ${named.join(', ')} of ${file.path}`);
  }
  return folders.found;
}
