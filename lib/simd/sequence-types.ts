import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

/** φ of a cell that the kernels know. */
export type FusedActivation = 'tanh' | 'relu' | 'linear' | 'sigmoid' | 'hardSigmoid';

/** σ of the gates that the kernels know: 1 / (1 + e^-x), or max(0, min(1, 0.2 x + 0.5)). */
export type FusedRecurrentActivation = 'sigmoid' | 'hardSigmoid';

/** What every whole-sequence operation takes; weights in Keras' layout. */
export interface FusedSequence {
  /** (batch, time, features) */
  readonly x: Tensor3D;
  /** (features, gates · units) */
  readonly kernel: Tensor2D;
  /** (units, gates · units) */
  readonly recurrentKernel: Tensor2D;
  /** (gates · units); (2, 3 units) for a GRU that resets after; zeros where not given */
  readonly bias?: Tensor | null;
  /** (batch, units); zeros where not given */
  readonly h0?: Tensor2D | null;
  /** (batch, time) of any type, not 0 where a step counts: at the others the state stays */
  readonly mask?: Tensor | null;
  /** Default 'tanh' */
  readonly activation?: FusedActivation;
  /** From the last step to the first; outputs come in the order they were made. Default false */
  readonly goBackwards?: boolean;
  /** Whether `output` holds all steps; default false */
  readonly returnSequences?: boolean;
  /** (batch, features): input dropout's factors, the same at every step */
  readonly dropoutMask?: Tensor2D | null;
  /** (batch, units): recurrent dropout's factors, multiplied into the state wherever it meets a weight matrix */
  readonly recurrentDropoutMask?: Tensor2D | null;
}

/** GRU: gates in the order z, r, h. */
export interface FusedGru extends FusedSequence {
  /** Whether the reset gate acts after the state's matrix product (default true) or before it */
  readonly resetAfter?: boolean;
  /** Default 'sigmoid' */
  readonly recurrentActivation?: FusedRecurrentActivation;
}

/** LSTM: gates in the order i, f, c, o. */
export interface FusedLstm extends FusedSequence {
  /** (batch, units), the memory before the first step; zeros where not given */
  readonly c0?: Tensor2D | null;
  /** Default 'sigmoid' */
  readonly recurrentActivation?: FusedRecurrentActivation;
}

export interface FusedResult {
  /**
   * (batch, time, units) with `returnSequences`, else (batch, units), the last step's output. At a masked step the
   * output before it is repeated: zeros before the first step that counts, whatever the initial state.
   */
  readonly output: Tensor2D | Tensor3D;
  /** (batch, units) each after the last step: [h], or [h, c] of an LSTM */
  readonly states: Tensor2D[];
}

/** What `fusedAvailable` is asked. */
export interface FusedSpec {
  readonly kind: 'simpleRnn' | 'gru' | 'lstm';
  /** A name the kernels may know; undefined for the default */
  readonly activation?: string;
  readonly recurrentActivation?: string;
}
