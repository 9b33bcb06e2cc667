import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, sleep, startKernel } from '../support';

describe('jupyter: cells', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  const text = async (code: string) => (await run(kernel, code)).result?.['text/plain'];

  describe('results', () => {
    it('are execute_result messages with the count', async () => {
      const { published, reply } = await run(kernel, '1 + 1');
      const types = published.map((m) => m.header.msg_type);
      expect(types).to.deep.equal(['execute_input', 'execute_result']);
      expect(published[1]!.content).to.deep.equal({
        data: { 'text/plain': '2' },
        metadata: {},
        execution_count: reply.execution_count,
      });
    });

    it('are as the inspector shows them, without colours; undefined shows nothing', async () => {
      expect(await text("({ a: [1, 'x', null], m: new Map([[1, 2]]) })")).to.equal(
        "{ a: [ 1, 'x', null ], m: Map(1) { 1 => 2 } }",
      );
      expect(await text('undefined')).to.equal(undefined);
      expect(await text('void console')).to.equal(undefined);
      expect(await text('null')).to.equal('null');
      expect(await text('const quiet = 3;')).to.equal(undefined);
    });

    it('may be a bundle of their own', async () => {
      const code =
        "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<i>', 'text/plain': 'i' }) })";
      expect((await run(kernel, code)).result).to.deep.equal({ 'text/html': '<i>', 'text/plain': 'i' });
    });

    it('that cannot be shown are errors', async () => {
      const { reply } = await run(
        kernel,
        "({ [Symbol.for('Jupyter.display')]: () => { throw new Error('no') } })",
      );
      expect(reply).to.include({ status: 'error', ename: 'Error', evalue: 'no' });
    });

    it('of a million numbers are short', async () => {
      expect((await text('Array.from({ length: 1e6 }, (_, i) => i)'))!.length).to.be.below(3000);
    });
  });

  describe('display', () => {
    it('shows at its place, updates in place, clears', async () => {
      const { published } = await run(
        kernel,
        `import { display, clearOutput } from 'recurrent-lab';
         console.log('a'); const shown = display({ mark: 'bar', data: { values: [] } }); console.log('b');
         shown.update('<x>'); clearOutput(true);`,
      );
      const of = published.slice(1).map((m) => m.header.msg_type);
      expect(of).to.deep.equal(['stream', 'display_data', 'stream', 'update_display_data', 'clear_output']);
      const [, , chart, , update, clear] = published.map((m) => m.content);
      expect(chart!.data).to.have.all.keys('application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain');
      expect(update!.transient).to.deep.equal(chart!.transient);
      expect(clear).to.deep.equal({ wait: true });
    });
  });

  describe('language', () => {
    it('declares again, imports, awaits at the top and in parentheses', async () => {
      await run(kernel, 'const again = 1; class Twice {}');
      expect(await text("const again = 'two'; class Twice { x = 1 } again + new Twice().x")).to.equal(
        "'two1'",
      );
      expect(await text("import { join } from 'node:path'; join('a', 'b')")).to.equal("'a/b'");
      expect(await text('await (Promise.resolve(3))')).to.equal('3');
      expect(await text('const doubled = [await (Promise.resolve(3))].map((v) => v * 2); doubled')).to.equal(
        '[ 6 ]',
      );
      expect((await run(kernel, 'for await (const n of [1, 2]) console.log(n)')).stdout).to.equal('1\n2\n');
    });

    it('sees no test runner, and no declarations of a cell with a type error', async () => {
      expect((await run(kernel, 'describe')).reply.evalue).to.match(/Cannot find name/);
      await run(kernel, "const wrong: number = 'x';");
      expect((await run(kernel, 'wrong')).reply.evalue).to.match(/Cannot find name 'wrong'/);
    });
  });

  describe('errors', () => {
    it('name the cell, the line of the TypeScript and the message', async () => {
      const code = `interface Gone { x: number }\n\n\nfunction deep(g: Gone): never {\n  throw new RangeError('bad ' + g.x);\n}\ndeep({ x: 3 });`;
      const { reply, errors, published } = await run(kernel, code);
      const count = reply.execution_count;
      expect(reply).to.include({ status: 'error', ename: 'RangeError', evalue: 'bad 3' });
      expect(errors).to.have.length(1);
      expect(published).to.have.length(2);
      const lines = errors[0]!.traceback as string[];
      expect(lines[0]).to.equal('RangeError: bad 3');
      expect(lines).to.include(`    at deep (In[${count}]:5:9)`).and.include(`    at In[${count}]:7:1`);
      expect(lines.join('\n')).to.contain("> 5 |   throw new RangeError('bad ' + g.x);");
      expect(lines.join('\n')).to.not.match(/node:internal|cell-runner|node:vm/);
      const later = await run(kernel, '\n\ndeep({ x: 4 })');
      expect(later.reply.traceback.join('\n'))
        .to.contain(`In[${count}]:5:9`)
        .and.contain(`In[${count + 1}]:3:1`);
    });

    it('of types show every diagnostic and stop the cell before it runs', async () => {
      const { reply, stdout } = await run(kernel, "console.log('ran');\nconst s: string = 3;\nnope();");
      expect(stdout).to.equal('');
      const all = reply.traceback.join('\n');
      expect(all).to.match(/In\[\d+\]:2:7 - error TS2322: Type 'number' is not assignable/);
      expect(all).to.match(/In\[\d+\]:3:1 - error TS2304: Cannot find name 'nope'/);
      expect(all).to.contain('> 2 | const s: string = 3;');
    });

    it('show their causes, and anything that can be thrown', async () => {
      const caused = await run(kernel, "throw new Error('top', { cause: new TypeError('root') })");
      expect(caused.reply.traceback.join('\n')).to.contain('Caused by: TypeError: root');
      expect((await run(kernel, "throw 'text'")).reply).to.include({ ename: 'Thrown', evalue: 'text' });
      expect((await run(kernel, 'throw undefined')).reply.evalue).to.equal('undefined');
      expect((await run(kernel, 'throw Object.create(null)')).reply.status).to.equal('error');
    });

    it('nobody handles end the cell that caused them', async () => {
      expect((await run(kernel, "Promise.reject(new Error('alone')); 1")).reply.evalue).to.equal('alone');
      const timer = await run(
        kernel,
        "setTimeout(() => { throw new Error('tick') }, 5); await new Promise(() => {})",
      );
      expect(timer.reply.evalue).to.equal('tick');
    });

    it('after the cell are reported with the next, and the kernel lives', async () => {
      expect(
        (await run(kernel, "setTimeout(() => { throw new Error('late') }, 20); 1")).reply.status,
      ).to.equal('ok');
      await sleep(150);
      const next = await run(kernel, '2');
      expect(next.reply).to.include({ status: 'error', evalue: 'late' });
      expect(next.result).to.deep.equal({ 'text/plain': '2' });
      expect((await run(kernel, '3')).reply.status).to.equal('ok');
    });

    it('keep what the cell had declared before', async () => {
      await run(kernel, "const early = 7; throw new Error('x'); const never1 = 2;");
      expect(await text('early')).to.equal('7');
    });
  });

  describe('queue', () => {
    it('answers waiting cells aborted after an error, and runs later ones', async () => {
      const outcomes = await Promise.all([
        run(kernel, 'throw 1'),
        run(kernel, 'var ran = 1'),
        run(kernel, 'var ran = 2'),
      ]);
      expect(outcomes.map((o) => o.reply.status)).to.deep.equal(['error', 'aborted', 'aborted']);
      expect((await run(kernel, '5')).reply.status).to.equal('ok');
    });

    it('goes on where stop_on_error is false', async () => {
      const go = { stop_on_error: false };
      const outcomes = await Promise.all([run(kernel, 'throw 1', go), run(kernel, '2', go)]);
      expect(outcomes.map((o) => o.reply.status)).to.deep.equal(['error', 'ok']);
    });

    it('keeps silent cells silent and unstored cells uncounted', async () => {
      const { reply } = await run(kernel, '1');
      const silent = await run(kernel, "console.log('x'); 1", { silent: true });
      expect(silent.published).to.have.length(0);
      const unstored = await run(kernel, '1', { store_history: false });
      expect(unstored.reply.execution_count).to.equal(reply.execution_count);
      expect(unstored.result).to.deep.equal({ 'text/plain': '1' });
      const history = await kernel.request('history_request', {
        hist_access_type: 'tail',
        n: 1,
        output: false,
      });
      expect(history.content.history).to.deep.equal([[1, reply.execution_count, '1']]);
      await run(kernel, '2', { store_history: false });
      const results = await kernel.request('history_request', {
        hist_access_type: 'tail',
        n: 1,
        output: true,
      });
      expect(results.content.history).to.deep.equal([[1, reply.execution_count, ['1', '1']]]);
    });

    it('evaluates user_expressions', async () => {
      const { reply } = await run(kernel, 'const ue = 4;', {
        user_expressions: { twice: 'ue * 2', bad: 'nope' },
      });
      expect(reply.user_expressions.twice).to.deep.include({ status: 'ok', data: { 'text/plain': '8' } });
      expect(reply.user_expressions.bad).to.include({ status: 'error', ename: 'ReferenceError' });
    });
  });

  describe('input', () => {
    it('asks through the front end', async () => {
      kernel.answerInputWith((message) => `${message.content.prompt}Ada`);
      await run(kernel, "import { input } from 'recurrent-lab';");
      expect((await run(kernel, "await input('name? ')", { allow_stdin: true })).result).to.deep.equal({
        'text/plain': "'name? Ada'",
      });
    });

    it('is refused where the front end allows none', async () => {
      expect((await run(kernel, "await input('name? ')")).reply.evalue).to.match(/does not let a cell ask/);
    });
  });

  describe('output', () => {
    it('of fifty megabytes neither blocks nor floods', async () => {
      const start = performance.now();
      const { stdout, stderr } = await run(
        kernel,
        "for (let i = 0; i < 5000; i++) console.log('x'.repeat(1e4));",
      );
      expect(performance.now() - start).to.be.below(10_000);
      expect(stdout.length).to.be.within(1e6, 1.1e6);
      expect(stderr).to.match(/more characters of output are not shown/);
    });

    it('of thousands of displays arrives, each in its place', async () => {
      const { displays, reply } = await run(
        kernel,
        "import { display } from 'recurrent-lab'; for (let i = 0; i < 3000; i++) display(i);",
      );
      expect(reply.status).to.equal('ok');
      expect(displays.map(({ data }) => Number(data['text/plain']))).to.deep.equal(
        Array.from({ length: 3000 }, (_, i) => i),
      );
    });

    it('shows while the cell never yields', async () => {
      const running = run(
        kernel,
        "console.log('first'); const end = Date.now() + 1500; while (Date.now() < end);",
      );
      const seen = await new Promise<number>((resolve) => {
        kernel.onPublished = (m) => m.header.msg_type === 'stream' && resolve(performance.now());
      });
      kernel.onPublished = undefined;
      await running;
      expect(performance.now() - seen).to.be.above(1000);
    });

    it('after the end of a cell goes to that cell', async () => {
      const late: string[] = [];
      kernel.onPublished = (m) => {
        if (m.header.msg_type === 'stream') late.push(`${m.parent.msg_id}: ${m.content.text}`);
      };
      const first = await run(
        kernel,
        "void (async () => { for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, 60)); console.log('tick'); } })(); 1",
      );
      await run(kernel, 'await new Promise((r) => setTimeout(r, 400)); console.log("mine")');
      kernel.onPublished = undefined;
      const id = first.published[0]!.parent.msg_id;
      expect(late.filter((line) => line === `${id}: tick\n`)).to.have.length(3);
      expect(late.filter((line) => line.endsWith('mine\n') && !line.startsWith(id!))).to.have.length(1);
    });

    it('of child processes and native code arrives too', async () => {
      const code =
        "import { spawnSync } from 'node:child_process'; spawnSync('echo', ['from outside'], { stdio: 'inherit' }); await new Promise((r) => setTimeout(r, 100));";
      expect((await run(kernel, code)).stdout).to.contain('from outside');
    });
  });
});
