import {
  Block, blockScratchBytes, blockTapeBytes, dropMasked, input, keepMasked, oneAndState, place, places, readInput,
  readGradient, readOutputGradient, readTensor, SLACK, state, takeMask, undropState, WINDOW, writeInputGradient,
  writeOutput, writeTensor,
} from './block';
import { pack, panelBytes, product, weightGradient } from './gemm';
import { Job } from './job';
import { addRows, productRows } from './lanes';
import { activate, flush, ROW, slope, V } from './vector';
import { packTransposed, spread, sumsBytes, sumsStep } from './weights';

/**
 * z, r = σ(x_t W + h_{t−1} U + b)
 * a = x_t W_h + b_h + r (h_{t−1} U_h + b′_h)   resetAfter
 * a = x_t W_h + b_h + (r h_{t−1}) U_h          not resetAfter
 * h_t = z h_{t−1} + (1 − z) φ(a)
 *
 * The tape has [z r q φ(a)] for each place; q is what r multiplies (resetAfter), or else the product r h_{t−1}.
 */
const ROWS: i32 = 4;

function gateBytes(units: i32): usize {
  return <usize>(ROWS * units + SLACK) * ROW;
}

export function gruTapeBytes(job: Job): usize {
  return blockTapeBytes(job) + <usize>places(job) * gateBytes(job.units);
}

export function gruScratchBytes(job: Job): usize {
  const H = job.units;
  return blockScratchBytes(job) + <usize>(5 * (H + SLACK) + job.features + WINDOW * (ROWS * H + SLACK)) * ROW;
}

/** Depth of what U_h multiplies: [1 | h], or r h */
function candidateDepth(job: Job): i32 {
  return job.resetAfter ? 1 + job.units : job.units;
}

export function gruPanelsBytes(job: Job): usize {
  const H = job.units;
  const there = panelBytes(job.features + 1 + H, 2 * H) + panelBytes(1 + H, H) + panelBytes(job.features + 1, H);
  const back = panelBytes(3 * H, H) + panelBytes(H, H) + panelBytes(3 * H, job.features);
  return max(there, back);
}

export function gruSumsBytes(job: Job): usize {
  const H = job.units;
  const F = job.features;
  return sumsBytes(F + 1 + H, 2 * H) + sumsBytes(candidateDepth(job), H) + sumsBytes(F + 1, H);
}

export function gruPack(job: Job): void {
  if (job.backward) packBack(job);
  else packThere(job);
}

function packThere(job: Job): void {
  const H = job.units;
  const F = job.features;
  const columns = 3 * H;
  const inCandidate = <usize>(2 * H) << 2;
  const Wzr = job.panels;
  const depth = F + 1 + H;
  memory.fill(Wzr, 0, gruPanelsBytes(job));
  pack(Wzr, depth, 0, 0, job.kernel, columns, 1, F, 2 * H);
  pack(Wzr, depth, F + 1, 0, job.recurrentKernel, columns, 1, H, 2 * H);

  const Uh = Wzr + panelBytes(depth, 2 * H);
  const Wh = Uh + panelBytes(candidateDepth(job), H);
  pack(Wh, F + 1, 0, 0, job.kernel + inCandidate, columns, 1, F, H);
  pack(Uh, candidateDepth(job), job.resetAfter ? 1 : 0, 0, job.recurrentKernel + inCandidate, columns, 1, H, H);
  if (!job.bias) return;
  pack(Wh, F + 1, F, 0, job.bias + inCandidate, 0, 1, 1, H);
  pack(Wzr, depth, F, 0, job.bias, 0, 1, 1, 2 * H);
  if (!job.resetAfter) return;
  // A gate's two biases add up; the candidate's second one lies under r.
  const second = job.bias + (<usize>columns << 2);
  pack(Uh, 1 + H, 0, 0, second + inCandidate, 0, 1, 1, H);
  for (let j = 0; j < 2 * H; j++) {
    const at = Wzr + <usize>(j >> 2) * <usize>depth * V + <usize>F * V + (<usize>(j & 3) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(second + (<usize>j << 2)));
  }
}

/** With the rows of a step's gradient as [dq dz dr da], U takes the first three and W the last three. */
function packBack(job: Job): void {
  const H = job.units;
  const columns = 3 * H;
  const inCandidate = <usize>(2 * H) << 2;
  const Ut = job.panels;
  const Uht = Ut + panelBytes(3 * H, H);
  memory.fill(Ut, 0, gruPanelsBytes(job));
  if (job.resetAfter) {
    pack(Ut, 3 * H, 0, 0, job.recurrentKernel + inCandidate, 1, columns, H, H);
    pack(Ut, 3 * H, H, 0, job.recurrentKernel, 1, columns, 2 * H, H);
  } else {
    pack(Ut, 2 * H, 0, 0, job.recurrentKernel, 1, columns, 2 * H, H);
    pack(Uht, H, 0, 0, job.recurrentKernel + inCandidate, 1, columns, H, H);
  }
  packTransposed(job.kernel, job.features, columns, Uht + panelBytes(H, H));
}

export function gruForward(job: Job): void {
  const T = Block.time;
  const F = Block.features;
  const H = Block.units;
  const K = Block.depth;
  const tape = Block.tape;
  const scratch = Block.scratch;
  const size = <usize>H * ROW;
  const Wzr = job.panels;
  const Uh = Wzr + panelBytes(K, 2 * H);
  const Wh = Uh + panelBytes(candidateDepth(job), H);
  readTensor(job.h0, H, state(0));
  for (let t = 0; t < T; t++) {
    readInput(t);
    const z = place(tape, t, gateBytes(H));
    const r = z + size;
    const q = r + size;
    const a = q + size;
    product(Wzr, K, 2 * H, input(t), z, false);
    activate(job.recurrentActivation, z, 2 * H);
    if (job.resetAfter) {
      product(Uh, 1 + H, H, oneAndState(t), q, false);
      product(Wh, F + 1, H, input(t), a, false);
      for (let p: usize = 0; p < size; p += V) {
        const reset = f32x4.mul(v128.load(r + p), v128.load(q + p));
        v128.store(a + p, f32x4.add(v128.load(a + p), reset));
      }
    } else {
      productRows(q, r, oneAndState(t) + ROW, H);
      product(Wh, F + 1, H, input(t), a, false);
      product(Uh, H, H, q, a, true);
    }
    activate(job.activation, a, H);

    const hBefore = state(t);
    const h = state(t + 1);
    for (let p: usize = 0; p < size; p += V) {
      const candidate = v128.load(a + p);
      const change = f32x4.sub(v128.load(hBefore + p), candidate);
      v128.store(h + p, f32x4.add(candidate, f32x4.mul(v128.load(z + p), change)));
    }
    takeMask(t);
    keepMasked(h, hBefore, H);
    writeOutput(t, scratch);
  }
  writeTensor(state(T), H, job.hLast);
}

export function gruBackward(job: Job, sums: usize): void {
  const T = Block.time;
  const F = Block.features;
  const H = Block.units;
  const K = Block.depth;
  const inputBytes = Block.inputBytes;
  const tape = Block.tape;
  const scratch = Block.scratch;
  const phiKind = job.activation;
  const sigmaKind = job.recurrentActivation;
  const resetAfter = job.resetAfter;
  const size = <usize>H * ROW;
  const Ut = job.panels;
  const Uht = Ut + panelBytes(3 * H, H);
  const Wt = Uht + panelBytes(H, H);
  const withSlack = <usize>(H + SLACK) * ROW;
  const windowBytes = <usize>(ROWS * H + SLACK) * ROW;
  const gate = gateBytes(H);
  const sumsQ = sums + sumsBytes(K, 2 * H);
  const sumsA = sumsQ + sumsBytes(candidateDepth(job), H);
  let dh = scratch;
  let dhBefore = dh + withSlack;
  const kept = dhBefore + withSlack;
  const drh = kept + size;
  const room = drh + withSlack;
  const window = room + <usize>(max(H, F) + SLACK) * ROW;

  readGradient(job.dhLast, H, dh);
  let slot = WINDOW;
  for (let t = T - 1; t >= 0; t--) {
    takeMask(t);
    readOutputGradient(t, dh, room);

    // The gradients of what σ and φ are applied to; `kept` is the part that z lets pass to the state before.
    const dq = window + <usize>--slot * windowBytes;
    const dz = dq + size;
    const dr = dz + size;
    const da = dr + size;
    const z = place(tape, t, gate);
    const r = z + size;
    const q = r + size;
    const a = q + size;
    const h = state(t);
    for (let p: usize = 0; p < size; p += V) {
      const dhNow = v128.load(dh + p);
      const zNow = v128.load(z + p);
      const candidate = v128.load(a + p);
      const passed = flush(f32x4.mul(dhNow, zNow));
      v128.store(kept + p, passed);
      const change = f32x4.sub(v128.load(h + p), candidate);
      v128.store(dz + p, flush(f32x4.mul(f32x4.mul(dhNow, change), slope(sigmaKind, zNow))));
      v128.store(da + p, flush(f32x4.mul(f32x4.sub(dhNow, passed), slope(phiKind, candidate))));
    }
    if (resetAfter) {
      for (let p: usize = 0; p < size; p += V) {
        const daNow = v128.load(da + p);
        const rNow = v128.load(r + p);
        v128.store(dq + p, flush(f32x4.mul(daNow, rNow)));
        v128.store(dr + p, flush(f32x4.mul(f32x4.mul(daNow, v128.load(q + p)), slope(sigmaKind, rNow))));
      }
      dropMasked(dq, ROWS * H);
      product(Ut, 3 * H, H, dq, dhBefore, false);
    } else {
      product(Uht, H, H, da, drh, false);
      const remembered = oneAndState(t) + ROW;
      for (let p: usize = 0; p < size; p += V) {
        const rNow = v128.load(r + p);
        const d = f32x4.mul(v128.load(drh + p), v128.load(remembered + p));
        v128.store(dr + p, flush(f32x4.mul(d, slope(sigmaKind, rNow))));
      }
      dropMasked(dz, 3 * H);
      product(Ut, 2 * H, H, dz, dhBefore, false);
      productRows(drh, drh, r, H);
      addRows(dhBefore, drh, H);
    }
    undropState(dhBefore);
    addRows(dhBefore, kept, H);
    keepMasked(dhBefore, dh, H);
    const done = dh;
    dh = dhBefore;
    dhBefore = done;

    if (job.dx) {
      product(Wt, 3 * H, F, dz, room, false);
      writeInputGradient(room, t);
    }
    if (slot == 0 || t == 0) {
      const steps = WINDOW - slot;
      const from = input(t);
      weightGradient(from, inputBytes, K, dz, windowBytes, 2 * H, steps, sums, <usize>sumsStep(K) << 2);
      weightGradient(from, inputBytes, F + 1, da, windowBytes, H, steps, sumsA, <usize>sumsStep(F + 1) << 2);
      const stepQ = <usize>sumsStep(candidateDepth(job)) << 2;
      if (resetAfter) {
        weightGradient(oneAndState(t), inputBytes, 1 + H, dq, windowBytes, H, steps, sumsQ, stepQ);
      } else {
        weightGradient(q, gate, H, da, windowBytes, H, steps, sumsQ, stepQ);
      }
      slot = WINDOW;
    }
  }
  writeTensor(dh, H, job.dh0);
}

export function gruSpread(job: Job): void {
  const H = job.units;
  const F = job.features;
  const columns = 3 * H;
  const inCandidate = <usize>(2 * H) << 2;
  const depth = F + 1 + H;
  const sumsZr = job.sums;
  const sumsQ = sumsZr + sumsBytes(depth, 2 * H);
  const sumsA = sumsQ + sumsBytes(candidateDepth(job), H);
  const stepZr = sumsStep(depth);
  const stepQ = sumsStep(candidateDepth(job));
  const stepA = sumsStep(F + 1);
  spread(sumsZr, stepZr, 0, F, 2 * H, job.dKernel, columns);
  spread(sumsA, stepA, 0, F, H, job.dKernel + inCandidate, columns);
  spread(sumsZr, stepZr, F + 1, H, 2 * H, job.dRecurrentKernel, columns);
  const k0 = job.resetAfter ? 1 : 0;
  spread(sumsQ, stepQ, k0, H, H, job.dRecurrentKernel + inCandidate, columns);
  spread(sumsZr, stepZr, F, 1, 2 * H, job.dBias, columns);
  spread(sumsA, stepA, F, 1, H, job.dBias + inCandidate, columns);
  if (!job.resetAfter) return;
  const second = job.dBias + (<usize>columns << 2);
  spread(sumsZr, stepZr, F, 1, 2 * H, second, columns);
  spread(sumsQ, stepQ, 0, 1, H, second + inCandidate, columns);
}
