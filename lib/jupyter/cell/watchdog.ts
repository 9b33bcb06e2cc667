import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { WATCHDOG_FD } from '../protocol/cell';
import { killGroup } from '../protocol/kill-group';

/**
 * The thread that ends a cell which keeps its process busy. Each byte that arrives is an interrupt. The process's
 * main thread hears of it too, and where it can answer it stops the cell itself; where it does not answer in time,
 * the JavaScript it is running is terminated from here. When the line closes, the kernel is gone, and so must be
 * this process, however busy it is.
 */
export interface WatchdogData {
  /** [interrupts the main thread has seen, 1 if the running cell watches its own signal, the running cell] */
  shared: Int32Array;
}

const GRACE_MS = 400;
/** A training step in a cell that watches its signal may take this long to come to its end. */
const COOPERATIVE_GRACE_MS = 10_000;

const { shared } = workerData as WatchdogData;
let received = 0;
let timer: NodeJS.Timeout | undefined;

const line = new Socket({ fd: WATCHDOG_FD, readable: true, writable: false });
line.on('data', (bytes) => {
  const again = timer !== undefined;
  received += bytes.length;
  clearTimeout(timer);
  const grace = !again && Atomics.load(shared, 1) === 1 ? COOPERATIVE_GRACE_MS : GRACE_MS;
  timer = setTimeout(() => {
    timer = undefined;
    if (Atomics.load(shared, 0) < received) terminate();
  }, grace);
});
line.on('close', () => killGroup(process.pid));
line.on('error', () => killGroup(process.pid));

function terminate(): void {
  const cell = Atomics.load(shared, 2);
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    parentPort!.postMessage(cell);
  });
}
