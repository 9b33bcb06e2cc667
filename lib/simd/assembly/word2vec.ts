import { sigmoid, V } from './vector';

/**
 * A batch of word2vec, in two passes. The first goes through the words and finds, from the tables as they are, by how
 * much each pair is wrong; the second goes through the columns and changes the tables, word after word. Either comes to
 * the same numbers however it is cut in shards. Fields in the order of ../jobs/fields.ts.
 *
 * A row of a table has `width` numbers, a multiple of 4; those beyond the vectors' own are 0 and stay so.
 */
@unmanaged
export class Word2vecJob {
  /** 0: the first pass, over words; 1: the second, over columns */
  pass: i32;
  /** Whether the mean of a word's neighbours predicts it, and not each of them */
  cbow: i32;
  width: i32;
  /** The text, in words' numbers; -1 ends a sentence */
  text: usize;
  /** The batch's words in the text: from, to; and where the text itself ends */
  from: i32;
  to: i32;
  length: i32;
  /** Words in a shard of the first pass; shards of the second */
  wordsPerShard: i32;
  slices: i32;
  /** Neighbours at most this far away count */
  window: i32;
  /** Targets of a word, a multiple of 6: the word itself and its negatives, or its path through the tree */
  targets: i32;
  negatives: i32;
  /** What chance is drawn from, together with a word's place */
  seed: u32;
  /** The place of the text's first word in the whole run */
  place: u32;
  rate: f32;
  /** The vectors, and the weights that predict: (words + 1, width), the last row 0 */
  vectors: usize;
  weights: usize;
  /** Which row of `weights` is the spare one */
  spare: i32;
  /** Walker's tables of the words' chances as negatives: 32-bit thresholds, and who has the rest; 0 for a tree */
  thresholds: usize;
  aliases: usize;
  words: i32;
  /** The Huffman tree: where each word's path begins, its nodes, and 1 where a step goes to the first child */
  pathStarts: usize;
  pathNodes: usize;
  pathLabels: usize;
  /** For each word of the batch: neighbours' count, 2 · window neighbours, the targets, and the errors of each pair */
  counts: usize;
  neighbours: usize;
  chosen: usize;
  errors: usize;
  /** With `cbow`: the means of the neighbours, (batch, width) */
  means: usize;
}

const BLOCK: i32 = 6;

/** Words that differ in one bit draw unlike numbers (the finaliser of MurmurHash 3). */
function scramble(x: u32): u32 {
  x ^= x >>> 16;
  x *= 0x85ebca6b;
  x ^= x >>> 13;
  x *= 0xc2b2ae35;
  return x ^ (x >>> 16);
}

// @ts-ignore: decorator
@inline
function rowOf(table: usize, row: i32, width: i32): usize {
  return table + ((<usize>row * <usize>width) << 2);
}

/** Finds the neighbours of the word at `at`, and returns how many there are. */
function findNeighbours(job: Word2vecJob, at: i32, reach: i32, to: usize): i32 {
  let count = 0;
  let first = at;
  for (let i = 1; i <= reach; i++) {
    if (at - i < 0 || load<i32>(job.text + (<usize>(at - i) << 2)) < 0) break;
    first = at - i;
  }
  for (let i = first; i <= at + reach && i < job.length; i++) {
    const word = load<i32>(job.text + (<usize>i << 2));
    if (word < 0) break;
    if (i == at) continue;
    store<i32>(to + (<usize>count << 2), word);
    count++;
  }
  return count;
}

/** Chooses what a word's neighbours are to predict: rows of the weights, spare ones to the end. */
function chooseTargets(job: Word2vecJob, word: i32, draw: u32, to: usize): void {
  let count = 0;
  if (job.thresholds) {
    store<i32>(to, word);
    count = 1;
    for (let n = 0; n < job.negatives; n++) {
      draw = draw * 1664525 + 1013904223;
      const product = <u64>scramble(draw) * <u64>job.words;
      const column = <i32>(product >> 32);
      const at = <usize>column << 2;
      const other = <u32>product < load<u32>(job.thresholds + at) ? column : load<i32>(job.aliases + at);
      // A row that stands twice in a block would lose one of its changes.
      let known = false;
      for (let i = 0; i < count; i++) if (load<i32>(to + (<usize>i << 2)) == other) known = true;
      if (known) continue;
      store<i32>(to + (<usize>count << 2), other);
      count++;
    }
  } else {
    const start = load<i32>(job.pathStarts + (<usize>word << 2));
    const end = load<i32>(job.pathStarts + (<usize>(word + 1) << 2));
    for (let i = start; i < end; i++) {
      store<i32>(to + (<usize>count << 2), load<i32>(job.pathNodes + (<usize>i << 2)));
      count++;
    }
  }
  for (; count < job.targets; count++) store<i32>(to + (<usize>count << 2), job.spare);
}

/** What target `t` of a word should have been: 1 or 0. */
function labelOf(job: Word2vecJob, word: i32, t: i32): f32 {
  if (job.thresholds) return t == 0 ? 1 : 0;
  const start = load<i32>(job.pathStarts + (<usize>word << 2));
  const length = load<i32>(job.pathStarts + (<usize>(word + 1) << 2)) - start;
  return t < length ? load<f32>(job.pathLabels + (<usize>(start + t) << 2)) : 0;
}

// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** errors[t] = rate · (label − σ(h · w_t)) for six targets. */
function errorsOf(job: Word2vecJob, word: i32, h: usize, chosen: usize, first: i32, to: usize): void {
  const width = job.width;
  const weights = job.weights;
  let w0 = rowOf(weights, load<i32>(chosen), width);
  let w1 = rowOf(weights, load<i32>(chosen, 4), width);
  let w2 = rowOf(weights, load<i32>(chosen, 8), width);
  let w3 = rowOf(weights, load<i32>(chosen, 12), width);
  let w4 = rowOf(weights, load<i32>(chosen, 16), width);
  let w5 = rowOf(weights, load<i32>(chosen, 20), width);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  const end = h + (<usize>width << 2);
  for (; h < end; h += V) {
    const x = v128.load(h);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(w0)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(w1)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(w2)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(w3)));
    s4 = f32x4.add(s4, f32x4.mul(x, v128.load(w4)));
    s5 = f32x4.add(s5, f32x4.mul(x, v128.load(w5)));
    w0 += V;
    w1 += V;
    w2 += V;
    w3 += V;
    w4 += V;
    w5 += V;
  }
  const low = sigmoid(f32x4(total(s0), total(s1), total(s2), total(s3)));
  const high = sigmoid(f32x4(total(s4), total(s5), 0, 0));
  const rate = job.rate;
  for (let t = 0; t < BLOCK; t++) {
    let p = f32x4.extract_lane(high, 1);
    if (t == 0) p = f32x4.extract_lane(low, 0);
    else if (t == 1) p = f32x4.extract_lane(low, 1);
    else if (t == 2) p = f32x4.extract_lane(low, 2);
    else if (t == 3) p = f32x4.extract_lane(low, 3);
    else if (t == 4) p = f32x4.extract_lane(high, 0);
    const spare = load<i32>(chosen + (<usize>t << 2)) == job.spare;
    store<f32>(to + (<usize>t << 2), spare ? 0 : rate * (labelOf(job, word, first + t) - p));
  }
}

/** The mean of a word's neighbours. */
function meanOf(job: Word2vecJob, neighbours: usize, count: i32, to: usize): void {
  const bytes = <usize>job.width << 2;
  memory.fill(to, 0, bytes);
  for (let c = 0; c < count; c++) {
    let x = rowOf(job.vectors, load<i32>(neighbours + (<usize>c << 2)), job.width);
    for (let y = to; y < to + bytes; y += V) {
      v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
      x += V;
    }
  }
  const share = f32x4.splat(1 / <f32>count);
  for (let y = to; y < to + bytes; y += V) v128.store(y, f32x4.mul(v128.load(y), share));
}

/** The first pass over a shard of the batch's words. */
function findErrors(job: Word2vecJob, shard: i32): void {
  const most = 2 * job.window;
  const first = job.from + shard * job.wordsPerShard;
  const last = min(first + job.wordsPerShard, job.to);
  const rows = job.cbow ? 1 : most;
  for (let at = first; at < last; at++) {
    const i = at - job.from;
    const counts = job.counts + (<usize>i << 2);
    const word = load<i32>(job.text + (<usize>at << 2));
    if (word < 0) {
      store<i32>(counts, 0);
      continue;
    }
    const draw = scramble((job.place + <u32>at) * 2654435769 + job.seed);
    const reach = 1 + <i32>((<u64>draw * <u64>job.window) >> 32);
    const neighbours = job.neighbours + (<usize>(i * most) << 2);
    const count = findNeighbours(job, at, reach, neighbours);
    store<i32>(counts, count);
    if (count == 0) continue;
    const chosen = job.chosen + (<usize>(i * job.targets) << 2);
    chooseTargets(job, word, draw, chosen);
    let to = job.errors + (<usize>(i * rows * job.targets) << 2);
    const mean = rowOf(job.means, i, job.width);
    if (job.cbow) meanOf(job, neighbours, count, mean);
    const hs = job.cbow ? 1 : count;
    for (let c = 0; c < hs; c++) {
      const h = job.cbow ? mean : rowOf(job.vectors, load<i32>(neighbours + (<usize>c << 2)), job.width);
      for (let t = 0; t < job.targets; t += BLOCK) {
        errorsOf(job, word, h, chosen + (<usize>t << 2), t, to);
        to += <usize>BLOCK << 2;
      }
    }
  }
}

/** v ← v + Σ_t e_t w_t for each neighbour v, and w_t ← w_t + Σ_v e_t v, in one vector's columns for six targets. */
// @ts-ignore: decorator
@inline
function changePairs(job: Word2vecJob, neighbours: usize, count: i32, chosen: usize, errors: usize, column: usize): void {
  const width = job.width;
  const weights = job.weights + column;
  const step = <usize>job.targets << 2;
  const p0 = rowOf(weights, load<i32>(chosen), width);
  const p1 = rowOf(weights, load<i32>(chosen, 4), width);
  const p2 = rowOf(weights, load<i32>(chosen, 8), width);
  const p3 = rowOf(weights, load<i32>(chosen, 12), width);
  const p4 = rowOf(weights, load<i32>(chosen, 16), width);
  const p5 = rowOf(weights, load<i32>(chosen, 20), width);
  const w0 = v128.load(p0);
  const w1 = v128.load(p1);
  const w2 = v128.load(p2);
  const w3 = v128.load(p3);
  const w4 = v128.load(p4);
  const w5 = v128.load(p5);
  let n0 = w0;
  let n1 = w1;
  let n2 = w2;
  let n3 = w3;
  let n4 = w4;
  let n5 = w5;
  const vectors = job.vectors + column;
  const end = neighbours + (<usize>count << 2);
  for (; neighbours < end; neighbours += 4) {
    const at = rowOf(vectors, load<i32>(neighbours), width);
    const v = v128.load(at);
    const e0 = v128.load32_splat(errors);
    const e1 = v128.load32_splat(errors, 4);
    const e2 = v128.load32_splat(errors, 8);
    const e3 = v128.load32_splat(errors, 12);
    const e4 = v128.load32_splat(errors, 16);
    const e5 = v128.load32_splat(errors, 20);
    const low = f32x4.add(f32x4.add(f32x4.mul(e0, w0), f32x4.mul(e1, w1)), f32x4.mul(e2, w2));
    const high = f32x4.add(f32x4.add(f32x4.mul(e3, w3), f32x4.mul(e4, w4)), f32x4.mul(e5, w5));
    n0 = f32x4.add(n0, f32x4.mul(e0, v));
    n1 = f32x4.add(n1, f32x4.mul(e1, v));
    n2 = f32x4.add(n2, f32x4.mul(e2, v));
    n3 = f32x4.add(n3, f32x4.mul(e3, v));
    n4 = f32x4.add(n4, f32x4.mul(e4, v));
    n5 = f32x4.add(n5, f32x4.mul(e5, v));
    v128.store(at, f32x4.add(v, f32x4.add(low, high)));
    errors += step;
  }
  v128.store(p0, n0);
  v128.store(p1, n1);
  v128.store(p2, n2);
  v128.store(p3, n3);
  v128.store(p4, n4);
  v128.store(p5, n5);
}

/** w_t ← w_t + e_t h, and v ← v + (Σ_t e_t w_t) / n for each of the n neighbours, whose mean was h. */
function changeMean(job: Word2vecJob, i: i32, neighbours: usize, count: i32, column: usize): void {
  const h = v128.load(rowOf(job.means, i, job.width) + column);
  const chosen = job.chosen + (<usize>(i * job.targets) << 2);
  const errors = job.errors + (<usize>(i * job.targets) << 2);
  let change = f32x4.splat(0);
  for (let t = 0; t < job.targets; t++) {
    const at = rowOf(job.weights, load<i32>(chosen + (<usize>t << 2)), job.width) + column;
    const e = v128.load32_splat(errors + (<usize>t << 2));
    const w = v128.load(at);
    change = f32x4.add(change, f32x4.mul(e, w));
    v128.store(at, f32x4.add(w, f32x4.mul(e, h)));
  }
  change = f32x4.mul(change, f32x4.splat(1 / <f32>count));
  for (let c = 0; c < count; c++) {
    const at = rowOf(job.vectors, load<i32>(neighbours + (<usize>c << 2)), job.width) + column;
    v128.store(at, f32x4.add(v128.load(at), change));
  }
}

/** The second pass over a shard of the columns. */
function changeTables(job: Word2vecJob, shard: i32): void {
  const fours = job.width >> 2;
  const first = <usize>((fours * shard) / job.slices) * V;
  const last = <usize>((fours * (shard + 1)) / job.slices) * V;
  const most = 2 * job.window;
  for (let i = 0; i < job.to - job.from; i++) {
    const count = load<i32>(job.counts + (<usize>i << 2));
    if (count == 0) continue;
    const neighbours = job.neighbours + (<usize>(i * most) << 2);
    if (job.cbow) {
      for (let column = first; column < last; column += V) changeMean(job, i, neighbours, count, column);
      continue;
    }
    for (let t = 0; t < job.targets; t += BLOCK) {
      const chosen = job.chosen + (<usize>(i * job.targets + t) << 2);
      // The errors of a neighbour lie together, block after block.
      const errors = job.errors + (<usize>(i * most * job.targets + t) << 2);
      for (let column = first; column < last; column += V)
        changePairs(job, neighbours, count, chosen, errors, column);
    }
  }
}

export function runWord2vec(job: Word2vecJob, shard: i32): void {
  if (job.pass == 0) findErrors(job, shard);
  else changeTables(job, shard);
}
