import type { Constraint } from '@tensorflow/tfjs-layers/dist/constraints';
import type { LayerArgs } from '@tensorflow/tfjs-layers/dist/engine/topology';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import type { Regularizer } from '@tensorflow/tfjs-layers/dist/regularizers';
import { fail, refuseUnknown, wholeNumber } from '../../errors';
import type { Activation, Cell, Elementwise } from '../../simd';
import { tf } from '../../tensor';
import {
  type Named,
  resolveActivation,
  resolveConstraint,
  resolveInitializer,
  resolveRegularizer,
} from './named-options';

/** The options that SimpleRNN, GRU and LSTM share: Keras' names and Keras' defaults. */
export interface RecurrentLayerArgs extends LayerArgs {
  /** Size of the state and of the output. */
  units: number;
  /** φ; default 'tanh', `null` is the identity. */
  activation?: Named<{ apply: Elementwise }>;
  /** Whether there is a bias; default true. */
  useBias?: boolean;
  /** Default 'glorotUniform'. */
  kernelInitializer?: Named<Initializer>;
  /** Default 'orthogonal'. */
  recurrentInitializer?: Named<Initializer>;
  /** Default 'zeros'. */
  biasInitializer?: Named<Initializer>;
  kernelRegularizer?: Named<Regularizer>;
  recurrentRegularizer?: Named<Regularizer>;
  biasRegularizer?: Named<Regularizer>;
  kernelConstraint?: Named<Constraint>;
  recurrentConstraint?: Named<Constraint>;
  biasConstraint?: Named<Constraint>;
  /** Share of the input's features dropped while training, the same ones at every step; default 0. */
  dropout?: number;
  /** Share of the state's units dropped while training where it meets the weights; default 0. */
  recurrentDropout?: number;
  /** Seed of both dropouts; where not given, they draw from the stream that `seed(n)` governs. */
  seed?: number | null;
  /** Whether the output of every step is returned, not the last one alone; default false. */
  returnSequences?: boolean;
  /** Whether the last state is returned after the output; default false. */
  returnState?: boolean;
  /** From the last step to the first; outputs come in the order they were made. Default false. */
  goBackwards?: boolean;
  /** Whether a batch starts from the state the one before it ended in; needs `batchInputShape`. Default false. */
  stateful?: boolean;
  /** Whether the steps run one by one as tensor operations instead of in one kernel; default false. */
  unroll?: boolean;
  /** Whether the outputs of masked steps are zeros instead of the last output; for `returnSequences`, default false. */
  zeroOutputForMask?: boolean;
}

/** GRU and LSTM have gates besides. */
export interface GatedLayerArgs extends RecurrentLayerArgs {
  /** σ of the gates; default 'sigmoid'. */
  recurrentActivation?: Named<{ apply: Elementwise }>;
}

/** How one of the weights starts, is penalised and is bounded. */
export interface WeightOptions {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
}

const FLAGS = [
  ...(['useBias', 'returnSequences', 'returnState', 'goBackwards', 'stateful', 'unroll'] as const),
  'zeroOutputForMask',
] as const;
const WEIGHTS = ['kernel', 'recurrent', 'bias'] as const;
const OF_LAYER = [
  ...['inputShape', 'batchInputShape', 'batchSize', 'dtype', 'inputDType', 'name', 'trainable', 'weights'],
];
const KNOWN = [
  ...['units', 'activation', 'dropout', 'recurrentDropout', 'seed'],
  ...FLAGS,
  ...WEIGHTS.flatMap((weight) => [`${weight}Initializer`, `${weight}Regularizer`, `${weight}Constraint`]),
  ...OF_LAYER,
];

/** What Keras and tfjs write into a saved layer that changes no number here, with the values that may be met. */
const INERT: Record<string, readonly unknown[]> = {
  activityRegularizer: [],
  customObjects: [],
  implementation: [0, 1, 2],
  timeMajor: [false],
  useCudnn: ['auto', true, false],
};

/** The options of a saved layer, without those that say how Keras computes rather than what. */
export function savedOptions(config: tf.serialization.ConfigDict): tf.serialization.ConfigDict {
  const inert = ([name, value]: [string, unknown]) =>
    name in INERT && (value == null || INERT[name].includes(value) || name === 'customObjects');
  return Object.fromEntries(Object.entries(config).filter((entry) => !inert(entry)));
}

function share(where: string, name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  return fail(where, `${name} must be at least 0 and below 1, got ${String(value)}`);
}

function flag(where: string, name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  return typeof value === 'boolean'
    ? value
    : fail(where, `${name} must be true or false, got ${String(value)}`);
}

const SIGMOID: Activation = { name: 'sigmoid', apply: (x) => tf.sigmoid(x) };

/** A layer's options, checked and resolved, and `config`, which is how a saved model writes them. */
export class LayerOptions {
  readonly units: number;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | null;
  readonly flags: Readonly<Record<(typeof FLAGS)[number], boolean>>;
  readonly weights: Readonly<Record<(typeof WEIGHTS)[number], WeightOptions>>;
  /** φ and σ, as a cell takes them */
  readonly activations: Pick<Cell, 'activation' | 'recurrentActivation'>;
  readonly config: tf.serialization.ConfigDict = {};

  /**
   * @param where the layer's class, for messages
   * @param own names of the options that this class has beside the shared ones
   */
  constructor(where: string, args: RecurrentLayerArgs, own: readonly string[]) {
    refuseUnknown(where, args, [...KNOWN, ...own]);
    const given = args as unknown as Record<string, Named<never>>;
    this.units = wholeNumber(where, 'units', args.units);
    this.dropout = share(where, 'dropout', args.dropout ?? 0);
    this.recurrentDropout = share(where, 'recurrentDropout', args.recurrentDropout ?? 0);
    this.seed = args.seed == null ? null : wholeNumber(where, 'seed', args.seed, 0);
    this.flags = Object.fromEntries(
      FLAGS.map((name) => [name, flag(where, name, given[name], name === 'useBias')]),
    ) as LayerOptions['flags'];
    const { units, dropout, recurrentDropout, seed } = this;
    Object.assign(this.config, { units, dropout, recurrentDropout, seed, ...this.flags });
    const initial = { kernel: 'glorotUniform', recurrent: 'orthogonal', bias: 'zeros' };
    this.weights = Object.fromEntries(
      WEIGHTS.map((weight) => {
        const initializer = resolveInitializer(given[`${weight}Initializer`] ?? initial[weight]);
        const regularizer = resolveRegularizer(given[`${weight}Regularizer`]);
        const constraint = resolveConstraint(given[`${weight}Constraint`]);
        this.config[`${weight}Initializer`] = initializer.config;
        this.config[`${weight}Regularizer`] = regularizer.config;
        this.config[`${weight}Constraint`] = constraint.config;
        const values = [initializer.value, regularizer.value, constraint.value];
        return [weight, { initializer: values[0], regularizer: values[1], constraint: values[2] }];
      }),
    ) as LayerOptions['weights'];
    const gated = own.includes('recurrentActivation');
    this.activations = {
      activation: this.elementwise('activation', given.activation, 'tanh'),
      recurrentActivation: gated
        ? this.elementwise('recurrentActivation', given.recurrentActivation, 'sigmoid')
        : SIGMOID,
    };
  }

  private elementwise(name: string, given: Named<{ apply: Elementwise }>, otherwise: string): Activation {
    const { value, config } = resolveActivation(given === undefined ? otherwise : given);
    this.config[name] = config;
    return { name: typeof config === 'string' ? config : 'custom', apply: value };
  }
}
