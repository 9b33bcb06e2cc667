import { LANES, ROW, V } from './vector';

/**
 * Between a tensor's rows, a sequence each, and lanes: the i-th number of eight sequences side by side.
 * A block at the batch's end may have fewer than eight. Its other lanes repeat the last sequence, so that they
 * have a NaN only where it has one; what they compute is dropped, and their gradient is 0.
 */

/** Reads `count` numbers of each sequence into rows. */
export function toLanes(from: usize, step: usize, sequences: i32, count: i32, to: usize): void {
  let p = from;
  for (let lane = 0; lane < LANES; lane++) {
    let q = to + (<usize>lane << 2);
    const end = p + (<usize>count << 2);
    for (let s = p; s < end; s += 4) {
      store<f32>(q, load<f32>(s));
      q += ROW;
    }
    if (lane + 1 < sequences) p += step;
  }
}

/** Sets the lanes that no sequence has to 0. */
export function clearSpareLanes(rows: usize, count: i32, sequences: i32): void {
  for (let lane = sequences; lane < LANES; lane++) {
    let p = rows + (<usize>lane << 2);
    const end = p + <usize>count * ROW;
    for (; p < end; p += ROW) store<f32>(p, 0);
  }
}

/** Writes rows back: `count` numbers of each sequence. */
export function fromLanes(from: usize, count: i32, to: usize, step: usize, sequences: i32): void {
  for (let lane = 0; lane < sequences; lane++) {
    let p = from + (<usize>lane << 2);
    const end = to + (<usize>count << 2);
    for (let q = to; q < end; q += 4) {
      store<f32>(q, load<f32>(p));
      p += ROW;
    }
    to += step;
  }
}

export function zeroRows(p: usize, rows: i32): void {
  memory.fill(p, 0, <usize>rows * ROW);
}

export function copyRows(to: usize, from: usize, rows: i32): void {
  memory.copy(to, from, <usize>rows * ROW);
}

/** to = a ⊙ b */
export function productRows(to: usize, a: usize, b: usize, rows: i32): void {
  const end = a + <usize>rows * ROW;
  for (; a < end; a += V) {
    v128.store(to, f32x4.mul(v128.load(a), v128.load(b)));
    b += V;
    to += V;
  }
}

/** a = a + b */
export function addRows(a: usize, b: usize, rows: i32): void {
  const end = a + <usize>rows * ROW;
  for (; a < end; a += V) {
    v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
    b += V;
  }
}

/** a = b in the lanes that the row `chosen` has bits set for. */
export function replaceLanes(a: usize, b: usize, chosen: usize, rows: i32): void {
  const chosen0 = v128.load(chosen);
  const chosen1 = v128.load(chosen, 16);
  const end = a + <usize>rows * ROW;
  for (; a < end; a += ROW) {
    v128.store(a, v128.bitselect(v128.load(b), v128.load(a), chosen0));
    v128.store(a, v128.bitselect(v128.load(b, 16), v128.load(a, 16), chosen1), 16);
    b += ROW;
  }
}

/** a = 0 in the lanes that the row `kept` has no bits set for. */
export function keepLanes(a: usize, kept: usize, rows: i32): void {
  const kept0 = v128.load(kept);
  const kept1 = v128.load(kept, 16);
  const end = a + <usize>rows * ROW;
  for (; a < end; a += ROW) {
    v128.store(a, v128.and(v128.load(a), kept0));
    v128.store(a, v128.and(v128.load(a, 16), kept1), 16);
  }
}

/** a = 0 in the lanes that the row `dropped` has bits set for. */
export function clearLanes(a: usize, dropped: usize, rows: i32): void {
  const dropped0 = v128.load(dropped);
  const dropped1 = v128.load(dropped, 16);
  const end = a + <usize>rows * ROW;
  for (; a < end; a += ROW) {
    v128.store(a, v128.andnot(v128.load(a), dropped0));
    v128.store(a, v128.andnot(v128.load(a, 16), dropped1), 16);
  }
}
