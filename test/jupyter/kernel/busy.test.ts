import { expect } from 'chai';
import { Dealer } from 'zeromq';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import { curveKeys, secureClient } from '#lab/jupyter/protocol/curve';
import { Wire } from '#lab/jupyter/protocol/wire';
import { stillAlive } from '../../support/processes';
import { folder, run, sleep, startKernel } from '../support';

describe('jupyter: kernel', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await run(kernel, "import { seed } from 'recurrent-lab';");
  });
  after(() => kernel.close());

  it('answers within a second while a cell is busy', async function () {
    this.retries(2);
    const running = run(kernel, 'const end = Date.now() + 8000; while (Date.now() < end);');
    await sleep(1000);
    const timed = async (what: string, call: Promise<unknown>) => {
      const start = performance.now();
      await call;
      expect(performance.now() - start, what).to.be.below(1000);
    };
    await timed('heart-beat', kernel.beat());
    await timed('kernel_info', kernel.request('kernel_info_request'));
    await timed('completion', kernel.request('complete_request', { code: 'Math.sq', cursor_pos: 7 }));
    await timed('interrupt', kernel.interrupt());
    expect((await running).reply.ename).to.equal('Interrupted');
  });

  it('completes and explains what a notebook imports', async () => {
    const complete = await kernel.request('complete_request', { code: "'😀'; see", cursor_pos: 8 });
    expect(complete.content).to.deep.include({ matches: ['seed'], cursor_start: 5, cursor_end: 8 });
    const hover = await kernel.request('inspect_request', {
      code: "'😀'; seed(1)",
      cursor_pos: 6,
      detail_level: 0,
    });
    expect(hover.content.found).to.equal(true);
    expect(hover.content.data['text/plain'])
      .to.match(/seed\(n: number\)/)
      .and.match(/initialiser|shuffle|seed/i);
    for (const code of ['seed(', 'seed(Math.abs(1), 5', 'seed(\n  1)']) {
      const cursor_pos = code.length - (code.endsWith(')') ? 1 : 0);
      const call = await kernel.request('inspect_request', { code, cursor_pos, detail_level: 0 });
      expect(call.content.data['text/plain'], code).to.match(/seed\(n: number\)/);
    }
    const nothing = await kernel.request('inspect_request', { code: '   ', cursor_pos: 1, detail_level: 0 });
    expect(nothing.content).to.deep.include({ status: 'ok', found: false });
  });

  it('survives messages with a wrong signature and malformed ones, and answers neither', async () => {
    const { connection: c } = kernel;
    const socket = new Dealer({ linger: 0, receiveTimeout: 500 });
    secureClient(socket, curveKeys(c)!);
    socket.connect(`tcp://${c.ip}:${c.shell_port}`);
    const forged = new Wire('another key');
    await socket.send(forged.encode(forged.create('kernel_info_request', {})));
    const own = new Wire(c.key);
    const [delimiter, signature, header] = own.encode(own.create('kernel_info_request', {})) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    await socket.send([delimiter, signature, header, header, 'not json', header]);
    await socket.send(['nonsense']);
    await socket.send([delimiter, signature]);
    await socket.send('');
    const answer = await socket.receive().catch(() => undefined);
    socket.close();
    expect(answer).to.equal(undefined);
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
  });

  it('answers a front end that comes back under its old name', async () => {
    const { connection: c } = kernel;
    const wire = new Wire(c.key);
    const sockets: Dealer[] = [];
    for (let i = 0; i < 2; i++) {
      const socket = new Dealer({ linger: 0, receiveTimeout: 5000, routingId: 'the same' });
      secureClient(socket, curveKeys(c)!);
      socket.connect(`tcp://${c.ip}:${c.shell_port}`);
      await socket.send(wire.encode(wire.create('kernel_info_request', {})));
      expect(wire.decode(await socket.receive()).header.msg_type).to.equal('kernel_info_reply');
      sockets.push(socket);
    }
    for (const socket of sockets) socket.close();
  });

  it('answers requests it cannot serve, and odd content, without dying', async () => {
    for (const content of [
      {},
      { code: 5, cursor_pos: 'x' },
      { code: 'a', cursor_pos: 1e9 },
      { code: null },
    ]) {
      for (const type of ['complete_request', 'inspect_request', 'is_complete_request', 'history_request']) {
        const reply = await kernel.request(type, content, { milliseconds: 5000 });
        expect(reply.header.msg_type).to.equal(type.replace('request', 'reply'));
      }
    }
    for (const content of [{}, { code: '1', user_expressions: null }]) {
      const reply = await kernel.request('execute_request', content, { milliseconds: 5000 });
      expect(reply.content.status).to.equal('ok');
    }
    expect((await kernel.request('comm_info_request')).content).to.deep.equal({ status: 'ok', comms: {} });
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
  });

  it('goes on when the process that runs the cells is killed', async () => {
    await run(kernel, 'const gone = 1;');
    const { reply } = await run(kernel, "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})");
    expect(reply).to.include({ status: 'error', ename: 'ProcessEnded' });
    expect(reply.evalue).to.match(/variables are lost/);
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
    expect((await run(kernel, 'gone')).reply.evalue).to.match(/Cannot find name 'gone'/);
  });

  it('takes along what a cell has started', async () => {
    const start = (type: string) =>
      `const ${type} = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); ${type}.pid`;
    const pid = async (from: KernelClient, type: string) =>
      Number((await run(from, start(type))).result?.['text/plain']);
    const first = await pid(kernel, 'first');
    const { reply } = await run(kernel, "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})");
    expect(reply.ename).to.equal('ProcessEnded');
    expect(await stillAlive([first])).to.deep.equal([]);
    const other = await startKernel();
    const second = await pid(other, 'second');
    await other.close();
    expect(await stillAlive([second])).to.deep.equal([]);
    const third = await startKernel();
    const orphan = await pid(third, 'orphan');
    third.process.kill('SIGKILL');
    await third.close();
    expect(await stillAlive([orphan])).to.deep.equal([]);
  });

  it('ends quietly in the middle of a cell', async () => {
    const other = await KernelClient.start({ cwd: folder, stderr: 'pipe' });
    let said = '';
    other.process.stderr!.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    const running = other.execute('await new Promise(() => {})').catch((error: Error) => error.message);
    await sleep(1500);
    await other.close();
    expect(await running).to.match(/ended with exit code 0/);
    expect(said).to.equal('');
  });

  it('does not let a cell end it', async () => {
    expect((await run(kernel, 'process.exit(3)')).reply.evalue).to.match(/process\.exit\(3\) in a notebook/);
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
  });
});
