/**
 * What the host asks for: 4-byte fields, written by it in this order (see ../jobs/fields.ts). Addresses of absent
 * tensors are 0. Tensors are dense, row by row, float32.
 */
@unmanaged
export class Job {
  /** 0 SimpleRNN, 1 GRU, 2 LSTM */
  cell: i32;
  /** Whether the sequences run forward, or their gradient back */
  backward: i32;
  batch: i32;
  time: i32;
  features: i32;
  units: i32;
  activation: i32;
  recurrentActivation: i32;
  resetAfter: i32;
  goBackwards: i32;
  returnSequences: i32;
  /** Blocks of eight sequences in a shard; a shard has its own gradient sums */
  blocksPerShard: i32;
  shards: i32;
  /** Whether the activations are kept for the gradient */
  training: i32;

  x: usize;
  kernel: usize;
  recurrentKernel: usize;
  bias: usize;
  h0: usize;
  c0: usize;
  /** (batch, time), 0 where a step does not count */
  mask: usize;
  dropoutMask: usize;
  recurrentDropoutMask: usize;

  output: usize;
  hLast: usize;
  cLast: usize;

  /** The activations: `tapeBytes` for each block while training, else for each worker */
  tape: usize;
  /** `scratchBytes` for each worker */
  scratch: usize;
  /** The weights in panels, `panelsBytes` */
  panels: usize;

  dOutput: usize;
  dhLast: usize;
  dcLast: usize;
  dx: usize;
  dh0: usize;
  dc0: usize;
  dKernel: usize;
  dRecurrentKernel: usize;
  dBias: usize;
  /** The weights' gradients of each shard, `sumsBytes` each */
  sums: usize;
}
