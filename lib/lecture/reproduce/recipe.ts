/** How the networks are trained; the networks themselves are the lecture's. */
export interface Recipe {
  readonly optimizer: 'Adam, β₁ 0.9, β₂ 0.999';
  readonly batch: number;
  /** The highest learning rate, reached after the warm-up: at a horizon of 1 h, where 12 epochs train too little, and beyond. */
  readonly learningRate: { readonly at1h: number; readonly beyond: number };
  /** Epochs over which the rate rises from 0. */
  readonly warmUpEpochs: number;
  /** How it falls from there to 0 at the end of the last epoch. */
  readonly decay: 'cosine';
  /** Gradients longer than this are shortened to it. */
  readonly clipNorm: number;
  readonly initialisation: "Keras' defaults: Glorot uniform, recurrent kernel orthogonal, biases 0";
}

/** Chosen on a validation year cut from the end of the training rows, never on test rows; README.md says what each part brings. */
export const RECIPE: Recipe = {
  optimizer: 'Adam, β₁ 0.9, β₂ 0.999',
  batch: 256,
  learningRate: { at1h: 0.004, beyond: 0.002 },
  warmUpEpochs: 0.5,
  decay: 'cosine',
  clipNorm: 1,
  initialisation: "Keras' defaults: Glorot uniform, recurrent kernel orthogonal, biases 0",
};

/** The highest learning rate for a horizon. */
export function peakRate({ learningRate }: Recipe, horizonHours: number): number {
  return horizonHours <= 1 ? learningRate.at1h : learningRate.beyond;
}
