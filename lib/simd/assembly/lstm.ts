import {
  Block, blockScratchBytes, blockTapeBytes, dropMasked, input, keepMasked, place, places, readInput, readGradient,
  readOutputGradient, readTensor, SLACK, state, takeMask, undropState, WINDOW, writeInputGradient, writeOutput,
  writeTensor,
} from './block';
import { panelBytes, product, weightGradient } from './gemm';
import { Job } from './job';
import { activate, flush, ROW, slope, V } from './vector';
import { packInputs, packTransposed, spreadInputs, sumsBytes, sumsStep } from './weights';

/**
 * [i f g o] = σσφσ(x_t W + h_{t−1} U + b),  c_t = f c_{t−1} + i g,  h_t = o φ(c_t)
 *
 * The tape has c for each place, then [i f g o φ(c)] for each.
 */
const GATES: i32 = 4;

function gateBytes(units: i32): usize {
  return <usize>((GATES + 1) * units + SLACK) * ROW;
}

export function lstmTapeBytes(job: Job): usize {
  return blockTapeBytes(job) + <usize>places(job) * (<usize>job.units * ROW + gateBytes(job.units));
}

export function lstmScratchBytes(job: Job): usize {
  const H = job.units;
  return blockScratchBytes(job) + <usize>(5 * (H + SLACK) + job.features + WINDOW * (GATES * H + SLACK)) * ROW;
}

export function lstmPanelsBytes(job: Job): usize {
  const columns = GATES * job.units;
  const there = panelBytes(job.features + 1 + job.units, columns);
  const back = panelBytes(columns, job.units) + panelBytes(columns, job.features);
  return max(there, back);
}

export function lstmSumsBytes(job: Job): usize {
  return sumsBytes(job.features + 1 + job.units, GATES * job.units);
}

export function lstmPack(job: Job): void {
  const columns = GATES * job.units;
  if (!job.backward) return packInputs(job, columns, job.panels);
  packTransposed(job.recurrentKernel, job.units, columns, job.panels);
  packTransposed(job.kernel, job.features, columns, job.panels + panelBytes(columns, job.units));
}

export function lstmForward(job: Job): void {
  const T = Block.time;
  const H = Block.units;
  const K = Block.depth;
  const tape = Block.tape;
  const scratch = Block.scratch;
  const size = <usize>H * ROW;
  const memories = tape;
  const gates = memories + <usize>places(job) * size;
  readTensor(job.h0, H, state(0));
  readTensor(job.c0, H, memories);
  for (let t = 0; t < T; t++) {
    readInput(t);
    const i = place(gates, t, gateBytes(H));
    const f = i + size;
    const g = f + size;
    const o = g + size;
    const phi = o + size;
    product(job.panels, K, GATES * H, input(t), i, false);
    activate(job.recurrentActivation, i, 2 * H);
    activate(job.activation, g, H);
    activate(job.recurrentActivation, o, H);

    const cBefore = place(memories, t, size);
    const c = place(memories, t + 1, size);
    for (let p: usize = 0; p < size; p += V) {
      const kept = f32x4.mul(v128.load(f + p), v128.load(cBefore + p));
      const added = f32x4.mul(v128.load(i + p), v128.load(g + p));
      const sum = f32x4.add(kept, added);
      v128.store(c + p, sum);
      v128.store(phi + p, sum);
    }
    activate(job.activation, phi, H);
    const h = state(t + 1);
    for (let p: usize = 0; p < size; p += V) {
      v128.store(h + p, f32x4.mul(v128.load(o + p), v128.load(phi + p)));
    }
    takeMask(t);
    keepMasked(h, state(t), H);
    keepMasked(c, cBefore, H);
    writeOutput(t, scratch);
  }
  writeTensor(state(T), H, job.hLast);
  writeTensor(place(memories, T, size), H, job.cLast);
}

export function lstmBackward(job: Job, sums: usize): void {
  const T = Block.time;
  const F = Block.features;
  const H = Block.units;
  const K = Block.depth;
  const inputBytes = Block.inputBytes;
  const tape = Block.tape;
  const scratch = Block.scratch;
  const phiKind = job.activation;
  const sigmaKind = job.recurrentActivation;
  const size = <usize>H * ROW;
  const memories = tape;
  const gates = memories + <usize>places(job) * size;
  const N = GATES * H;
  const Ut = job.panels;
  const Wt = Ut + panelBytes(N, H);
  const withSlack = <usize>(H + SLACK) * ROW;
  const windowBytes = <usize>(N + SLACK) * ROW;
  let dh = scratch;
  let dhBefore = dh + withSlack;
  let dc = dhBefore + withSlack;
  let dcBefore = dc + size;
  const room = dcBefore + size;
  const window = room + <usize>(max(H, F) + SLACK) * ROW;

  readGradient(job.dhLast, H, dh);
  readGradient(job.dcLast, H, dc);
  let slot = WINDOW;
  for (let t = T - 1; t >= 0; t--) {
    takeMask(t);
    readOutputGradient(t, dh, room);

    // The gradients of what σ and φ are applied to
    const di = window + <usize>--slot * windowBytes;
    const df = di + size;
    const dg = df + size;
    const dO = dg + size;
    const i = place(gates, t, gateBytes(H));
    const f = i + size;
    const g = f + size;
    const o = g + size;
    const phi = o + size;
    const cBefore = place(memories, t, size);
    for (let p: usize = 0; p < size; p += V) {
      const dhNow = v128.load(dh + p);
      const iNow = v128.load(i + p);
      const fNow = v128.load(f + p);
      const gNow = v128.load(g + p);
      const oNow = v128.load(o + p);
      const phiNow = v128.load(phi + p);
      const throughH = f32x4.mul(f32x4.mul(dhNow, oNow), slope(phiKind, phiNow));
      const dcNow = flush(f32x4.add(v128.load(dc + p), throughH));
      v128.store(di + p, flush(f32x4.mul(f32x4.mul(dcNow, gNow), slope(sigmaKind, iNow))));
      v128.store(df + p, flush(f32x4.mul(f32x4.mul(dcNow, v128.load(cBefore + p)), slope(sigmaKind, fNow))));
      v128.store(dg + p, flush(f32x4.mul(f32x4.mul(dcNow, iNow), slope(phiKind, gNow))));
      v128.store(dO + p, flush(f32x4.mul(f32x4.mul(dhNow, phiNow), slope(sigmaKind, oNow))));
      v128.store(dcBefore + p, flush(f32x4.mul(dcNow, fNow)));
    }
    dropMasked(di, N);

    product(Ut, N, H, di, dhBefore, false);
    undropState(dhBefore);
    keepMasked(dhBefore, dh, H);
    keepMasked(dcBefore, dc, H);
    let done = dh;
    dh = dhBefore;
    dhBefore = done;
    done = dc;
    dc = dcBefore;
    dcBefore = done;

    if (job.dx) {
      product(Wt, N, F, di, room, false);
      writeInputGradient(room, t);
    }
    if (slot == 0 || t == 0) {
      weightGradient(input(t), inputBytes, K, di, windowBytes, N, WINDOW - slot, sums, <usize>sumsStep(K) << 2);
      slot = WINDOW;
    }
  }
  writeTensor(dh, H, job.dh0);
  writeTensor(dc, H, job.dc0);
}

export function lstmSpread(job: Job): void {
  spreadInputs(job, GATES * job.units, job.sums);
}
