import { ROW, V } from './vector';

/** A *panel* holds four columns of a matrix, row after row: (depth, 4). */
export const PANEL: i32 = 4;

/** Bytes of a matrix packed into panels. */
// @ts-ignore: decorator
@inline
export function panelBytes(depth: i32, columns: i32): usize {
  return (<usize>(columns + 3) / 4) * <usize>depth * V;
}

/**
 * The kernel that everything here spends its time in: C (4 × 8) = Aᵀ B, or C + Aᵀ B.
 *
 * One pass of the loop is one outer product. It is not unrolled: V8 would hoist the loads of all passes above
 * the arithmetic, and spill. Strides are constant and the loop compares a pointer, for the same reason.
 *
 * @param a a panel, (depth, 4)
 * @param b (depth, 8)
 * @param stride bytes from one row of C to the next
 */
export function tile(a: usize, b: usize, depth: i32, c: usize, stride: usize, accumulate: bool): void {
  const zero = f32x4.splat(0);
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c1);
    c11 = v128.load(c1, 16);
    c20 = v128.load(c2);
    c21 = v128.load(c2, 16);
    c30 = v128.load(c3);
    c31 = v128.load(c3, 16);
  }
  const end = a + <usize>depth * V;
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += V;
    b += ROW;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c3, c30);
  v128.store(c3, c31, 16);
}

/**
 * One step's product for eight sequences: out = Wᵀ in, or out + Wᵀ in. Writes up to three rows beyond
 * `columns`; what lies there is rubbish afterwards.
 *
 * @param w the weights in panels, (depth, columns)
 * @param input rows (depth)
 * @param out rows (columns)
 */
export function product(w: usize, depth: i32, columns: i32, input: usize, out: usize, accumulate: bool): void {
  const panel = <usize>depth * V;
  for (let j = 0; j < columns; j += PANEL) {
    tile(w, input, depth, out, ROW, accumulate);
    w += panel;
    out += ROW * PANEL;
  }
}

/** The sum of each of four vectors' lanes, as one vector. */
// @ts-ignore: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/**
 * The gradient of a step's weights, summed over eight sequences and `steps` steps: G += D Aᵀ.
 * It reads up to three rows beyond `depth` and one beyond `columns`, and writes as many numbers of rubbish.
 *
 * @param a rows (depth) of each step, `aStride` bytes apart
 * @param d rows (columns) of each step, `dStride` bytes apart: the gradient of the products
 * @param g (columns + 1, gStride / 4), of which `depth` count: the weights' gradient, transposed
 */
export function weightGradient(
  a: usize, aStride: usize, depth: i32,
  d: usize, dStride: usize, columns: i32,
  steps: i32, g: usize, gStride: usize,
): void {
  const zero = f32x4.splat(0);
  const span = <usize>steps * aStride;
  for (let j = 0; j < columns; j += 2) {
    let gk = g;
    let ak = a;
    for (let k = 0; k < depth; k += 4) {
      let g00 = zero, g01 = zero, g02 = zero, g03 = zero, g10 = zero, g11 = zero, g12 = zero, g13 = zero;
      for (let half: usize = 0; half < ROW; half += V) {
        let p = ak + half;
        let q = d + half;
        const end = p + span;
        while (p < end) {
          const d0 = v128.load(q);
          const d1 = v128.load(q, 32);
          let s = v128.load(p);
          g00 = f32x4.add(g00, f32x4.mul(s, d0));
          g10 = f32x4.add(g10, f32x4.mul(s, d1));
          s = v128.load(p, 32);
          g01 = f32x4.add(g01, f32x4.mul(s, d0));
          g11 = f32x4.add(g11, f32x4.mul(s, d1));
          s = v128.load(p, 64);
          g02 = f32x4.add(g02, f32x4.mul(s, d0));
          g12 = f32x4.add(g12, f32x4.mul(s, d1));
          s = v128.load(p, 96);
          g03 = f32x4.add(g03, f32x4.mul(s, d0));
          g13 = f32x4.add(g13, f32x4.mul(s, d1));
          p += aStride;
          q += dStride;
        }
      }
      v128.store(gk, f32x4.add(v128.load(gk), laneSums(g00, g01, g02, g03)));
      const gk1 = gk + gStride;
      v128.store(gk1, f32x4.add(v128.load(gk1), laneSums(g10, g11, g12, g13)));
      gk += V;
      ak += 4 * ROW;
    }
    g += 2 * gStride;
    d += 2 * ROW;
  }
}

/**
 * Packs a matrix into rows `k0`... of panels of `depth` rows; its element (k, j) lies at
 * `from + 4 (k · kStep + j · jStep)`, so that a transposed matrix packs as well.
 */
export function pack(
  panels: usize, depth: i32, k0: i32, j0: i32,
  from: usize, kStep: i32, jStep: i32, rows: i32, columns: i32,
): void {
  for (let j = 0; j < columns; j++) {
    const at = j0 + j;
    let to = panels + <usize>(at >> 2) * <usize>depth * V + <usize>k0 * V + (<usize>(at & 3) << 2);
    let p = from + (<usize>(j * jStep) << 2);
    const end = to + <usize>rows * V;
    for (; to < end; to += V) {
      store<f32>(to, load<f32>(p));
      p += <usize>kStep << 2;
    }
  }
}
