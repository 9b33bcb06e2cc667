import {
  Block, blockScratchBytes, blockTapeBytes, dropMasked, input, keepMasked, readInput, readGradient,
  readOutputGradient, readTensor, SLACK, state, takeMask, undropState, WINDOW, writeInputGradient, writeOutput,
  writeTensor,
} from './block';
import { panelBytes, product, weightGradient } from './gemm';
import { Job } from './job';
import { activate, flush, ROW, slope, V } from './vector';
import { packInputs, packTransposed, spreadInputs, sumsBytes, sumsStep } from './weights';

/** h_t = φ(x_t W + h_{t−1} U + b) */

export function simpleRnnTapeBytes(job: Job): usize {
  return blockTapeBytes(job);
}

export function simpleRnnScratchBytes(job: Job): usize {
  const dh = job.units + SLACK;
  return blockScratchBytes(job) + <usize>(3 * dh + job.features + WINDOW * dh) * ROW;
}

export function simpleRnnPanelsBytes(job: Job): usize {
  const depth = job.features + 1 + job.units;
  const there = panelBytes(depth, job.units);
  const back = panelBytes(job.units, job.units) + panelBytes(job.units, job.features);
  return max(there, back);
}

export function simpleRnnSumsBytes(job: Job): usize {
  return sumsBytes(job.features + 1 + job.units, job.units);
}

export function simpleRnnPack(job: Job): void {
  const units = job.units;
  if (!job.backward) return packInputs(job, units, job.panels);
  packTransposed(job.recurrentKernel, units, units, job.panels);
  packTransposed(job.kernel, job.features, units, job.panels + panelBytes(units, units));
}

export function simpleRnnForward(job: Job): void {
  const T = Block.time;
  const H = Block.units;
  const K = Block.depth;
  const scratch = Block.scratch;
  readTensor(job.h0, H, state(0));
  for (let t = 0; t < T; t++) {
    readInput(t);
    const h = state(t + 1);
    product(job.panels, K, H, input(t), h, false);
    activate(job.activation, h, H);
    takeMask(t);
    keepMasked(h, state(t), H);
    writeOutput(t, scratch);
  }
  writeTensor(state(T), H, job.hLast);
}

export function simpleRnnBackward(job: Job, sums: usize): void {
  const T = Block.time;
  const F = Block.features;
  const H = Block.units;
  const K = Block.depth;
  const inputBytes = Block.inputBytes;
  const scratch = Block.scratch;
  const activation = job.activation;
  const Ut = job.panels;
  const Wt = Ut + panelBytes(H, H);
  const bytes = <usize>(H + SLACK) * ROW;
  let dh = scratch;
  let dhBefore = dh + bytes;
  const room = dhBefore + bytes;
  const window = room + <usize>(max(H, F) + SLACK) * ROW;

  readGradient(job.dhLast, H, dh);
  let slot = WINDOW;
  for (let t = T - 1; t >= 0; t--) {
    takeMask(t);
    readOutputGradient(t, dh, room);

    // The gradient of what φ is applied to
    const da = window + <usize>--slot * bytes;
    let h = state(t + 1);
    for (let p: usize = 0; p < <usize>H * ROW; p += V) {
      v128.store(da + p, flush(f32x4.mul(v128.load(dh + p), slope(activation, v128.load(h + p)))));
    }
    dropMasked(da, H);

    product(Ut, H, H, da, dhBefore, false);
    undropState(dhBefore);
    keepMasked(dhBefore, dh, H);
    const done = dh;
    dh = dhBefore;
    dhBefore = done;

    if (job.dx) {
      product(Wt, H, F, da, room, false);
      writeInputGradient(room, t);
    }
    if (slot == 0 || t == 0) {
      weightGradient(input(t), inputBytes, K, da, bytes, H, WINDOW - slot, sums, <usize>sumsStep(K) << 2);
      slot = WINDOW;
    }
  }
  writeTensor(dh, H, job.dh0);
}

export function simpleRnnSpread(job: Job): void {
  spreadInputs(job, job.units, job.sums);
}
