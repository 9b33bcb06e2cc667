export { installFusedKernels } from './install';
export { simdInfo } from './machine/machine';
export { fusedAvailable, fusedGru, fusedLstm, fusedSimpleRnn } from './sequence';
export type {
  FusedActivation,
  FusedGru,
  FusedLstm,
  FusedRecurrentActivation,
  FusedResult,
  FusedSequence,
  FusedSpec,
} from './sequence-types';
