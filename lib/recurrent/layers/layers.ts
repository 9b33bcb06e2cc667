import type { Tensor } from '@tensorflow/tfjs';
import type { Initializer } from '@tensorflow/tfjs-layers/dist/initializers';
import { fail } from '../../errors';
import type { Cell } from '../../simd';
import { tf } from '../../tensor';
import type { GatedLayerArgs, RecurrentLayerArgs } from './layer-options';
import { RecurrentLayer } from './recurrent-layer';

/**
 * The simple recurrent network of slides 8-9: h_t = φ(x_t W_xh + h_{t-1} W_hh + b_h).
 *
 * Input (batch, time, features), output (batch, units), or (batch, time, units) with `returnSequences`.
 * Weights: kernel (features, units), recurrent_kernel (units, units), bias (units).
 *
 * @example tf.sequential({ layers: [new SimpleRNN({ units: 64, inputShape: [240, 7] }), tf.layers.dense({ units: 1 })] })
 * @throws RecurrentError for an option it does not know, or an input that does not fit
 */
export class SimpleRNN extends RecurrentLayer {
  /** @nocollapse */
  static className = 'SimpleRNN';
  readonly kind = 'simpleRnn';

  constructor(args: RecurrentLayerArgs) {
    super(args);
  }
}
tf.serialization.registerClass(SimpleRNN);

export interface GRUArgs extends GatedLayerArgs {
  /** Whether the reset gate acts after the state's matrix product; default true. */
  resetAfter?: boolean;
}

/**
 * The gated recurrent unit of slide 13; `gruStep` has its equations.
 *
 * Input (batch, time, features), output (batch, units), or (batch, time, units) with `returnSequences`.
 * Weights, gates in the order z, r, h: kernel (features, 3 units), recurrent_kernel (units, 3 units),
 * bias (2, 3 units), or (3 units) with `resetAfter: false`.
 *
 * @example tf.sequential({ layers: [new GRU({ units: 64, inputShape: [240, 7] }), tf.layers.dense({ units: 1 })] })
 * @throws RecurrentError for an option it does not know, or an input that does not fit
 */
export class GRU extends RecurrentLayer {
  /** @nocollapse */
  static className = 'GRU';
  readonly resetAfter: boolean;
  readonly kind = 'gru';

  constructor(args: GRUArgs) {
    super(args, ['recurrentActivation', 'resetAfter']);
    this.resetAfter = args.resetAfter ?? true;
    if (typeof this.resetAfter !== 'boolean') {
      fail('GRU', `resetAfter must be true or false, got ${this.resetAfter}`);
    }
  }

  protected override biasShape(): number[] {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  override cell(): Cell {
    return { ...super.cell(), resetAfter: this.resetAfter };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), resetAfter: this.resetAfter };
  }
}
tf.serialization.registerClass(GRU);

export interface LSTMArgs extends GatedLayerArgs {
  /** Whether the forget gate's bias starts at 1, so that the memory lasts at first; default true. */
  unitForgetBias?: boolean;
}

/**
 * Long short-term memory; `lstmStep` has its equations.
 *
 * Input (batch, time, features), output (batch, units), or (batch, time, units) with `returnSequences`;
 * the state is h and c. Weights, gates in the order i, f, g, o: kernel (features, 4 units),
 * recurrent_kernel (units, 4 units), bias (4 units).
 *
 * @example tf.sequential({ layers: [new LSTM({ units: 64, inputShape: [240, 7] }), tf.layers.dense({ units: 1 })] })
 * @throws RecurrentError for an option it does not know, or an input that does not fit
 */
export class LSTM extends RecurrentLayer {
  /** @nocollapse */
  static className = 'LSTM';
  readonly unitForgetBias: boolean;
  readonly kind = 'lstm';

  constructor(args: LSTMArgs) {
    super(args, ['recurrentActivation', 'unitForgetBias']);
    this.unitForgetBias = args.unitForgetBias ?? true;
    if (typeof this.unitForgetBias !== 'boolean') {
      fail('LSTM', `unitForgetBias must be true or false, got ${this.unitForgetBias}`);
    }
  }

  protected override biasInitializer(): Initializer {
    const rest = super.biasInitializer();
    if (!this.unitForgetBias) return rest;
    const { units } = this;
    const apply = (): Tensor =>
      tf.tidy(() => tf.concat([rest.apply([units]), tf.ones([units]), rest.apply([2 * units])]));
    return { apply } as unknown as Initializer;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), unitForgetBias: this.unitForgetBias };
  }
}
tf.serialization.registerClass(LSTM);
