import { deleteConnection, readConnection } from '../protocol/connection-file';
import { KernelServer } from './server';

/** Starts the kernel: `node main.js <connection file>`, as the kernelspec says. */
async function main(): Promise<void> {
  const path = process.argv[2];
  if (!path) throw new Error('usage: node main.js <connection file>');
  let closing = false;
  const server: KernelServer = new KernelServer(readConnection(path), () => void close());
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    await server.close();
    // What was just sent gets a moment to leave.
    setTimeout(() => process.exit(0), 50);
  };
  process.on('SIGINT', () => server.interrupt());
  process.on('SIGTERM', () => void close());
  exitWithParent(() => {
    // Nobody is left to delete it, and nobody can use it any more.
    deleteConnection(path);
    void close();
  });
  await server.start();
}

/** A Jupyter server that was killed cannot say so; a kernel whose parent has changed is an orphan. */
function exitWithParent(close: () => void): void {
  const parent = process.ppid;
  if (process.env.JPY_PARENT_PID !== String(parent)) return;
  setInterval(() => process.ppid !== parent && close(), 1000).unref();
}

main().catch((error) => {
  process.stderr.write(`kernel: ${error.message}\n`);
  process.exit(1);
});
