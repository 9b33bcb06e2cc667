import type { Shape, SymbolicTensor, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import type { LayerVariable } from '@tensorflow/tfjs-layers/dist/variables';
import { fail } from '../../errors';
import { CELLS, type Cell, type CellKind, checkInput } from '../../simd';
import { nextSeed, Random, type RandomState, tf } from '../../tensor';
import { runSequence } from '../sequence';
import { LayerOptions, type RecurrentLayerArgs, savedOptions } from './layer-options';

export type OneOrMore<T> = T | T[];
/** What tfjs hands to a layer's `call` beside the inputs. */
export type CallOptions = Record<string, unknown> & { mask?: OneOrMore<Tensor>; training?: boolean };

/** One, several or none as a list. */
export const list = <T>(x: OneOrMore<T> | null | undefined): T[] =>
  x == null ? [] : Array.isArray(x) ? x : [x];

/** What SimpleRNN, GRU and LSTM have in common: weights, states, masks, dropout and saving. */
export abstract class RecurrentLayer extends tf.layers.Layer {
  readonly units: number;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  /** Stands before the names of the weights, where two layers' weights are in one. */
  weightScope = '';
  protected readonly options: LayerOptions;
  protected kernel!: LayerVariable;
  protected recurrentKernel!: LayerVariable;
  protected bias: LayerVariable | null = null;
  private dropoutSeeds: Random | null;
  private batchSize: number | null = null;
  private carried: Tensor2D[] | null = null;

  abstract readonly kind: CellKind;

  protected constructor(args: RecurrentLayerArgs, ownOptions: readonly string[] = []) {
    super(args);
    this.options = new LayerOptions(this.getClassName(), args, ownOptions);
    const { flags, seed } = this.options;
    this.units = this.options.units;
    this.returnSequences = flags.returnSequences;
    this.returnState = flags.returnState;
    this.goBackwards = flags.goBackwards;
    this._stateful = flags.stateful;
    this.dropoutSeeds = seed === null ? null : Random.seeded(seed);
    this.supportsMasking = true;
  }

  /** How many tensors the state is: h, or h and c. */
  get stateCount(): number {
    return CELLS[this.kind].states;
  }

  /** The cell with its weights as they are. */
  cell(): Cell {
    const [kernel, recurrentKernel] = [this.kernel.read(), this.recurrentKernel.read()];
    const bias = this.bias?.read() ?? null;
    return { kind: this.kind, kernel, recurrentKernel, bias, resetAfter: false, ...this.options.activations };
  }

  private get columns(): number {
    return CELLS[this.kind].gates * this.units;
  }

  protected biasShape(): number[] {
    return [this.columns];
  }

  protected biasInitializer(): Initializer {
    return this.options.weights.bias.initializer;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = this.checkShape(inputShape);
    const { weights, flags } = this.options;
    const add = (name: string, size: number[], from: keyof typeof weights, initializer: Initializer) =>
      this.addWeight(
        `${this.weightScope}${name}`,
        size,
        'float32',
        initializer,
        weights[from].regularizer ?? undefined,
        true,
        weights[from].constraint ?? undefined,
      );
    const { columns } = this;
    const features = shape[2] as number;
    this.kernel = add('kernel', [features, columns], 'kernel', weights.kernel.initializer);
    this.recurrentKernel = add(
      'recurrent_kernel',
      [this.units, columns],
      'recurrent',
      weights.recurrent.initializer,
    );
    if (flags.useBias) this.bias = add('bias', this.biasShape(), 'bias', this.biasInitializer());
    if (this.stateful) {
      this.batchSize =
        shape[0] ??
        fail(
          this.name,
          'a stateful layer needs batchInputShape (or batchShape of tf.input), to know the batch',
        );
      this.resetStates();
    }
    this.built = true;
  }

  /** The sequence's shape, after a look at it and at the states' shapes. */
  private checkShape(inputShape: Shape | Shape[]): Shape {
    const [sequence, ...states] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as Shape[];
    const layer = { where: this.getClassName(), kind: this.kind, units: this.units };
    checkInput(layer, sequence, states, this.built ? this.kernel.shape : undefined);
    return sequence;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    const [batch, time] = this.checkShape(inputShape);
    const output: Shape = this.returnSequences ? [batch, time, this.units] : [batch, this.units];
    if (!this.returnState) return output;
    return [output, ...Array.from({ length: this.stateCount }, (): Shape => [batch, this.units])];
  }

  override computeMask(_inputs: OneOrMore<Tensor>, mask?: OneOrMore<Tensor>): OneOrMore<Tensor> {
    const output = (this.returnSequences ? (list(mask)[0] ?? null) : null) as Tensor;
    if (!this.returnState) return output;
    return [output, ...Array.from({ length: this.stateCount }, () => null as unknown as Tensor)];
  }

  /**
   * Runs the layer.
   *
   * @param inputs (batch, time, features), or that and the initial states, each (batch, units)
   * @param kwargs `initialState` as another way to give them; `mask` (batch, time); `training`
   */
  override apply(
    inputs: OneOrMore<Tensor> | OneOrMore<SymbolicTensor>,
    kwargs: CallOptions & { initialState?: OneOrMore<Tensor> | OneOrMore<SymbolicTensor> } = {},
  ): OneOrMore<Tensor> | OneOrMore<SymbolicTensor> {
    const { initialState, ...rest } = kwargs;
    const all = [...list<Tensor | SymbolicTensor>(inputs), ...list<Tensor | SymbolicTensor>(initialState)];
    return super.apply((all.length > 1 ? all : all[0]) as Tensor, rest);
  }

  override call(inputs: OneOrMore<Tensor>, kwargs: CallOptions): OneOrMore<Tensor> {
    return tf.tidy(() => {
      const [sequence, ...states] = list(inputs);
      // tfjs' own wrappers call their layers with states by name.
      const given = states.length > 0 ? states : list(kwargs?.initialState as OneOrMore<Tensor>);
      const mask = list(kwargs?.mask)[0] ?? null;
      const x = sequence.cast('float32'); // (batch, time, features)
      const { dropout, recurrentDropout, flags } = this.options;
      const training = kwargs?.training === true;
      const [batch, , features] = x.shape;
      const drop = (rate: number, width: number) =>
        training && rate > 0
          ? tf.dropout(tf.ones([batch, width]), rate, undefined, this.dropoutSeed())
          : null;
      const [h0 = null, c0 = null] = given.length > 0 ? given : this.initialStates(batch);
      const { goBackwards, returnSequences } = this;
      const described = { where: this.getClassName(), x, h0, c0, mask, goBackwards, returnSequences };
      const masks = {
        dropoutMask: drop(dropout, features),
        recurrentDropoutMask: drop(recurrentDropout, this.units),
      };
      const result = runSequence({ ...this.cell(), ...described, ...masks }, flags.unroll);
      if (this.stateful) this.carry(result.states);
      const output = this.returnSequences ? this.withZeros(result.output, mask) : result.output;
      // A model disposes of each result by itself, so that no two may be the same tensor.
      return this.returnState ? [output.clone(), ...result.states] : output;
    });
  }

  /** The outputs of all steps, with zeros at the masked ones where the layer was told so. */
  private withZeros(outputs: Tensor, mask: Tensor | null): Tensor {
    if (!mask || !this.options.flags.zeroOutputForMask) return outputs;
    const counts = mask.cast('float32').expandDims<Tensor3D>(2); // (batch, time, 1)
    // tfjs' wasm engine reverses floats alone: it takes a bool for four bytes.
    const made = this.goBackwards ? counts.reverse(1) : counts;
    return tf.where(made.cast('bool'), outputs, tf.zerosLike(outputs));
  }

  private dropoutSeed(): number {
    return this.dropoutSeeds ? this.dropoutSeeds.integer(2 ** 31 - 1) + 1 : nextSeed();
  }

  /** Where the stream of a layer with a `seed` of its own stands; null where it has none. A checkpoint keeps it. */
  get dropoutState(): RandomState | null {
    return this.dropoutSeeds?.state() ?? null;
  }

  set dropoutState(state: RandomState | null) {
    if (state) this.dropoutSeeds = Random.from(state);
  }

  /** The states a batch starts from; none for zeros. */
  private initialStates(batch: number): Tensor[] {
    if (!this.stateful || !this.carried) return [];
    if (batch === this.batchSize) return this.carried;
    return fail(
      this.getClassName(),
      `input has ${batch} sequences, this stateful layer carries ${this.batchSize}`,
    );
  }

  private zeroStates(batch: number): Tensor2D[] {
    return Array.from({ length: this.stateCount }, () => tf.zeros([batch, this.units]) as Tensor2D);
  }

  private carry(states: Tensor[]): void {
    const old = this.carried;
    this.carried = states.map((state) => tf.keep(state.clone() as Tensor2D));
    // The gradient's tape holds clones of its own.
    if (old) tf.dispose(old);
  }

  /** The states that a stateful layer starts its next batch from: (batch, units) each. */
  get states(): Tensor2D[] {
    return this.carried ?? [];
  }

  /**
   * Puts a stateful layer's states back to zero, or to the given ones.
   *
   * @throws RecurrentError where the layer is not stateful or a shape differs
   */
  override resetStates(states?: OneOrMore<Tensor>): void {
    const where = this.getClassName();
    if (!this.stateful) fail(where, 'resetStates() is for a stateful layer, this one is not');
    const batch = this.batchSize ?? fail(where, 'resetStates() needs a layer that is built');
    const given = list(states) as Tensor2D[];
    const wrong = given.length > 0 && given.length !== this.stateCount;
    if (wrong || given.some((s) => s.shape[0] !== batch || s.shape[1] !== this.units)) {
      const got = given.map((s) => `[${s.shape}]`).join(' and ');
      fail(where, `states must be ${this.stateCount} of [${batch},${this.units}], got ${got}`);
    }
    tf.tidy(() => this.carry(given.length > 0 ? given : this.zeroStates(batch)));
  }

  override disposeWeights(): number {
    const count = this.carried?.length ?? 0;
    if (this.carried) tf.dispose(this.carried);
    this.carried = null;
    return super.disposeWeights() + count;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options.config };
  }

  /** Makes a layer from what `getConfig` gave, or from what Keras or tfjs saved. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    Class: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new Class(savedOptions(config));
  }
}
