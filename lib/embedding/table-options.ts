import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { LayerArgs } from '@tensorflow/tfjs-layers/dist/engine/topology';
import { fail, refuseUnknown, wholeNumber } from '../errors';
import type { LookupOptions } from './lookup';

/** Vectors as rows: a tensor (rows, width), or arrays. */
export type Rows = Tensor2D | readonly (readonly number[])[];

/** What `Embedding` and `EmbeddingBag` share: PyTorch's names in camelCase, with PyTorch's meaning and defaults. */
export interface TableArgs extends LayerArgs {
  /** How many rows the table has: the size of the vocabulary. */
  numEmbeddings: number;
  /** The length of a row. */
  embeddingDim: number;
  /**
   * A row that training leaves as it is, for padding; it starts at zero, and counts from the end where it is negative.
   * Default: none.
   */
  paddingIdx?: number | null;
  /** Rows that are looked up are shortened, in the table, to this p-norm where theirs is larger. Default: not. */
  maxNorm?: number | null;
  /** p of `maxNorm`, at least 1 or Infinity; default 2. */
  normType?: number;
  /** Whether a row's gradient is divided by how often the batch has it; default false. */
  scaleGradByFreq?: boolean;
  /**
   * Whether the gradient is that of the looked-up rows alone, so that a step costs by the batch and not by the table.
   * For the optimizers sgd, momentum, adagrad and adam, which then leave the moments of all other rows as they are.
   * Default false.
   */
  sparse?: boolean;
  /** The table to start with, (numEmbeddings, embeddingDim); default: drawn from N(0, 1). */
  weight?: Rows;
  /** 'float32', the only one. */
  dtype?: 'float32';
}

const KNOWN = [
  ...['numEmbeddings', 'embeddingDim', 'paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq', 'sparse'],
  ...['weight', 'dtype'],
  ...['inputShape', 'batchInputShape', 'batchSize', 'inputDType', 'name', 'trainable', 'weights'],
];

const BOOLEANS = ['scaleGradByFreq', 'sparse'] as const;

/** The options of a table, checked, with their defaults. */
export interface TableOptions extends LookupOptions {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
}

/**
 * @param where the class, for messages
 * @param own names of the options that this class has beside the shared ones
 */
export function tableOptions(where: string, args: TableArgs, own: readonly string[]): TableOptions {
  refuseUnknown(where, args, [...KNOWN, ...own]);
  const numEmbeddings = wholeNumber(where, 'numEmbeddings', args.numEmbeddings);
  const embeddingDim = wholeNumber(where, 'embeddingDim', args.embeddingDim);
  const { maxNorm = null, normType = 2, dtype = 'float32' } = args;
  if (maxNorm !== null && !(maxNorm > 0)) fail(where, `maxNorm must be above 0, got ${maxNorm}`);
  if (!(normType >= 1)) fail(where, `normType must be at least 1, got ${normType}`);
  if (dtype !== 'float32') fail(where, `dtype must be float32, got ${dtype}`);
  for (const name of BOOLEANS) {
    const value: unknown = args[name] ?? false;
    if (typeof value !== 'boolean') fail(where, `${name} must be true or false, got ${String(value)}`);
  }
  return {
    numEmbeddings,
    embeddingDim,
    paddingIdx: paddingRow(where, args.paddingIdx ?? null, numEmbeddings),
    maxNorm,
    normType,
    scaleGradByFreq: args.scaleGradByFreq ?? false,
    sparse: args.sparse ?? false,
  };
}

function paddingRow(where: string, given: number | null, rows: number): number | null {
  if (given === null) return null;
  if (!(Number.isInteger(given) && given >= -rows && given < rows))
    fail(where, `paddingIdx must be a whole number from ${-rows} to ${rows - 1}, got ${given}`);
  return given < 0 ? given + rows : given;
}

/** The table's rows and their width, as rows were given. */
export function sizeOfRows(where: string, rows: Rows): [rows: number, width: number] {
  const shape = Array.isArray(rows) ? [rows.length, rows[0]?.length ?? 0] : (rows as Tensor).shape;
  if (shape.length !== 2 || shape.includes(0))
    fail(where, `expected vectors as rows, a shape of (rows, width), got (${shape.join(', ')})`);
  if (Array.isArray(rows)) {
    const ragged = rows.findIndex((row) => row.length !== shape[1]);
    if (ragged >= 0) fail(where, `row ${ragged} has ${rows[ragged].length} numbers, row 0 has ${shape[1]}`);
  }
  return shape as [number, number];
}
