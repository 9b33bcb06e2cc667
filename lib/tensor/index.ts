export * as tf from '@tensorflow/tfjs';
export { type EngineInfo, type EngineName, engine, ready } from './engine';
export {
  nextSeed,
  Random,
  type RandomState,
  randomState,
  type SeededState,
  seed,
  setRandomState,
} from './random';
