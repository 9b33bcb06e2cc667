import { fail } from '../../errors';
import { tf } from '../../tensor';

const WHERE = 'loadModel';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A layer or a model as a saved configuration has it. */
interface Saved {
  readonly name: string;
  readonly className: string;
  readonly config: Json;
  readonly nodes: readonly unknown[];
}

const MODELS = ['Sequential', 'Model', 'Functional'];
/** What a saved layer holds of other layers. */
const PARTS = ['layer', 'backward_layer', 'cell', 'cells'];

/** Options that tfjs passes over, with the only value that changes nothing. */
const PASSED_OVER: Readonly<Record<string, unknown>> = {
  ...{ negative_slope: 0, threshold: 0, groups: 1, keepdims: false, output_padding: null },
};

function savedOf(path: string, value: unknown): Saved {
  const {
    class_name: className,
    config,
    name,
    inbound_nodes: nodes,
  } = isObject(value) ? value : ({} as Json);
  if (typeof className !== 'string' || !isObject(config)) {
    fail(
      WHERE,
      `${path}: a layer must have class_name and config, got ${JSON.stringify(value)?.slice(0, 80)}`,
    );
  }
  return {
    name: String(name ?? config.name ?? ''),
    className,
    config,
    nodes: Array.isArray(nodes) ? nodes : [],
  };
}

/** Keras 3 tells the module of every class, and names an input's `batch_shape`, which Keras 2 called otherwise. */
function refuseKeras3(path: string, version: unknown, config: unknown): void {
  const layers = isObject(config) && isObject(config.config) ? config.config.layers : [];
  const first = Array.isArray(layers) && isObject(layers[0]) ? layers[0].config : {};
  const third = /^[3-9]\./.test(String(version)) || (isObject(first) && 'batch_shape' in first);
  if (!third) return;
  const way = 'make the model here and give it the weights of the .keras with loadWeights';
  fail(WHERE, `${path} has a configuration of Keras 3, which TensorFlow.js can't read; ${way}`);
}

function checkClass(path: string, { name, className, config }: Saved): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  if (!Object.hasOwn(known, className)) {
    const way = 'tf.serialization.registerClass makes a class known';
    fail(WHERE, `${path}: layer ${name} is of class ${className}, which is unknown here; ${way}`);
  }
  for (const [option, value] of Object.entries(PASSED_OVER)) {
    const given = config[option] ?? value;
    if (given !== value) {
      const got = `${option} ${JSON.stringify(given)}`;
      fail(WHERE, `${path}: layer ${name} (${className}) has ${got}, which TensorFlow.js passes over`);
    }
  }
  for (const part of PARTS) {
    const inside = config[part];
    for (const one of Array.isArray(inside) ? inside : [inside])
      if (isObject(one) && 'class_name' in one) checkLayer(path, savedOf(path, one));
  }
}

function checkLayer(path: string, saved: Saved): void {
  checkClass(path, saved);
  if (MODELS.includes(saved.className)) checkModel(path, saved);
}

/** A model's layers, and that each of them is fed: tfjs waits without end for an input that never comes. */
function checkModel(path: string, { name, className, config }: Saved): void {
  if (!Array.isArray(config.layers)) fail(WHERE, `${path}: model ${name} must have a list of layers`);
  const layers = config.layers.map((layer) => savedOf(path, layer));
  for (const layer of layers) checkLayer(path, layer);
  if (className === 'Sequential') return;
  const made = new Map<string, number>();
  const waiting: [layer: string, inputs: unknown[]][] = [];
  for (const layer of layers) {
    if (made.has(layer.name)) fail(WHERE, `${path}: two layers of model ${name} are called ${layer.name}`);
    made.set(layer.name, [...MODELS, 'InputLayer'].includes(layer.className) ? 1 : 0);
    for (const node of layer.nodes) {
      if (!Array.isArray(node)) fail(WHERE, `${path}: the inbound_nodes of layer ${layer.name} are damaged`);
      waiting.push([layer.name, node]);
    }
  }
  const isThere = (input: unknown) =>
    Array.isArray(input) && (made.get(String(input[0])) ?? 0) > (input[1] as number);
  for (let rest = waiting; rest.length > 0; ) {
    const left: typeof waiting = [];
    for (const [layer, inputs] of rest) {
      if (inputs.every(isThere)) made.set(layer, (made.get(layer) ?? 0) + 1);
      else left.push([layer, inputs]);
    }
    if (left.length === rest.length) {
      const [layer, inputs] = left[0];
      const from = inputs.filter((input) => !isThere(input)).map((input) => JSON.stringify(input));
      fail(WHERE, `${path}: layer ${layer} takes ${from.join(' and ')}, which nothing makes`);
    }
    rest = left;
  }
}

/** Regularizers that tfjs has under another name. */
const REGULARIZERS = ['L1', 'L2'];
/** What Keras writes of a separable convolution beside the options of its two kernels, and tfjs refuses. */
const NOT_SEPARABLE = ['kernel_initializer', 'kernel_regularizer', 'kernel_constraint'];

/** A configuration of Keras 2 as tfjs reads it. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (!isObject(value)) return value;
  const { class_name: className, config } = value;
  if (REGULARIZERS.includes(className as string) && isObject(config)) {
    return { class_name: 'L1L2', config: { l1: 0, l2: 0, ...config } };
  }
  const entries = Object.entries(value).map(([key, inside]) => {
    if (className !== 'SeparableConv2D' || key !== 'config' || !isObject(inside))
      return [key, readable(inside)];
    const left = Object.entries(inside).filter(([option]) => !NOT_SEPARABLE.includes(option));
    return [key, readable(Object.fromEntries(left))];
  });
  return Object.fromEntries(entries);
}

/**
 * Looks through a saved configuration for what tfjs would stumble over.
 *
 * @throws RecurrentError for Keras 3's format, a class that is not known, and a graph that does not hold together
 */
export function checkTopology(path: string, topology: Json): void {
  const model = topology.model_config ?? topology;
  refuseKeras3(path, topology.keras_version, model);
  const saved = savedOf(path, model);
  if (!MODELS.includes(saved.className)) {
    fail(WHERE, `${path}: expected a model (${MODELS.join(', ')}), got class ${saved.className}`);
  }
  checkLayer(path, saved);
}
