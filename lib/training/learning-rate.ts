import type { Optimizer } from '@tensorflow/tfjs';

interface WithRate {
  learningRate?: number;
  setLearningRate?(rate: number): void;
}

/** An optimizer's learning rate, where it has one. */
export const learningRateOf = (optimizer: Optimizer) => (optimizer as unknown as WithRate).learningRate;

/** Changes an optimizer's learning rate. SGD and momentum compute with a tensor made of it, which follows here. */
export function setLearningRate(optimizer: Optimizer, rate: number): void {
  const { setLearningRate: set } = optimizer as unknown as WithRate;
  if (set) set.call(optimizer, rate);
  else (optimizer as unknown as WithRate).learningRate = rate;
}
