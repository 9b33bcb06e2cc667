import { flush, V } from './vector';

/**
 * One step of Adam for all of a model's weights, which lie one after the other, a multiple of `CHUNK` in all.
 * Fields in the order of ../jobs/fields.ts; the numbers after `count` are float32.
 *
 *   m = β₁ m + (1 − β₁) g,  v = β₂ v + (1 − β₂) g²,  w = w − α (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * The operations are tfjs' own and in its order, so the weights are, bit for bit, those that it computes.
 *
 * @see D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015
 */
@unmanaged
export class AdamJob {
  w: usize;
  g: usize;
  m: usize;
  v: usize;
  count: i32;
  minusRate: f32;
  beta1: f32;
  oneMinusBeta1: f32;
  beta2: f32;
  oneMinusBeta2: f32;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ */
  correction1: f32;
  correction2: f32;
  epsilon: f32;
}

/** Numbers in a shard */
const CHUNK: i32 = 16384;

export function runAdam(job: AdamJob, shard: i32): void {
  const first = shard * CHUNK;
  const last = min(first + CHUNK, job.count);
  const offset = <usize>first << 2;
  let w = job.w + offset;
  let g = job.g + offset;
  let m = job.m + offset;
  let v = job.v + offset;
  const minusRate = f32x4.splat(job.minusRate);
  const beta1 = f32x4.splat(job.beta1);
  const oneMinusBeta1 = f32x4.splat(job.oneMinusBeta1);
  const beta2 = f32x4.splat(job.beta2);
  const oneMinusBeta2 = f32x4.splat(job.oneMinusBeta2);
  const correction1 = f32x4.splat(job.correction1);
  const correction2 = f32x4.splat(job.correction2);
  const epsilon = f32x4.splat(job.epsilon);
  const end = w + (<usize>(last - first) << 2);
  while (w < end) {
    const gradient = flush(v128.load(g));
    const first = f32x4.add(f32x4.mul(v128.load(m), beta1), f32x4.mul(gradient, oneMinusBeta1));
    const square = f32x4.mul(f32x4.mul(gradient, gradient), oneMinusBeta2);
    const second = f32x4.add(f32x4.mul(v128.load(v), beta2), square);
    const momentum = flush(first);
    const variance = flush(second);
    v128.store(m, momentum);
    v128.store(v, variance);
    const scale = f32x4.add(f32x4.sqrt(f32x4.div(variance, correction2)), epsilon);
    const step = f32x4.div(f32x4.div(momentum, correction1), scale);
    v128.store(w, f32x4.add(f32x4.mul(step, minusRate), v128.load(w)));
    w += V;
    g += V;
    m += V;
    v += V;
  }
}
