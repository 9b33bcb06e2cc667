import { open } from './block';
import {
  gruBackward, gruForward, gruPack, gruPanelsBytes, gruScratchBytes, gruSpread, gruSumsBytes, gruTapeBytes,
} from './gru';
import { Job } from './job';
import {
  lstmBackward, lstmForward, lstmPack, lstmPanelsBytes, lstmScratchBytes, lstmSpread, lstmSumsBytes, lstmTapeBytes,
} from './lstm';
import {
  simpleRnnBackward, simpleRnnForward, simpleRnnPack, simpleRnnPanelsBytes, simpleRnnScratchBytes, simpleRnnSpread,
  simpleRnnSumsBytes, simpleRnnTapeBytes,
} from './simple-rnn';
import { addShards } from './weights';

const SIMPLE_RNN: i32 = 0;
const GRU: i32 = 1;

/** Bytes of a block's (or, without training, a worker's) activations. */
export function tapeBytes(job: Job): usize {
  if (job.cell == SIMPLE_RNN) return simpleRnnTapeBytes(job);
  return job.cell == GRU ? gruTapeBytes(job) : lstmTapeBytes(job);
}

/** Bytes that a worker needs for itself. */
export function scratchBytes(job: Job): usize {
  if (job.cell == SIMPLE_RNN) return simpleRnnScratchBytes(job);
  return job.cell == GRU ? gruScratchBytes(job) : lstmScratchBytes(job);
}

/** Bytes of the weights in panels. */
export function panelsBytes(job: Job): usize {
  if (job.cell == SIMPLE_RNN) return simpleRnnPanelsBytes(job);
  return job.cell == GRU ? gruPanelsBytes(job) : lstmPanelsBytes(job);
}

/** Bytes of a shard's sums of the weights' gradients. */
export function sumsBytes(job: Job): usize {
  if (job.cell == SIMPLE_RNN) return simpleRnnSumsBytes(job);
  return job.cell == GRU ? gruSumsBytes(job) : lstmSumsBytes(job);
}

/** Before the shards: the weights into panels. */
export function prepareSequences(job: Job): void {
  if (job.cell == SIMPLE_RNN) simpleRnnPack(job);
  else if (job.cell == GRU) gruPack(job);
  else lstmPack(job);
}

/** One shard: some blocks of eight sequences, forward or back through all steps. */
export function runSequences(job: Job, shard: i32, worker: i32): void {
  const scratch = job.scratch + <usize>worker * scratchBytes(job);
  const sums = job.sums + <usize>shard * sumsBytes(job);
  const cell = job.cell;
  const first = shard * job.blocksPerShard;
  const last = min(first + job.blocksPerShard, (job.batch + 7) >> 3);
  if (job.backward) memory.fill(sums, 0, sumsBytes(job));
  for (let block = first; block < last; block++) {
    const tape = job.tape + <usize>(job.training ? block : worker) * tapeBytes(job);
    open(job, block, tape, scratch);
    if (job.backward) {
      if (cell == SIMPLE_RNN) simpleRnnBackward(job, sums);
      else if (cell == GRU) gruBackward(job, sums);
      else lstmBackward(job, sums);
    } else if (cell == SIMPLE_RNN) simpleRnnForward(job);
    else if (cell == GRU) gruForward(job);
    else lstmForward(job);
  }
}

/** After the shards: the weights' gradients, summed and in Keras' layout. */
export function finishSequences(job: Job): void {
  if (!job.backward) return;
  addShards(job.sums, sumsBytes(job), job.shards);
  if (job.cell == SIMPLE_RNN) simpleRnnSpread(job);
  else if (job.cell == GRU) gruSpread(job);
  else lstmSpread(job);
}
