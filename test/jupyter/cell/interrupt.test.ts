import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, sleep, startKernel } from '../support';

describe('jupyter: interrupt', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  /** Interrupts a cell a little after it has begun to run. */
  async function interrupted(code: string, wait = 100): Promise<{ milliseconds: number; text: string }> {
    const begun = new Promise<void>((resolve) => {
      kernel.onPublished = (m) => m.header.msg_type === 'stream' && resolve();
    });
    const running = run(kernel, `console.log('go'); ${code}`);
    await begun;
    kernel.onPublished = undefined;
    await sleep(wait);
    const start = performance.now();
    await kernel.interrupt();
    const { reply, stdout } = await running;
    expect(reply.status, JSON.stringify(reply)).to.equal('error');
    expect(reply.ename).to.equal('Interrupted');
    return { milliseconds: performance.now() - start, text: stdout };
  }

  const stuck: Record<string, string> = {
    'a synchronous loop': 'while (true) {}',
    'a loop that catches everything': 'for (;;) { try { for (;;); } catch {} }',
    'a loop after an await': 'await new Promise((r) => setTimeout(r, 5)); while (true) {}',
    'a loop of promises': 'for (;;) await null;',
    'a loop in a timer': 'setTimeout(() => { for (;;); }, 5); await new Promise(() => {})',
    'a pending await': 'await new Promise(() => {})',
    'a thread that waits': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    'a regular expression': "/(a+)+b/.test('a'.repeat(40))",
  };
  for (const [what, code] of Object.entries(stuck)) {
    it(`stops ${what}, and the next cell runs`, async () => {
      const { milliseconds } = await interrupted(code);
      expect(milliseconds).to.be.below(3000);
      expect((await run(kernel, 'const after = 1; after + 1')).result).to.deep.equal({ 'text/plain': '2' });
    });
  }

  it('keeps what the cell had made', async () => {
    await interrupted('const kept = { a: 5 }; await new Promise(() => {}); const lost = 1;');
    expect((await run(kernel, 'kept.a')).result).to.deep.equal({ 'text/plain': '5' });
    expect((await run(kernel, 'lost')).reply.evalue).to.match(/Cannot find name 'lost'/);
  });

  it('loads a module anew that was being loaded', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'recurrent-interrupt-'));
    const path = join(scratch, 'slow.js');
    const wait = (ms: number) =>
      `exports.early = 1; const end = Date.now() + ${ms}; while (Date.now() < end);`;
    try {
      writeFileSync(path, `${wait(30_000)} exports.late = 2;`);
      await interrupted(`require('${path}');`);
      writeFileSync(path, `${wait(0)} exports.late = 2;`);
      const { result } = await run(kernel, `require('${path}')`);
      expect(result).to.deep.equal({ 'text/plain': '{ early: 1, late: 2 }' });
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  it('ends a loop that waits on timers', async () => {
    await run(kernel, 'let turns = 0;');
    await interrupted('for (;;) { turns++; await new Promise((r) => setTimeout(r, 20)); }');
    const { result } = await run(
      kernel,
      'const seen = turns; await new Promise((r) => setTimeout(r, 200)); turns - seen',
    );
    expect(result).to.deep.equal({ 'text/plain': '0' });
  });

  it("aborts the cell's signal, and waits for a cell that watches it", async () => {
    await run(kernel, `import { cellSignal } from 'recurrent-lab';`);
    const code = `const signal = cellSignal();
      while (!signal.aborted) await new Promise((r) => setTimeout(r, 20));
      console.log('stopped at a good place');`;
    const { text } = await interrupted(code);
    expect(text).to.contain('stopped at a good place');
    expect((await run(kernel, 'cellSignal().aborted')).result).to.deep.equal({ 'text/plain': 'false' });
  });

  it('stops a training run within one batch, which keeps its weights', async () => {
    await run(
      kernel,
      `import { tf, ready, stopOnInterrupt } from 'recurrent-lab'; await ready();
       const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
       model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
       const batches = tf.data.generator(function* () { for (;;) yield { xs: tf.ones([8, 4]), ys: tf.ones([8, 1]) }; });
       const before = await model.getWeights()[0].data();`,
    );
    await interrupted(
      'await model.fitDataset(batches, { epochs: 1, batchesPerEpoch: 1e6, verbose: 0, callbacks: stopOnInterrupt() });',
      500,
    );
    const after = await run(
      kernel,
      'const now = await model.getWeights()[0].data(); [before[0] !== now[0], Number.isFinite(now[0])]',
    );
    expect(after.result).to.deep.equal({ 'text/plain': '[ true, true ]' });
    const again = await run(
      kernel,
      'await model.fitDataset(batches, { epochs: 1, batchesPerEpoch: 3, verbose: 0 }); 1',
    );
    expect(again.result, JSON.stringify(again.reply)).to.deep.equal({ 'text/plain': '1' });
  });

  it('aborts the cells that wait behind the interrupted one', async () => {
    const first = run(kernel, 'await new Promise(() => {})');
    const second = run(kernel, '1');
    await sleep(200);
    await kernel.interrupt();
    expect((await first).reply.ename).to.equal('Interrupted');
    expect((await second).reply.status).to.equal('aborted');
  });

  it('of an idle kernel does nothing', async () => {
    await kernel.interrupt();
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
  });
});
