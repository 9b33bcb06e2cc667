/** How the networks are trained; the networks themselves are the lecture's. */
export interface Recipe {
  readonly optimizer: 'Adam, β₁ 0.9, β₂ 0.999';
  readonly batch: number;
  /** The highest learning rate, reached after the warm-up. */
  readonly learningRate: number;
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
  learningRate: 0.002,
  warmUpEpochs: 0.5,
  decay: 'cosine',
  clipNorm: 1,
  initialisation: "Keras' defaults: Glorot uniform, recurrent kernel orthogonal, biases 0",
};
