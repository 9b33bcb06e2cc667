import type { Blocks } from '../machine/blocks';

type Fields = Readonly<Record<string, 'i32' | 'f32'>>;

const integers = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, 'i32'])) as Record<Name, 'i32'>;
const floats = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, 'f32'])) as Record<Name, 'f32'>;

/** The fields of assembly/job.ts, in its order. */
export const SEQUENCE_FIELDS = integers(
  ...([
    'cell',
    'backward',
    'batch',
    'time',
    'features',
    'units',
    'activation',
    'recurrentActivation',
  ] as const),
  ...(['resetAfter', 'goBackwards', 'returnSequences', 'blocksPerShard', 'shards', 'training'] as const),
  ...(['x', 'kernel', 'recurrentKernel', 'bias', 'h0', 'c0'] as const),
  ...(['mask', 'dropoutMask', 'recurrentDropoutMask'] as const),
  ...(['output', 'hLast', 'cLast', 'tape', 'scratch', 'panels'] as const),
  ...(['dOutput', 'dhLast', 'dcLast'] as const),
  ...(['dx', 'dh0', 'dc0', 'dKernel', 'dRecurrentKernel', 'dBias', 'sums'] as const),
);

/** The fields of assembly/matmul.ts, in its order. */
export const MATMUL_FIELDS = integers(
  ...(['batches', 'rows', 'depth', 'columns'] as const),
  ...(['a', 'aRow', 'aColumn', 'aBatch', 'b', 'bRow', 'bColumn', 'bBatch', 'c', 'bias', 'relu'] as const),
  ...(['panels', 'scratch', 'rowsPerShard', 'shardsPerMatrix'] as const),
);

/** The fields of assembly/adam.ts, in its order. */
export const ADAM_FIELDS = {
  ...integers('w', 'g', 'm', 'v', 'count'),
  ...floats('minusRate', 'beta1', 'oneMinusBeta1', 'beta2', 'oneMinusBeta2'),
  ...floats('correction1', 'correction2', 'epsilon'),
};

/** The fields of assembly/word2vec.ts, in its order. */
export const WORD2VEC_FIELDS = {
  ...integers('pass', 'cbow', 'width', 'text', 'from', 'to', 'length', 'wordsPerShard', 'slices', 'window'),
  ...integers('targets', 'negatives', 'seed', 'place'),
  ...floats('rate'),
  ...integers('vectors', 'weights', 'spare', 'thresholds', 'aliases', 'words'),
  ...integers('pathStarts', 'pathNodes', 'pathLabels', 'counts', 'neighbours', 'chosen', 'errors', 'means'),
};

/** The fields of assembly/row-dots.ts, in its order. */
export const ROW_DOTS_FIELDS = integers('rows', 'width', 'matrix', 'vector', 'products', 'rowsPerShard');

/** Values of a job's fields, by name. */
export type Values<F extends Fields> = Partial<Record<keyof F, number>>;

/** What the kernels are asked for, in the heap: a class of the assembly, whose fields are written by name. */
export class Job<F extends Fields> {
  /** Where it lies. */
  readonly at: number;
  private readonly places: ReadonlyMap<string, number>;

  /** @param blocks it is freed with; the fields are 0 until they are set */
  constructor(
    private readonly blocks: Blocks,
    private readonly fields: F,
  ) {
    const names = Object.keys(fields);
    this.places = new Map(names.map((name, place) => [name, place]));
    this.at = blocks.take(4 * names.length);
    blocks.heap.integers(this.at, names.length).fill(0);
  }

  set(values: Values<F>): this {
    const { heap } = this.blocks;
    const count = this.places.size;
    const words = { i32: heap.integers(this.at, count), f32: heap.floats(this.at, count) };
    for (const [name, value] of Object.entries(values)) {
      words[this.fields[name]][this.places.get(name)!] = value as number;
    }
    return this;
  }
}
