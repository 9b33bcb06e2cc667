import { AdamJob, runAdam } from './adam';
import { runSequences } from './cells';
import { Job } from './job';
import { MatMulJob, runMatMul } from './matmul';
import { RowDotsJob, runRowDots } from './row-dots';
import { runWord2vec, Word2vecJob } from './word2vec';

export { finishSequences, panelsBytes, prepareSequences, scratchBytes, sumsBytes, tapeBytes } from './cells';
export { matMulPanelsBytes, matMulScratchBytes, prepareMatMul } from './matmul';

const SEQUENCES: i32 = 0;
const MATMUL: i32 = 1;
const ADAM: i32 = 2;
const WORD2VEC: i32 = 3;

/** The state of a run, in shared memory: see ../machine/crew.ts. */
@unmanaged
class Control {
  /** shards << 16 | the next one to be taken */
  next: i32;
  done: i32;
  kind: i32;
  job: usize;
}

/**
 * Takes shards and computes them until none is left; every thread calls this at the same time. Which thread
 * takes which shard makes no difference to the numbers.
 */
export function work(control: Control, worker: i32): void {
  const at = changetype<usize>(control);
  for (;;) {
    const taken = atomic.add<i32>(at + offsetof<Control>('next'), 1);
    const shard = taken & 0xffff;
    if (shard >= taken >>> 16) return;
    const job = control.job;
    if (control.kind == SEQUENCES) runSequences(changetype<Job>(job), shard, worker);
    else if (control.kind == MATMUL) runMatMul(changetype<MatMulJob>(job), shard, worker);
    else if (control.kind == ADAM) runAdam(changetype<AdamJob>(job), shard);
    else if (control.kind == WORD2VEC) runWord2vec(changetype<Word2vecJob>(job), shard);
    else runRowDots(changetype<RowDotsJob>(job), shard);
    atomic.add<i32>(at + offsetof<Control>('done'), 1);
    atomic.notify(at + offsetof<Control>('done'), -1);
  }
}
