/** The fields of assembly/job.ts, in its order. */
export const SEQUENCE_FIELDS = [
  'cell',
  'backward',
  'batch',
  'time',
  'features',
  'units',
  'activation',
  'recurrentActivation',
  'resetAfter',
  'goBackwards',
  'returnSequences',
  'blocksPerShard',
  'shards',
  'training',
  'x',
  'kernel',
  'recurrentKernel',
  'bias',
  'h0',
  'c0',
  'mask',
  'dropoutMask',
  'recurrentDropoutMask',
  'output',
  'hLast',
  'cLast',
  'tape',
  'scratch',
  'panels',
  'dOutput',
  'dhLast',
  'dcLast',
  'dx',
  'dh0',
  'dc0',
  'dKernel',
  'dRecurrentKernel',
  'dBias',
  'sums',
] as const;

/** The fields of assembly/matmul.ts, in its order. */
export const MATMUL_FIELDS = [
  'batches',
  'rows',
  'depth',
  'columns',
  'a',
  'aRow',
  'aColumn',
  'aBatch',
  'b',
  'bRow',
  'bColumn',
  'bBatch',
  'c',
  'bias',
  'relu',
  'panels',
  'scratch',
  'rowsPerShard',
  'shardsPerMatrix',
] as const;

export type SequenceFields = Partial<Record<(typeof SEQUENCE_FIELDS)[number], number>>;
export type MatMulFields = Partial<Record<(typeof MATMUL_FIELDS)[number], number>>;

/** Writes a job's fields in the order of their names; those not given are 0. */
export function writeFields(
  words: Int32Array,
  names: readonly string[],
  fields: Readonly<Record<string, number | undefined>>,
): void {
  names.forEach((name, i) => {
    words[i] = fields[name] ?? 0;
  });
}
