import { fail } from '../../errors';
import type { TensorData } from '../../files/safetensors';
import type { PlacedLayer } from '../layers/model-layers';
import type { InputAxes } from './pytorch-axes';
import { permuted } from './pytorch-layout';

type Shape = readonly number[];

/** One of a layer's weights as PyTorch keeps it. */
interface TorchTensor {
  readonly name: string;
  /** Which of the axes here is each of PyTorch's; default all in their order. */
  readonly axes?: readonly number[];
  /** PyTorch's shape, from that of the axes in its order; default the same. */
  readonly shape?: (permuted: Shape) => Shape;
}

/** What a module of PyTorch is to the layers: where its tensors are from, and what it can't be. */
export interface ModuleContext {
  /** The public function that was called. */
  readonly where: string;
  readonly inputs: InputAxes;
  /** What PyTorch's modules add to a variance: one number for all, or by the layer's name. */
  readonly epsilon: number | Readonly<Record<string, number>>;
}

const bias = { name: 'bias' };
const conv = (axes: readonly number[]) => ({ kernel: { name: 'weight', axes }, bias });
const [conv2d, conv3d] = [conv([3, 2, 0, 1]), conv([4, 3, 0, 1, 2])];
const scaled = { gamma: { name: 'weight' }, beta: bias };

/** By class and by the weight's name here. A transposed convolution has its channels the other way round on both sides. */
const TENSORS: Readonly<Record<string, Readonly<Record<string, TorchTensor>>>> = {
  Dense: conv([1, 0]),
  Conv1D: conv([2, 1, 0]),
  Conv2D: conv2d,
  Conv2DTranspose: conv2d,
  Conv3D: conv3d,
  Conv3DTranspose: conv3d,
  DepthwiseConv2D: {
    // PyTorch's groups are one convolution of one channel each.
    depthwise_kernel: {
      name: 'weight',
      axes: [2, 3, 0, 1],
      shape: ([channels, each, ...rest]) => [channels * each, 1, ...rest],
    },
    bias,
  },
  Embedding: { embeddings: { name: 'weight' } },
  TorchEmbedding: { embeddings: { name: 'weight' } },
  TorchEmbeddingBag: { embeddings: { name: 'weight' } },
  BatchNormalization: {
    ...scaled,
    moving_mean: { name: 'running_mean' },
    moving_variance: { name: 'running_var' },
  },
  LayerNormalization: scaled,
  PReLU: { alpha: { name: 'weight', shape: (shape) => [shape.reduce((n, size) => n * size, 1)] } },
};
/** What a module has where a layer leaves it out. */
const NEUTRAL: Readonly<Record<string, number>> = { weight: 1, bias: 0 };
const NORMALISING = ['BatchNormalization', 'LayerNormalization'];

const kind = ({ name, inner }: PlacedLayer) => `layer ${name} (${inner.getClassName()})`;

function requireEpsilon(placed: PlacedLayer, { where, epsilon }: ModuleContext): void {
  const ours = placed.inner.getConfig().epsilon as number;
  const theirs = typeof epsilon === 'number' ? epsilon : (epsilon[placed.name] ?? 1e-5);
  if (ours === theirs) return;
  const way = `give it epsilon: ${theirs}, or say { epsilon: ${ours} } where the module has that`;
  fail(where, `${kind(placed)} has epsilon ${ours}, PyTorch's module ${theirs}; ${way}`);
}

/** Refuses axes that PyTorch's module of the same weights would not go along. */
function requireAxes(placed: PlacedLayer, { where, inputs }: ModuleContext): void {
  const { inner } = placed;
  for (const { axes, shape } of inputs.get(inner) ?? []) {
    const known = Array.isArray(axes) ? (axes as readonly number[]) : null;
    const rank = shape.length;
    const { axis } = inner.getConfig() as { axis?: number | number[] };
    const along = [axis ?? []].flat().map((one) => (one < 0 ? one + rank : one) - 1);
    if (inner.getClassName() === 'BatchNormalization' && known && known[along[0]] !== 0) {
      fail(where, `${kind(placed)} normalises axis ${axis}, PyTorch the channels`);
    }
    if (inner.getClassName() === 'LayerNormalization') {
      const last = along.every((one, i) => one === rank - 1 - along.length + i);
      const order = known ? along.map((one) => known[one]) : along;
      const sorted = order.every((one, i) => i === 0 || order[i - 1] < one);
      if (!last || !sorted) {
        fail(where, `${kind(placed)} normalises axes ${axis}, PyTorch the last ones with channels first`);
      }
    }
    if (inner.getClassName() === 'PReLU') {
      const own = inner.weights[0].shape.flatMap((size, i) => ((size ?? 0) > 1 ? [i] : []));
      if (own.length > 1 || (known && own.length === 1 && known[own[0]] !== 0)) {
        fail(
          where,
          `${kind(placed)} has slopes [${inner.weights[0].shape}], PyTorch one or one a channel (sharedAxes)`,
        );
      }
    }
  }
}

/** The tensors of a layer's weights, in their order. */
function tensorsOf(placed: PlacedLayer, context: ModuleContext): TorchTensor[] {
  const { inner } = placed;
  const known = TENSORS[inner.getClassName()];
  if (!known) fail(context.where, `${kind(placed)} has no counterpart in PyTorch`);
  if (NORMALISING.includes(inner.getClassName())) requireEpsilon(placed, context);
  requireAxes(placed, context);
  return inner.weights.map(
    ({ originalName }) => known[originalName.slice(originalName.lastIndexOf('/') + 1)],
  );
}

const called = (module: string, name: string) => (module ? `${module}.${name}` : name);

/**
 * A layer's weights from a module's tensors.
 *
 * @param take gives a tensor by its whole name, and notes that it is wanted
 */
export function fromModule(
  placed: PlacedLayer,
  context: ModuleContext,
  module: string,
  take: (name: string) => TensorData | undefined,
): TensorData[] {
  const { where } = context;
  const { inner } = placed;
  const tensors = tensorsOf(placed, context);
  const arrays = tensors.map(({ name, axes, shape = (same) => same }, i) => {
    const own = inner.weights[i].shape as number[];
    const order = axes ?? own.map((_, axis) => axis);
    const there = order.map((axis) => own[axis]);
    const whole = called(module, name);
    const tensor = take(whole) ?? fail(where, `${kind(placed)} needs ${whole}, which the file has not`);
    if (String(tensor.shape) !== String(shape(there)) || !(tensor.data instanceof Float32Array)) {
      const got = `[${tensor.shape}]${tensor.data instanceof Float32Array ? '' : ' of whole numbers'}`;
      fail(where, `${whole} must be [${shape(there)}] for ${kind(placed)}, got ${got}`);
    }
    const back = order.map((_, axis) => order.indexOf(axis));
    return permuted({ shape: there, data: tensor.data }, back);
  });
  if (!NORMALISING.includes(inner.getClassName())) return arrays;
  take(called(module, 'num_batches_tracked'));
  for (const [name, neutral] of Object.entries(NEUTRAL)) {
    if (tensors.some((tensor) => tensor.name === name)) continue;
    const left = take(called(module, name));
    if (left?.data.some((value) => value !== neutral)) {
      fail(where, `${kind(placed)} has no place for ${called(module, name)} (scale or center: false)`);
    }
  }
  return arrays;
}

/** A module's tensors, by their whole names, from a layer's weights. */
export function toModule(
  placed: PlacedLayer,
  context: ModuleContext,
  module: string,
  arrays: readonly TensorData[],
): Record<string, TensorData> {
  const entries = tensorsOf(placed, context).map(({ name, axes, shape = (same) => same }, i) => {
    const { shape: there, data } = axes ? permuted(arrays[i], axes) : arrays[i];
    return [name, { shape: shape(there), data }] as const;
  });
  const tensors: Record<string, TensorData> = Object.fromEntries(entries);
  // A BatchNorm there has both or neither, a LayerNorm both or a weight alone.
  const both = placed.inner.getClassName() === 'BatchNormalization';
  if (NORMALISING.includes(placed.inner.getClassName()) && (tensors.weight || tensors.bias)) {
    const { shape, data } = tensors.weight ?? tensors.bias;
    for (const [name, neutral] of Object.entries(NEUTRAL))
      if (both || name === 'weight')
        tensors[name] ??= { shape, data: new Float32Array(data.length).fill(neutral) };
  }
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [called(module, name), tensor]));
}
