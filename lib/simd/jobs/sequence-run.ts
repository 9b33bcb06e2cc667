import { fail } from '../../errors';
import { Blocks, type Values } from '../machine/blocks';
import { gigabytes } from '../machine/heap';
import { Kind, type Machine } from '../machine/kernels';
import { SEQUENCE_FIELDS, type SequenceFields, writeFields } from './fields';

/** A cell and sizes, as numbers that the kernels know. */
export interface SequencePlan {
  /** The operation's name, for errors */
  readonly where: string;
  readonly cell: 0 | 1 | 2;
  /** Columns of the weights: gates · units */
  readonly columns: number;
  readonly biasSize: number;
  readonly batch: number;
  readonly time: number;
  readonly features: number;
  readonly units: number;
  readonly activation: number;
  readonly recurrentActivation: number;
  readonly resetAfter: boolean;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
}

/** The tensors that go in, as their values. */
export interface SequenceValues {
  x: Values;
  kernel: Values;
  recurrentKernel: Values;
  bias: Values | null;
  h0: Values | null;
  c0: Values | null;
  mask: Values | null;
  dropoutMask: Values | null;
  recurrentDropoutMask: Values | null;
}

/** Sequences in a block, and shards whose gradients are summed apart: both fixed, whatever the threads. */
const BLOCK = 8;
const GRADIENT_SHARDS = 16;
const MAX_SHARDS = 0x7fff;

/** What the gradient needs of the forward pass. */
export class SequenceTape {
  constructor(
    readonly plan: SequencePlan,
    /** The fields that both passes share: weights, masks and the tape itself */
    readonly fields: SequenceFields,
    private readonly blocks: Blocks,
  ) {}

  free(): void {
    this.blocks.free();
  }
}

function fieldsOf(plan: SequencePlan): SequenceFields {
  const { cell, batch, time, features, units, activation, recurrentActivation } = plan;
  return {
    ...{ cell, batch, time, features, units, activation, recurrentActivation },
    resetAfter: Number(plan.resetAfter),
    goBackwards: Number(plan.goBackwards),
    returnSequences: Number(plan.returnSequences),
  };
}

/** How a batch is cut: by its size alone. */
function cut(batch: number, mostShards: number): { blocksPerShard: number; shards: number } {
  const blocks = Math.ceil(batch / BLOCK);
  const blocksPerShard = Math.ceil(blocks / Math.min(blocks, mostShards));
  return { blocksPerShard, shards: Math.ceil(blocks / blocksPerShard) };
}

/** Runs whole sequences on a machine. */
export class SequenceRunner {
  constructor(private readonly machine: Machine) {}

  /**
   * Refuses what does not fit, before anything is allocated. The kernels count bytes with 32 bits, so theirs are
   * asked for short sequences and continued in a straight line.
   */
  private checkRoom(plan: SequencePlan, job: number, fields: SequenceFields, workers: number): number {
    const { where, batch, time, features, units, columns } = plan;
    const { heap, kernels } = this.machine;
    const weights = 8 * (features + units + 4) * (columns + 4);
    const steps = fields.training ? time : 1;
    const tapeFor = (t: number) => {
      writeFields(heap.integers(job, SEQUENCE_FIELDS.length), SEQUENCE_FIELDS, { ...fields, time: t });
      return kernels.tapeBytes(job) >>> 0;
    };
    const one = tapeFor(1);
    const tape =
      (one + (steps - 1) * (tapeFor(2) - one)) * (fields.training ? Math.ceil(batch / BLOCK) : workers);
    const data = 4 * batch * time * (features + (plan.returnSequences ? units : 0));
    const total = weights + tape + data;
    const of = `batch ${batch}, ${time} steps, ${features} features and ${units} units`;
    if (total > 2 ** 32 || !heap.hasRoom(Math.max(tape, data, weights))) {
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
   * @param read copies the results out: 'output', 'hLast', 'cLast'
   * @returns the tape while training, else null
   */
  forward(
    plan: SequencePlan,
    values: SequenceValues,
    training: boolean,
    read: (name: 'output' | 'hLast' | 'cLast', values: Float32Array) => void,
  ): SequenceTape | null {
    const { heap, crew } = this.machine;
    const { where, batch, time, units } = plan;
    const kept = new Blocks(heap, where);
    const passing = new Blocks(heap, where);
    let done = false;
    try {
      const job = passing.take(4 * SEQUENCE_FIELDS.length);
      const shards = cut(batch, MAX_SHARDS);
      const common: SequenceFields = {
        ...fieldsOf(plan),
        training: Number(training),
        // Not yet addresses: what the sizes depend on is whether they are there.
        mask: Number(!!values.mask),
        recurrentDropoutMask: Number(!!values.recurrentDropoutMask),
      };
      const tapeBytes = this.checkRoom(plan, job, common, crew.threads);
      const tape = training ? kept.take(tapeBytes) : passing.take(tapeBytes);
      common.tape = tape;
      common.kernel = kept.copy(values.kernel);
      common.recurrentKernel = kept.copy(values.recurrentKernel);
      common.bias = kept.copy(values.bias);
      common.mask = kept.copy(values.mask);
      common.dropoutMask = kept.copy(values.dropoutMask);
      common.recurrentDropoutMask = kept.copy(values.recurrentDropoutMask);

      const outputSize = plan.returnSequences ? batch * time * units : batch * units;
      const fields: SequenceFields = {
        ...common,
        ...shards,
        x: passing.copy(values.x),
        h0: passing.copy(values.h0),
        c0: passing.copy(values.c0),
        output: passing.floats(outputSize),
        hLast: passing.floats(batch * units),
        cLast: plan.cell === 2 ? passing.floats(batch * units) : 0,
      };
      this.run(job, fields, passing, where);
      read('output', heap.floats(fields.output!, outputSize));
      read('hLast', heap.floats(fields.hLast!, batch * units));
      if (fields.cLast) read('cLast', heap.floats(fields.cLast, batch * units));
      done = true;
      return training ? new SequenceTape(plan, common, kept) : null;
    } finally {
      passing.free();
      if (!done || !training) kept.free();
    }
  }

  /**
   * @param gradients with respect to the results
   * @param wantX whether the input's gradient is asked for
   * @param read copies the gradients out, by their fields' names
   */
  backward(
    tape: SequenceTape,
    gradients: { output: Values; hLast: Values; cLast: Values | null },
    wantX: boolean,
    read: (
      name: 'dx' | 'dKernel' | 'dRecurrentKernel' | 'dBias' | 'dh0' | 'dc0',
      values: Float32Array,
    ) => void,
  ): void {
    const { heap } = this.machine;
    const { plan } = tape;
    const { where, batch, time, features, units, columns } = plan;
    const passing = new Blocks(heap, where);
    try {
      const job = passing.take(4 * SEQUENCE_FIELDS.length);
      const sizes = {
        dx: wantX ? batch * time * features : 0,
        dKernel: features * columns,
        dRecurrentKernel: units * columns,
        dBias: plan.biasSize,
        dh0: batch * units,
        dc0: plan.cell === 2 ? batch * units : 0,
      };
      const fields: SequenceFields = {
        ...tape.fields,
        ...cut(batch, GRADIENT_SHARDS),
        backward: 1,
        dOutput: passing.copy(gradients.output),
        dhLast: passing.copy(gradients.hLast),
        dcLast: passing.copy(gradients.cLast),
      };
      const names = Object.keys(sizes) as (keyof typeof sizes)[];
      for (const name of names) fields[name] = sizes[name] > 0 ? passing.floats(sizes[name]) : 0;
      this.run(job, fields, passing, where);
      for (const name of names) {
        const at = fields[name];
        if (at) read(name, heap.floats(at, sizes[name]));
      }
    } finally {
      passing.free();
    }
  }

  private run(job: number, fields: SequenceFields, blocks: Blocks, where: string): void {
    const { kernels, heap, crew } = this.machine;
    const write = () => writeFields(heap.integers(job, SEQUENCE_FIELDS.length), SEQUENCE_FIELDS, fields);
    write();
    fields.scratch = blocks.take((kernels.scratchBytes(job) >>> 0) * crew.threads);
    fields.panels = blocks.take(kernels.panelsBytes(job) >>> 0);
    if (fields.backward) fields.sums = blocks.take((kernels.sumsBytes(job) >>> 0) * fields.shards!);
    write();
    kernels.prepareSequences(job);
    const { batch, time, features, units } = fields;
    const multiplications = batch! * time! * units! * (features! + units!) * (fields.cell ? 3 : 1);
    crew.run(Kind.sequences, job, fields.shards!, multiplications, where);
    kernels.finishSequences(job);
  }
}
