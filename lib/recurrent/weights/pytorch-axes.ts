import type { LayersModel, Shape, SymbolicTensor } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import type { tf } from '../../tensor';
import { isModel, stepLayer } from '../layers/model-layers';

type Layer = tf.layers.Layer;

/**
 * How a tensor's axes after the batch stand in PyTorch, where channels come first: [1, 2, 0] for (height, width,
 * channels). Null where no layer before has channels; 'mixed' for features made of several axes in another order than
 * PyTorch has them.
 */
export type Axes = readonly number[] | 'mixed' | null;

/** The axes of what goes into each layer, at each of its calls. */
export type InputAxes = ReadonlyMap<Layer, readonly { readonly axes: Axes; readonly shape: Shape }[]>;

const SPATIAL =
  /^(Conv|SeparableConv|DepthwiseConv|MaxPooling|AveragePooling|UpSampling|ZeroPadding|Cropping)(\d)D/;
const JOINING = ['Add', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate'];
/** Layers with weights that leave a number in its place. */
const IN_PLACE = ['BatchNormalization', 'LayerNormalization', 'PReLU'];

const inOrder = (axes: readonly number[]) => axes.every((axis, i) => i === 0 || axes[i - 1] < axis);
const counting = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Whether axes laid out one after the other come in PyTorch's order; those of one number don't matter. */
const flattensAlike = (axes: readonly number[], sizes: Shape) =>
  inOrder(axes.filter((_, i) => sizes[i] !== 1));

function joined(inputs: readonly Axes[]): Axes {
  if (inputs.includes('mixed')) return 'mixed';
  const known = inputs.filter((axes) => axes !== null);
  return known.every((axes) => String(axes) === String(known[0])) ? (known[0] ?? null) : 'mixed';
}

function flattened(axes: Axes, sizes: Shape, channelsFirst: boolean): Axes {
  if (axes === 'mixed') return axes;
  // Keras' Flatten of channelsFirst puts them last, wherever they came from.
  const before = axes ?? counting(sizes.length);
  const [first, ...rest] = counting(sizes.length);
  const order = channelsFirst && sizes.length > 1 ? [...rest, first] : [first, ...rest];
  if (!axes && !channelsFirst) return null;
  return flattensAlike(
    order.map((i) => before[i]),
    order.map((i) => sizes[i]),
  )
    ? null
    : 'mixed';
}

function reshaped(axes: Axes, sizes: Shape, into: Shape): Axes {
  if (axes === null || axes === 'mixed' || flattensAlike(axes, sizes)) return axes === 'mixed' ? axes : null;
  const channelsStay = axes.at(-1) === 0 && sizes.at(-1) === into.at(-1);
  if (!channelsStay || !flattensAlike(axes.slice(0, -1), sizes.slice(0, -1))) return 'mixed';
  return [...counting(into.length - 1).map((i) => i + 1), 0];
}

/** What a layer that is no model makes of its inputs' axes. */
function through(layer: Layer, inputs: readonly Axes[], from: Shape, into: Shape): Axes {
  const name = layer.getClassName();
  const [axes = null] = inputs;
  const config = layer.getConfig();
  const channelsFirst = config.dataFormat === 'channelsFirst';
  const spatial = SPATIAL.exec(name);
  if (spatial) {
    const places = counting(Number(spatial[2])).map((i) => i + 1);
    return channelsFirst ? [0, ...places] : [...places, 0];
  }
  if (JOINING.includes(name)) return joined(inputs);
  if (name === 'Flatten') return flattened(axes, from.slice(1), channelsFirst);
  if (name === 'Reshape') return reshaped(axes, from.slice(1), into.slice(1));
  if (name === 'RepeatVector') return axes;
  if (name === 'Permute' && Array.isArray(axes)) {
    return (config.dims as number[]).map((axis) => (axes as readonly number[])[axis - 1]);
  }
  const inPlace = layer.weights.length === 0 ? String(from) === String(into) : IN_PLACE.includes(name);
  return inPlace || (name === 'Permute' && axes === 'mixed') ? axes : null;
}

class AxesOfModel {
  readonly inputs = new Map<Layer, { axes: Axes; shape: Shape }[]>();

  /** The axes of a model's outputs, from those of its inputs. */
  outputs(model: LayersModel, given: readonly Axes[]): Axes[] {
    const known = new Map<SymbolicTensor, Axes>(model.inputs.map((input, i) => [input, given[i] ?? null]));
    return model.outputs.map((output) => this.of(output, known));
  }

  private of(tensor: SymbolicTensor, known: Map<SymbolicTensor, Axes>): Axes {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    const { inputTensors, outputTensors } = tensor.sourceLayer.inboundNodes[tensor.nodeIndex];
    const inputs = inputTensors.map((input) => this.of(input, known));
    const shapes = [...inputTensors, tensor].map(({ shape }) => shape);
    const made = this.call(
      tensor.sourceLayer,
      inputs,
      shapes[0] ?? [],
      outputTensors.map(({ shape }) => shape),
    );
    for (const [i, output] of outputTensors.entries()) known.set(output, made[i]);
    return made[outputTensors.indexOf(tensor)];
  }

  private call(layer: Layer, inputs: readonly Axes[], from: Shape, into: readonly Shape[]): Axes[] {
    if (isModel(layer)) return this.outputs(layer, inputs);
    const inner = stepLayer(layer);
    if (inner !== layer) return this.everyStep(inner, inputs[0], from, into);
    this.inputs.set(layer, [
      ...(this.inputs.get(layer) ?? []),
      ...inputs.map((axes) => ({ axes, shape: from })),
    ]);
    return into.map((shape) => through(layer, inputs, from, shape));
  }

  /** Time comes after the batch there as here. */
  private everyStep(inner: Layer, axes: Axes, from: Shape, into: readonly Shape[]): Axes[] {
    const within = Array.isArray(axes)
      ? axes[0] === 0
        ? axes.slice(1).map((axis) => axis - 1)
        : null
      : axes;
    const step = ([batch, , ...rest]: Shape): Shape => [batch, ...rest];
    return this.call(inner, [within], step(from), into.map(step)).map((made) =>
      Array.isArray(made) ? [0, ...made.map((axis) => axis + 1)] : made,
    );
  }
}

/**
 * How what goes into each layer of a model stands in PyTorch.
 *
 * @throws RecurrentError for a layer whose weights belong to features in another order than PyTorch's: channels are
 *   the last axis here and the first there, and so are they in what `Flatten` makes of them
 */
export function torchAxes(where: string, model: LayersModel): InputAxes {
  const axes = new AxesOfModel();
  if (model.layers.length > 0) axes.outputs(model, []);
  for (const [layer, inputs] of axes.inputs) {
    if (layer.weights.length === 0 || !inputs.some((input) => input.axes === 'mixed')) continue;
    const order = 'PyTorch flattens channels first, this model channels last';
    const way = 'put tf.layers.permute before the Flatten or Reshape, with the channels’ axis first';
    fail(where, `layer ${layer.name} (${layer.getClassName()}) takes flattened channels: ${order}; ${way}`);
  }
  return axes.inputs;
}
