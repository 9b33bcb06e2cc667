import { Job } from './job';
import {
  addRows, clearLanes, clearSpareLanes, copyRows, fromLanes, keepLanes, productRows,
  replaceLanes, toLanes, zeroRows,
} from './lanes';
import { ROW } from './vector';

/**
 * What the three cells have in common: eight sequences of a batch, their inputs and states over time.
 * Each thread has an instance of this module, so what it keeps is the block the thread works on.
 */

/** Steps whose weights' gradients are summed at once: 8 keep the windows within the first-level cache. */
export const WINDOW: i32 = 8;
/** Rows that a product may write beyond its end */
export const SLACK: i32 = 3;

/** The block that this thread has taken up, as `open` sets it. */
export class Block {
  static job: Job = changetype<Job>(0);
  static time: i32 = 0;
  static features: i32 = 0;
  static units: i32 = 0;
  /** The rows of a step's input, [x | 1 | h] */
  static depth: i32 = 0;
  /** The bytes of those rows, with slack */
  static inputBytes: usize = 0;
  /** Where the cell's own part of the tape and of the scratch begins */
  static tape: usize = 0;
  static scratch: usize = 0;
}

let first: i32 = 0;
let sequences: i32 = 0;
/** −1 where every step has its own place, 1 where two places take turns */
let ring: i32 = 0;

let inputs: usize = 0;
let states: usize = 0;
let stateBytes: usize = 0;
/** Rows: lanes that are masked at a step; that count; the step at which each lane starts to count */
let masked: usize = 0;
let counted: usize = 0;
let firstCounted: usize = 0;
let dropout: usize = 0;
let recurrentDropout: usize = 0;

/** Places a block's steps need: all of them while training, else two. */
export function places(asked: Job): i32 {
  return asked.training ? asked.time + 1 : 2;
}

export function inputBytesOf(asked: Job): usize {
  return <usize>(asked.features + 1 + asked.units + SLACK) * ROW;
}

function stateBytesOf(asked: Job): usize {
  return <usize>(asked.units + SLACK) * ROW;
}

/** Bytes of the tape before the cell's own part */
export function blockTapeBytes(asked: Job): usize {
  const perPlace = inputBytesOf(asked) + (asked.recurrentDropoutMask ? stateBytesOf(asked) : 0);
  return <usize>places(asked) * perPlace;
}

/** Bytes of the scratch before the cell's own part */
export function blockScratchBytes(asked: Job): usize {
  return (3 + <usize>asked.features + <usize>asked.units) * ROW;
}

/** Takes up a block: which sequences, where their tape and the thread's scratch lie. */
export function open(asked: Job, block: i32, tapeAt: usize, scratchAt: usize): void {
  const F = asked.features;
  const H = asked.units;
  Block.job = asked;
  Block.time = asked.time;
  Block.features = F;
  Block.units = H;
  Block.depth = F + 1 + H;
  first = block << 3;
  sequences = min(asked.batch - first, 8);
  ring = asked.training ? -1 : 1;

  const count = <usize>places(asked);
  const inputBytes = inputBytesOf(asked);
  Block.inputBytes = inputBytes;
  inputs = tapeAt;
  let rest = inputs + count * inputBytes;
  if (asked.recurrentDropoutMask) {
    states = rest;
    stateBytes = stateBytesOf(asked);
    rest += count * stateBytes;
  } else {
    states = inputs + <usize>(F + 1) * ROW;
    stateBytes = inputBytes;
  }
  Block.tape = rest;

  masked = scratchAt;
  counted = masked + ROW;
  firstCounted = counted + ROW;
  dropout = firstCounted + ROW;
  recurrentDropout = dropout + <usize>F * ROW;
  Block.scratch = recurrentDropout + <usize>H * ROW;
  if (asked.dropoutMask) readTensor(asked.dropoutMask, F, dropout);
  if (asked.recurrentDropoutMask) readTensor(asked.recurrentDropoutMask, H, recurrentDropout);
  if (asked.mask) findFirstCounted();
}

/** [x | 1 | h] before step t, and within it [1 | h] */
// @ts-ignore: decorator
@inline
export function input(t: i32): usize {
  return inputs + <usize>(t & ring) * Block.inputBytes;
}

// @ts-ignore: decorator
@inline
export function oneAndState(t: i32): usize {
  return input(t) + <usize>Block.features * ROW;
}

/** h before step t: the h of `input` itself, unless recurrent dropout makes them differ */
// @ts-ignore: decorator
@inline
export function state(t: i32): usize {
  return states + <usize>(t & ring) * stateBytes;
}

/** The place of step t among those of the cell's own rows, `bytes` each */
// @ts-ignore: decorator
@inline
export function place(from: usize, t: i32, bytes: usize): usize {
  return from + <usize>(t & ring) * bytes;
}

/** Reads the block's part of (batch, count) into rows; zeros where there is no tensor. */
export function readTensor(tensor: usize, count: i32, to: usize): void {
  if (tensor) {
    const step = <usize>count << 2;
    toLanes(tensor + <usize>first * step, step, sequences, count, to);
  } else zeroRows(to, count);
}

/** The same of a gradient, which lanes without a sequence have none of. */
export function readGradient(tensor: usize, count: i32, to: usize): void {
  readTensor(tensor, count, to);
  if (tensor) clearSpareLanes(to, count, sequences);
}

/** Writes rows into the block's part of (batch, count), where there is such a tensor. */
export function writeTensor(rows: usize, count: i32, tensor: usize): void {
  if (!tensor) return;
  const step = <usize>count << 2;
  fromLanes(rows, count, tensor + <usize>first * step, step, sequences);
}

/** Where (batch, time, count) has the block's step t */
function stepOf(tensor: usize, t: i32, count: i32): usize {
  return tensor + (((<usize>first * <usize>Block.time + <usize>t) * <usize>count) << 2);
}

// @ts-ignore: decorator
@inline
function stepBytes(count: i32): usize {
  return (<usize>Block.time * <usize>count) << 2;
}

/** Where the tensors have the step that is taken as the t-th */
// @ts-ignore: decorator
@inline
function timeOf(t: i32): i32 {
  return Block.job.goBackwards ? Block.time - 1 - t : t;
}

/** Sets x and 1 of step t's input, and its h where recurrent dropout makes it differ from the state. */
export function readInput(t: i32): void {
  const job = Block.job;
  const F = Block.features;
  const to = input(t);
  toLanes(stepOf(job.x, timeOf(t), F), stepBytes(F), sequences, F, to);
  if (job.dropoutMask) productRows(to, to, dropout, F);
  const one = to + <usize>F * ROW;
  v128.store(one, f32x4.splat(1));
  v128.store(one, f32x4.splat(1), 16);
  if (job.recurrentDropoutMask) productRows(one + ROW, state(t), recurrentDropout, Block.units);
}

/** Adds up what step t's input gradient is, and writes it where the input came from. */
export function writeInputGradient(rows: usize, t: i32): void {
  const F = Block.features;
  if (Block.job.dropoutMask) productRows(rows, rows, dropout, F);
  fromLanes(rows, F, stepOf(Block.job.dx, timeOf(t), F), stepBytes(F), sequences);
}

/** The gradient of the state that met the weights, as that of the state before dropout. */
export function undropState(rows: usize): void {
  if (Block.job.recurrentDropoutMask) productRows(rows, rows, recurrentDropout, Block.units);
}

function readMask(t: i32): void {
  toLanes(stepOf(Block.job.mask, timeOf(t), 1), stepBytes(1), sequences, 1, masked);
  const zero = f32x4.splat(0);
  v128.store(masked, f32x4.eq(v128.load(masked), zero));
  v128.store(masked, f32x4.eq(v128.load(masked, 16), zero), 16);
}

function findFirstCounted(): void {
  const T = Block.time;
  const never = i32x4.splat(T);
  v128.store(firstCounted, never);
  v128.store(firstCounted, never, 16);
  for (let t = T - 1; t >= 0; t--) {
    readMask(t);
    const now = i32x4.splat(t);
    v128.store(firstCounted, v128.bitselect(v128.load(firstCounted), now, v128.load(masked)));
    v128.store(firstCounted, v128.bitselect(v128.load(firstCounted, 16), now, v128.load(masked, 16)), 16);
  }
}

/** Finds the lanes that are masked at step t, and those that have counted up to it. */
export function takeMask(t: i32): void {
  if (!Block.job.mask) return;
  readMask(t);
  const now = i32x4.splat(t);
  v128.store(counted, i32x4.le_s(v128.load(firstCounted), now));
  v128.store(counted, i32x4.le_s(v128.load(firstCounted, 16), now), 16);
}

/** Where step t is masked, the rows stay as they were. */
export function keepMasked(next: usize, before: usize, rows: i32): void {
  if (Block.job.mask) replaceLanes(next, before, masked, rows);
}

/** Where step t is masked, its rows are 0: they are no part of the gradient. */
export function dropMasked(rows: usize, count: i32): void {
  if (Block.job.mask) clearLanes(rows, masked, count);
}

/** In lanes that have not counted yet, the output is 0, and so is its gradient. */
function keepCounted(rows: usize): void {
  if (Block.job.mask) keepLanes(rows, counted, Block.units);
}

/** Writes step t's output, where it is asked for; `room` is for H rows. */
export function writeOutput(t: i32, room: usize): void {
  const job = Block.job;
  const H = Block.units;
  if (!job.returnSequences && t != Block.time - 1) return;
  let h = state(t + 1);
  if (job.mask) {
    copyRows(room, h, H);
    keepCounted(room);
    h = room;
  }
  if (job.returnSequences) fromLanes(h, H, stepOf(job.output, t, H), stepBytes(H), sequences);
  else writeTensor(h, H, job.output);
}

/** Adds the gradient that comes from step t's output to that of its state; `room` is for H rows. */
export function readOutputGradient(t: i32, dh: usize, room: usize): void {
  const job = Block.job;
  const H = Block.units;
  if (!job.dOutput) return;
  if (job.returnSequences) toLanes(stepOf(job.dOutput, t, H), stepBytes(H), sequences, H, room);
  else if (t == Block.time - 1) readTensor(job.dOutput, H, room);
  else return;
  clearSpareLanes(room, H, sequences);
  keepCounted(room);
  addRows(dh, room, H);
}
