export { type BackwardSchematicOptions, backwardSchematic } from './backward';
export { type BidirectionalSchematicOptions, bidirectionalSchematic } from './bidirectional';
export { type CellName, type CellSchematicOptions, cellSchematic } from './cell';
export { type EncoderDecoderSchematicOptions, encoderDecoderSchematic } from './encoder-decoder';
export type { Schematic } from './schematic';
export { type NextTokens, type SearchTreeOptions, searchTree } from './search-tree';
export {
  type SequenceKind,
  type SequenceSchematicOptions,
  type SequenceShapesOptions,
  sequenceSchematic,
  sequenceShapes,
} from './sequence-shapes';
export { type StateSchematicOptions, stateSchematic } from './state';
export { type UnrolledSchematicOptions, unrolledSchematic } from './unrolled';
export { type WindowSchematicOptions, windowSchematic } from './window';
