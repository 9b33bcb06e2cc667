import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { descendants, stillAlive } from '../../support/processes';
import { run, sleep, startKernel } from '../support';

const openFiles = (pid: number | string) => readdirSync(`/proc/${pid}/fd`).length;
const threads = (pid: number) => readdirSync(`/proc/${pid}/task`).length;

async function portIsFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((done) => (free ? server.close(done) : done(undefined)));
  return free;
}

/** How often: a few times where somebody waits, a hundred in continuous integration. */
const TIMES = Number(process.env.RECURRENT_LOOPS ?? (process.env.CI ? 100 : 10));

describe('jupyter: again and again', function () {
  this.timeout(20_000 * Math.max(TIMES, 30));
  // Other kernels of this machine make temporary folders too: those of these tests have a place of their own.
  const usual = process.env.TMPDIR;
  let scratch: string;
  before(() => {
    scratch = process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'recurrent-loops-'));
  });
  after(() => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    rmSync(scratch, { recursive: true });
  });
  if (!existsSync('/proc/self/task')) it('needs /proc');
  else {
    it(`is interrupted ${TIMES} times without a leak [slow]`, async () => {
      const kernel = await startKernel();
      try {
        const cells = ['while (true) {}', 'await new Promise(() => {})', 'for (;;) await null;'];
        const once = async (i: number) => {
          const begun = new Promise<void>((resolve) => {
            kernel.onPublished = (m) => m.header.msg_type === 'stream' && resolve();
          });
          const running = run(kernel, `console.log(${i}); ${cells[i % cells.length]}`);
          await begun;
          await kernel.interrupt();
          expect((await running).reply.ename).to.equal('Interrupted');
        };
        const pids = [kernel.process.pid!, ...descendants(kernel.process.pid!)];
        for (let i = 0; i < 5; i++) await once(i);
        const counted = () => pids.map((pid) => [openFiles(pid), threads(pid)]);
        const before = counted();
        for (let i = 5; i < 5 + TIMES; i++) await once(i);
        expect([kernel.process.pid!, ...descendants(kernel.process.pid!)]).to.deep.equal(pids);
        for (const [i, [files, tasks]] of counted().entries()) {
          expect(files! - before[i]![0]!, 'files').to.be.within(-3, 3);
          expect(tasks! - before[i]![1]!, 'threads').to.be.within(-3, 3);
        }
        expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
      } finally {
        await kernel.close();
      }
    });

    const ends: Record<string, (kernel: KernelClient) => unknown> = {
      'shut down': (kernel) => kernel.close(),
      'killed while a cell never yields': async (kernel) => {
        void kernel.execute('while (true) {}').catch(() => undefined);
        await sleep(100);
        kernel.process.kill('SIGKILL');
        await kernel.close();
      },
    };
    for (const [how, end] of Object.entries(ends)) {
      it(`is started and ${how}, ${TIMES / 2} times, and leaves no process, port or file [slow]`, async () => {
        const files = openFiles('self');
        for (let i = 0; i < TIMES / 2; i++) {
          const kernel = await startKernel();
          const pids = [kernel.process.pid!, ...descendants(kernel.process.pid!)];
          expect(pids).to.have.length(2);
          await end(kernel);
          expect(await stillAlive(pids), 'processes').to.deep.equal([]);
          expect(await portIsFree(kernel.connection.shell_port), 'port').to.equal(true);
        }
        expect(openFiles('self') - files).to.be.below(10);
        expect(readdirSync(scratch)).to.deep.equal([]);
      });
    }
  }
});
