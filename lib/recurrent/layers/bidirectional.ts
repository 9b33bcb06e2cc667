import type { Shape, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import type { LayerVariable } from '@tensorflow/tfjs-layers/dist/variables';
import { fail, refuseUnknown } from '../../errors';
import { tf } from '../../tensor';
import { GRU, LSTM, SimpleRNN } from './layers';
import { type CallOptions, list, type OneOrMore, RecurrentLayer } from './recurrent-layer';

/** How the outputs of the two directions become one; `null` keeps them apart. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

export interface BidirectionalArgs {
  /** The forward layer; the backward one is made after it. Its weights are not taken over. */
  layer: RecurrentLayer;
  /** Default 'concat': (…, 2 units). */
  mergeMode?: MergeMode;
  /** The shape of one sequence, where it is the first layer. */
  inputShape?: [time: number | null, features: number];
  batchInputShape?: [batch: number | null, time: number | null, features: number];
  name?: string;
}

type Class = new (args: never) => RecurrentLayer;

const CLASSES: Record<string, Class> = { SimpleRNN, GRU, LSTM };
const OPTIONS = ['layer', 'mergeMode', 'inputShape', 'batchInputShape', 'name'];
/** What tfjs and Keras write into a saved wrapper besides. */
const SAVED = ['trainable', 'dtype', 'numConstants', 'customObjects'];

const MERGES: Record<string, (forth: Tensor, back: Tensor) => Tensor> = {
  concat: (forth, back) => tf.concat([forth, back], -1),
  sum: (forth, back) => forth.add(back),
  mul: (forth, back) => forth.mul(back),
  ave: (forth, back) => forth.add(back).div(2),
};

const noMasks = (n: number): Tensor[] => Array.from({ length: n }, () => null as unknown as Tensor);

/** A layer of a class and configuration, from `getConfig` or from what Keras or tfjs saved. */
function layerFrom(className: string, config: tf.serialization.ConfigDict): RecurrentLayer {
  const Layer = CLASSES[className] as unknown as tf.serialization.SerializableConstructor<RecurrentLayer>;
  if (!Layer) fail('Bidirectional', `layer must be a SimpleRNN, GRU or LSTM, got ${className}`);
  return RecurrentLayer.fromConfig(Layer, config);
}

/** Made by `bidirectional`. */
export class Bidirectional extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'Bidirectional';
  readonly forwardLayer: RecurrentLayer;
  readonly backwardLayer: RecurrentLayer;
  readonly mergeMode: MergeMode;
  private readonly layerConfig: tf.serialization.ConfigDict;

  constructor({ layer, mergeMode = 'concat', ...rest }: BidirectionalArgs) {
    super(rest);
    this.mergeMode = mergeMode;
    const config = layer.getConfig();
    this.layerConfig = { className: layer.getClassName(), config };
    // Repeated outputs of one direction must not get mixed with the other's, so Keras makes them zeros.
    const zeroOutputForMask = layer.returnSequences || (config.zeroOutputForMask as boolean);
    const direction = (prefix: string, goBackwards: boolean) => {
      const name = `${prefix}_${layer.name}`;
      const made = layerFrom(layer.getClassName(), { ...config, name, goBackwards, zeroOutputForMask });
      made.weightScope = `${name}/`;
      return made;
    };
    this.forwardLayer = direction('forward', layer.goBackwards);
    this.backwardLayer = direction('backward', !layer.goBackwards);
    this._stateful = layer.stateful;
    this.supportsMasking = true;
  }

  /** Forth, then back. */
  get directions(): [RecurrentLayer, RecurrentLayer] {
    return [this.forwardLayer, this.backwardLayer];
  }

  override build(inputShape: Shape | Shape[]): void {
    const [sequence] = this.shapesOf(inputShape);
    for (const layer of this.directions) layer.build(sequence);
    this.built = true;
  }

  /** The shape of the sequence, and those of each direction's input: the sequence and its share of the states. */
  private shapesOf(inputShape: Shape | Shape[]): [sequence: Shape, forth: Shape[], back: Shape[]] {
    const [sequence, ...states] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as Shape[];
    if (states.length % 2 > 0) {
      fail('Bidirectional', `expected the states of both directions, got ${states.length} in all`);
    }
    const half = states.length / 2;
    return [sequence, [sequence, ...states.slice(0, half)], [sequence, ...states.slice(half)]];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    const [, ...each] = this.shapesOf(inputShape);
    const [[forth, ...states], [back, ...others]] = this.directions.map((layer, i) => {
      const shapes = layer.computeOutputShape(each[i]);
      return (Array.isArray(shapes[0]) ? shapes : [shapes]) as Shape[];
    });
    const width = this.forwardLayer.units * (this.mergeMode === 'concat' ? 2 : 1);
    const merged: Shape[] =
      this.mergeMode === null ? [forth, back] : [[...forth.slice(0, -1), width] as Shape];
    const all = [...merged, ...states, ...others];
    return all.length === 1 ? all[0] : all;
  }

  override computeMask(_inputs: OneOrMore<Tensor>, mask?: OneOrMore<Tensor>): OneOrMore<Tensor> {
    const { returnSequences, returnState, stateCount } = this.forwardLayer;
    const output = (returnSequences ? (list(mask)[0] ?? null) : null) as Tensor;
    const masks = [
      ...(this.mergeMode === null ? [output, output] : [output]),
      ...noMasks(returnState ? 2 * stateCount : 0),
    ];
    return masks.length === 1 ? masks[0] : masks;
  }

  /**
   * Runs both directions.
   *
   * @param inputs (batch, time, features), or that and the initial states, those of the forward layer first
   * @param kwargs `initialState` as another way to give them; `mask` (batch, time); `training`
   */
  override apply(
    inputs: OneOrMore<Tensor> | OneOrMore<SymbolicTensor>,
    kwargs: CallOptions & { initialState?: OneOrMore<Tensor> | OneOrMore<SymbolicTensor> } = {},
  ): OneOrMore<Tensor> | OneOrMore<SymbolicTensor> {
    const { initialState, ...rest } = kwargs;
    const all = [...list<Tensor | SymbolicTensor>(inputs), ...list<Tensor | SymbolicTensor>(initialState)];
    this.computeOutputShape(all.length > 1 ? all.map(({ shape }) => shape) : all[0].shape);
    return super.apply((all.length > 1 ? all : all[0]) as Tensor, rest);
  }

  override call(inputs: OneOrMore<Tensor>, kwargs: CallOptions): OneOrMore<Tensor> {
    return tf.tidy(() => {
      const [sequence, ...given] = list(inputs);
      const half = given.length / 2;
      const shares = [given.slice(0, half), given.slice(half)];
      const [[forth, ...states], [made, ...others]] = this.directions.map((layer, i) =>
        list(layer.call([sequence, ...shares[i]], kwargs)),
      );
      // The last step's output came first.
      const back = this.forwardLayer.returnSequences ? made.reverse(1) : made;
      const merged = this.mergeMode === null ? [forth, back] : [MERGES[this.mergeMode](forth, back)];
      const all = [...merged, ...states, ...others];
      return all.length === 1 ? all[0] : all;
    });
  }

  override get trainableWeights(): LayerVariable[] {
    return this.trainable ? this.directions.flatMap((layer) => layer.trainableWeights) : [];
  }

  override get nonTrainableWeights(): LayerVariable[] {
    if (this.trainable) return this.directions.flatMap((layer) => layer.nonTrainableWeights);
    return this.directions.flatMap((layer) => layer.weights);
  }

  override calculateLosses() {
    return this.directions.flatMap((layer) => layer.calculateLosses());
  }

  /** Puts the states of a stateful layer back to zero, or to the given ones, those of the forward layer first. */
  override resetStates(states?: OneOrMore<Tensor>): void {
    const given = list(states);
    const half = given.length / 2;
    if (!Number.isInteger(half)) {
      fail('Bidirectional', `expected the states of both directions, got ${given.length} in all`);
    }
    this.forwardLayer.resetStates(given.slice(0, half));
    this.backwardLayer.resetStates(given.slice(half));
  }

  protected override disposeWeights(): number {
    return this.directions.reduce((sum, layer) => sum + layer.disposeWeights(), 0);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), layer: this.layerConfig, mergeMode: this.mergeMode };
  }

  /** Makes a layer from what `getConfig` gave, or from what Keras or tfjs saved. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    Class: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    refuseUnknown('Bidirectional', config, [...OPTIONS, ...SAVED]);
    const { layer, numConstants, customObjects, ...rest } = config;
    const { className, config: inner } = layer as { className: string; config: tf.serialization.ConfigDict };
    return new Class({
      ...rest,
      layer: layerFrom(className, inner),
    } as unknown as tf.serialization.ConfigDict);
  }
}
tf.serialization.registerClass(Bidirectional);

/**
 * Runs a recurrent layer over the sequence in both directions, each with weights of its own; with
 * `returnSequences` both outputs are in the order of the input, and zeros where a mask leaves a step out. With
 * `returnState` the states of the forward layer come before those of the backward one.
 *
 * @example bidirectional({ layer: new GRU({ units: 32, returnSequences: true }), mergeMode: 'sum' })
 * @throws RecurrentError for a layer that is not SimpleRNN, GRU or LSTM, or an unknown mode
 * @see M. Schuster, K. Paliwal, "Bidirectional recurrent neural networks", 1997
 */
export function bidirectional(args: BidirectionalArgs): Bidirectional {
  refuseUnknown('bidirectional', args, OPTIONS);
  const { layer, mergeMode = 'concat' } = args;
  if (!(layer instanceof RecurrentLayer)) fail('bidirectional', 'layer must be a SimpleRNN, GRU or LSTM');
  if (mergeMode !== null && !Object.hasOwn(MERGES, mergeMode)) {
    fail('bidirectional', `mergeMode must be ${Object.keys(MERGES).join(', ')}, null, got ${mergeMode}`);
  }
  return new Bidirectional(args);
}
