import { fail } from '../../errors';
import { Blocks, type Values as Numbers } from '../machine/blocks';
import { gigabytes } from '../machine/heap';
import { Kind, type Machine } from '../machine/kernels';
import { CELLS, type CellKind, type Sequence, type SequenceSizes } from '../sequence';
import { Job, SEQUENCE_FIELDS, type Values } from './fields';

type Fields = Values<typeof SEQUENCE_FIELDS>;
type SequenceJob = Job<typeof SEQUENCE_FIELDS>;

/** The cells by the numbers of assembly/cells.ts, φ and σ by those of assembly/vector.ts */
const CELL_NUMBERS = { simpleRnn: 0, gru: 1, lstm: 2 } as const satisfies Record<CellKind, number>;
const ACTIVATIONS: Readonly<Record<string, number>> = {
  tanh: 0,
  relu: 1,
  linear: 2,
  sigmoid: 3,
  hardSigmoid: 4,
};
const RECURRENT_ACTIVATIONS = ['sigmoid', 'hardSigmoid'];

/** Whether the kernels know the functions of a cell. */
export function knowsCell({
  kind,
  activation,
  recurrentActivation,
}: Pick<Sequence, 'kind' | 'activation' | 'recurrentActivation'>): boolean {
  const gated = kind !== 'simpleRnn';
  return (
    Object.hasOwn(ACTIVATIONS, activation.name) &&
    (!gated || RECURRENT_ACTIVATIONS.includes(recurrentActivation.name))
  );
}

/** Sequences in a block, and shards whose gradients are summed apart: both fixed, whatever the threads. */
const BLOCK = 8;
const GRADIENT_SHARDS = 16;
const MAX_SHARDS = 0x7fff;

/** What the gradient needs of the forward pass. */
export class SequenceTape {
  constructor(
    readonly sequence: Pick<Sequence, 'where' | 'kind' | 'resetAfter'>,
    readonly sizes: SequenceSizes,
    /** What both passes share: sizes, weights, masks and the tape itself */
    readonly fields: Fields,
    private readonly blocks: Blocks,
  ) {}

  free(): void {
    this.blocks.free();
  }
}

/** How a batch is cut: by its size alone. */
function cut(batch: number, mostShards: number): { blocksPerShard: number; shards: number } {
  const blocks = Math.ceil(batch / BLOCK);
  const blocksPerShard = Math.ceil(blocks / Math.min(blocks, mostShards));
  return { blocksPerShard, shards: Math.ceil(blocks / blocksPerShard) };
}

/**
 * Bytes of the tape. What does not fit is refused before anything is allocated. The kernels count bytes with 32 bits,
 * so theirs are asked for short sequences and continued in a straight line.
 */
function tapeBytes(
  { heap, kernels, crew }: Machine,
  job: SequenceJob,
  { where, kind, returnSequences }: Sequence<Numbers>,
  { batch, time, features, units }: SequenceSizes,
  training: boolean,
): number {
  const forSteps = (steps: number) => kernels.tapeBytes(job.set({ time: steps }).at) >>> 0;
  const [one, two] = [forSteps(1), forSteps(2)];
  job.set({ time });
  const copies = training ? Math.ceil(batch / BLOCK) : crew.threads;
  const tape = (one + ((training ? time : 1) - 1) * (two - one)) * copies;
  const weights = 8 * (features + units + 4) * (CELLS[kind].gates * units + 4);
  const data = 4 * batch * time * (features + (returnSequences ? units : 0));
  const total = weights + tape + data;
  if (total > 2 ** 32 || !heap.hasRoom(Math.max(tape, data, weights))) {
    const of = `batch ${batch}, ${time} steps, ${features} features and ${units} units`;
    const { used } = heap.usage();
    fail(
      where,
      `${of} need ${gigabytes(total)} of the kernels' memory; it has ${gigabytes(2 ** 32)}, ` +
        `of which ${gigabytes(used)} is in use`,
    );
  }
  return tape;
}

/**
 * Runs a whole sequence on a machine.
 *
 * @param sizes as `checkSequence` found them
 * @param read copies the results out
 * @returns the tape while training, else null
 */
export function runForward(
  machine: Machine,
  sequence: Sequence<Numbers>,
  sizes: SequenceSizes,
  training: boolean,
  read: (name: 'output' | 'hLast' | 'cLast', values: Float32Array) => void,
): SequenceTape | null {
  const { heap } = machine;
  const { where, kind, resetAfter } = sequence;
  const { batch, time, units } = sizes;
  const kept = new Blocks(heap, where);
  const passing = new Blocks(heap, where);
  let done = false;
  try {
    const described: Fields = {
      ...sizes,
      cell: CELL_NUMBERS[kind],
      activation: ACTIVATIONS[sequence.activation.name],
      recurrentActivation: ACTIVATIONS[sequence.recurrentActivation.name] ?? 0,
      resetAfter: Number(resetAfter),
      goBackwards: Number(sequence.goBackwards),
      returnSequences: Number(sequence.returnSequences),
      training: Number(training),
    };
    const job = new Job(passing, SEQUENCE_FIELDS).set({
      ...described,
      // Not yet addresses: what the sizes depend on is whether they are there.
      mask: Number(sequence.mask !== null),
      recurrentDropoutMask: Number(sequence.recurrentDropoutMask !== null),
    });
    const bytes = tapeBytes(machine, job, sequence, sizes, training);
    const shared: Fields = {
      tape: (training ? kept : passing).take(bytes),
      kernel: kept.copy(sequence.kernel),
      recurrentKernel: kept.copy(sequence.recurrentKernel),
      bias: kept.copy(sequence.bias),
      mask: kept.copy(sequence.mask),
      dropoutMask: kept.copy(sequence.dropoutMask),
      recurrentDropoutMask: kept.copy(sequence.recurrentDropoutMask),
    };
    const counts = {
      output: sequence.returnSequences ? batch * time * units : batch * units,
      hLast: batch * units,
      cLast: kind === 'lstm' ? batch * units : 0,
    };
    const cuts = cut(batch, MAX_SHARDS);
    job.set({ ...shared, ...cuts });
    job.set({ x: passing.copy(sequence.x), h0: passing.copy(sequence.h0), c0: passing.copy(sequence.c0) });
    const results = places(passing, counts);
    run(machine, job.set(results), passing, { where, kind, sizes, shards: cuts.shards, backward: false });
    readAll(machine, results, counts, read);
    done = true;
    if (!training) return null;
    return new SequenceTape({ where, kind, resetAfter }, sizes, { ...described, ...shared }, kept);
  } finally {
    passing.free();
    if (!done || !training) kept.free();
  }
}

/**
 * Runs a sequence's gradient back through all its steps.
 *
 * @param gradients with respect to the results
 * @param wantX whether the input's gradient is asked for
 * @param read copies the gradients out, by their fields' names
 */
export function runBackward(
  machine: Machine,
  { sequence, sizes, fields }: SequenceTape,
  gradients: { output: Numbers; hLast: Numbers; cLast: Numbers | null },
  wantX: boolean,
  read: (name: 'dx' | 'dKernel' | 'dRecurrentKernel' | 'dBias' | 'dh0' | 'dc0', values: Float32Array) => void,
): void {
  const { where, kind, resetAfter } = sequence;
  const { batch, time, features, units } = sizes;
  const columns = CELLS[kind].gates * units;
  const passing = new Blocks(machine.heap, where);
  try {
    const counts = {
      dx: wantX ? batch * time * features : 0,
      dKernel: features * columns,
      dRecurrentKernel: units * columns,
      dBias: (kind === 'gru' && resetAfter ? 2 : 1) * columns,
      dh0: batch * units,
      dc0: kind === 'lstm' ? batch * units : 0,
    };
    const cuts = cut(batch, GRADIENT_SHARDS);
    const results = places(passing, counts);
    const job = new Job(passing, SEQUENCE_FIELDS).set({ ...fields, ...cuts, ...results, backward: 1 });
    job.set({
      dOutput: passing.copy(gradients.output),
      dhLast: passing.copy(gradients.hLast),
      dcLast: passing.copy(gradients.cLast),
    });
    run(machine, job, passing, { where, kind, sizes, shards: cuts.shards, backward: true });
    readAll(machine, results, counts, read);
  } finally {
    passing.free();
  }
}

/** Room for results; 0 for one that is not asked for. */
function places<Name extends string>(blocks: Blocks, counts: Record<Name, number>): Record<Name, number> {
  const entries = Object.entries<number>(counts);
  return Object.fromEntries(
    entries.map(([name, count]) => [name, count > 0 ? blocks.floats(count) : 0]),
  ) as Record<Name, number>;
}

function readAll<Name extends string>(
  { heap }: Machine,
  results: Record<Name, number>,
  counts: Record<Name, number>,
  read: (name: Name, values: Float32Array) => void,
): void {
  for (const name of Object.keys(results) as Name[]) {
    if (results[name]) read(name, heap.floats(results[name], counts[name]));
  }
}

function run(
  { kernels, crew }: Machine,
  job: SequenceJob,
  blocks: Blocks,
  what: { where: string; kind: CellKind; sizes: SequenceSizes; shards: number; backward: boolean },
): void {
  const { where, kind, sizes, shards, backward } = what;
  job.set({
    scratch: blocks.take((kernels.scratchBytes(job.at) >>> 0) * crew.threads),
    panels: blocks.take(kernels.panelsBytes(job.at) >>> 0),
    sums: backward ? blocks.take((kernels.sumsBytes(job.at) >>> 0) * shards) : 0,
  });
  kernels.prepareSequences(job.at);
  const { batch, time, features, units } = sizes;
  const multiplications = batch * time * units * (features + units) * (kind === 'simpleRnn' ? 1 : 3);
  crew.run(Kind.sequences, job.at, shards, multiplications, where);
  kernels.finishSequences(job.at);
}
