import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { setKernelHost } from '../../display/display';
import type { ToCell } from '../protocol/cell';
import { killGroup } from '../protocol/kill-group';
import { CellRunner } from './runner';
import { connectTslab } from './tslab-display';
import type { WatchdogData } from './watchdog';

/** The process in which cells run. The kernel starts it and speaks to it as `protocol/cell.ts` says. */
const shared = new Int32Array(new SharedArrayBuffer(12));
const runner = new CellRunner((watches) => Atomics.store(shared, 1, watches ? 1 : 0));

const watchdog = new Worker(join(__dirname, 'watchdog.js'), {
  workerData: { shared } satisfies WatchdogData,
});
watchdog.on('message', (cell: number) => runner.terminated(cell));
watchdog.unref();

process.on('message', (message: ToCell) => {
  if (message.type === 'execute') {
    Atomics.store(shared, 2, message.cell);
    void runner.execute(message);
  } else if (message.type === 'input') runner.answer(message.text);
  else {
    Atomics.add(shared, 0, 1);
    runner.interrupt(message.cell);
  }
});
process.on('disconnect', () => killGroup(process.pid));
process.on('uncaughtException', (error) => runner.reportUnhandled(error));
process.on('unhandledRejection', (reason) => runner.reportUnhandled(reason));
// The kernel answers Ctrl-C.
process.on('SIGINT', () => undefined);
process.exit = (code) => {
  throw new Error(
    `process.exit(${code ?? ''}) in a notebook would lose every variable; to end the kernel, shut it down`,
  );
};
Error.stackTraceLimit = 50;
runner.install();
setKernelHost(runner);
connectTslab(process.cwd(), (data, id, update) => runner.display(data, id, update));
