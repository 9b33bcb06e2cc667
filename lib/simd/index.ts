export { installKernels } from './install';
export { simdInfo } from './machine/machine';
export { KernelRows, kernelProduct, type RowProduct } from './rows';
export {
  type Activation,
  CELLS,
  type Cell,
  type CellKind,
  checkInput,
  checkSequence,
  type Elementwise,
  type Sequence,
  type SequenceResult,
  type SequenceSizes,
  type Shape,
} from './sequence';
export { kernelSequence, kernelsCompute } from './sequence-kernel';
export {
  addsSparseGradients,
  changeGradient,
  coalesce,
  gradientNumbers,
  putRows,
  type SparseRows,
  sparseGradient,
  sparseRows,
  takeRows,
} from './sparse-gradient';
export { teachOptimizers } from './sparse-optimizers';
