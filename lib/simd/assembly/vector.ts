/**
 * Eight sequences of a batch go through time side by side. A *row* is one number of each of the eight
 * (32 bytes, two v128), so that every equation below is written once and computes four lanes at a time,
 * whatever the number of units.
 */
export const LANES: i32 = 8;
export const ROW: usize = 32;
export const V: usize = 16;

// @ts-ignore: decorator
@inline
export function rowsEnd(p: usize, rows: i32): usize {
  return p + <usize>rows * ROW;
}

/**
 * gain · tanh(scale · x), tanh being a quotient of polynomials (Eigen's); largest error of it 3.3e-7. A NaN stays
 * one. Scale and gain are powers of two, which the compiler works into the coefficients: same bits, fewer products.
 *
 * @see https://gitlab.com/libeigen/eigen, generic_fast_tanh_float
 */
// @ts-ignore: decorator
@inline
function scaledTanh(x0: v128, scale: f32, gain: f32): v128 {
  const limit: f32 = 7.90531110763549805 / scale;
  const s2 = scale * scale, s4 = s2 * s2, s6 = s4 * s2;
  const g = scale * gain;
  const x = f32x4.pmax(f32x4.pmin(x0, f32x4.splat(limit)), f32x4.splat(-limit));
  const x2 = f32x4.mul(x, x);
  let p = f32x4.splat(<f32>-2.76076847742355e-16 * s6 * s6 * g);
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>2.00018790482477e-13 * s6 * s4 * g));
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>-8.60467152213735e-11 * s4 * s4 * g));
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>5.12229709037114e-8 * s6 * g));
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>1.48572235717979e-5 * s4 * g));
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>6.37261928875436e-4 * s2 * g));
  p = f32x4.add(f32x4.mul(x2, p), f32x4.splat(<f32>4.89352455891786e-3 * g));
  let q = f32x4.splat(<f32>1.19825839466702e-6 * s6);
  q = f32x4.add(f32x4.mul(x2, q), f32x4.splat(<f32>1.18534705686654e-4 * s4));
  q = f32x4.add(f32x4.mul(x2, q), f32x4.splat(<f32>2.26843463243900e-3 * s2));
  q = f32x4.add(f32x4.mul(x2, q), f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  return scaledTanh(x, 1, 1);
}

/** 1 / (1 + e^-x) = (1 + tanh(x / 2)) / 2; largest error 2.3e-7. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.add(scaledTanh(x, 0.5, 0.5), f32x4.splat(0.5));
}

/** max(0, min(1, 0.2 x + 0.5)), Keras' cheap sigmoid. */
// @ts-ignore: decorator
@inline
export function hardSigmoid(x: v128): v128 {
  const line = f32x4.add(f32x4.mul(x, f32x4.splat(0.2)), f32x4.splat(0.5));
  return f32x4.pmax(f32x4.pmin(line, f32x4.splat(1)), f32x4.splat(0));
}

/**
 * 0 in place of what is smaller than 1e-30. Gradients vanish over time, and processors from Intel take a
 * hundred cycles for each product of numbers below 1e-38: the whole step was 13 times slower without this.
 */
// @ts-ignore: decorator
@inline
export function flush(d: v128): v128 {
  return v128.andnot(d, f32x4.lt(f32x4.abs(d), f32x4.splat(1e-30)));
}

/** The functions φ and σ by number, as the host names them. */
export const TANH: i32 = 0;
export const RELU: i32 = 1;
export const LINEAR: i32 = 2;
export const SIGMOID: i32 = 3;
export const HARD_SIGMOID: i32 = 4;

/**
 * The long functions go row by row, in functions of their own: two vectors share the constants, of which there are
 * as many as registers, and another loop beside them would take some away.
 */
function tanhRows(p: usize, end: usize): void {
  for (; p < end; p += ROW) {
    const low = tanh(v128.load(p));
    const high = tanh(v128.load(p, 16));
    v128.store(p, low);
    v128.store(p, high, 16);
  }
}

function sigmoidRows(p: usize, end: usize): void {
  for (; p < end; p += ROW) {
    const low = sigmoid(v128.load(p));
    const high = sigmoid(v128.load(p, 16));
    v128.store(p, low);
    v128.store(p, high, 16);
  }
}

/** y = φ(y) for the rows from p. */
export function activate(kind: i32, p: usize, rows: i32): void {
  const end = rowsEnd(p, rows);
  if (kind == TANH) tanhRows(p, end);
  else if (kind == SIGMOID) sigmoidRows(p, end);
  else if (kind == HARD_SIGMOID) for (; p < end; p += V) v128.store(p, hardSigmoid(v128.load(p)));
  else if (kind == RELU) {
    for (; p < end; p += V) v128.store(p, f32x4.pmax(v128.load(p), f32x4.splat(0)));
  }
}

/** φ'(x), told from y = φ(x). */
// @ts-ignore: decorator
@inline
export function slope(kind: i32, y: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (kind == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (kind == RELU) return v128.and(f32x4.gt(y, f32x4.splat(0)), one);
  if (kind == HARD_SIGMOID) {
    return v128.and(v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, one)), f32x4.splat(0.2));
  }
  return one;
}
