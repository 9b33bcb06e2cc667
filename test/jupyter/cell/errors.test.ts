import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, startKernel } from '../support';

describe('jupyter: errors of cells', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  const failure = async (code: string) => (await run(kernel, code)).reply;

  it('that are printed name the line of the TypeScript too, and not the kernel', async () => {
    const { stdout, stderr, reply } = await run(
      kernel,
      "interface Gone {}\n\ntry { JSON.parse('{') } catch (e) { console.log(e) }\nconsole.trace('here')",
    );
    expect(stdout).to.match(new RegExp(`at JSON.parse.*\\n    at In\\[${reply.execution_count}\\]:3:12\\n$`));
    expect(stderr).to.match(/^Trace: here\n {4}at In\[\d+\]:4:9\n$/);
  });

  it('are named by their class where they have no name of their own', async () => {
    const { ename, traceback } = await failure("class HttpError extends Error {} throw new HttpError('404')");
    expect([ename, traceback[0]]).to.deep.equal(['HttpError', 'HttpError: 404']);
    expect((await failure("throw new DOMException('x', 'AbortError')")).ename).to.equal('AbortError');
  });

  it('of syntax are SyntaxErrors, and show only what was written', async () => {
    const { ename, traceback } = await failure('function (');
    expect(ename).to.equal('SyntaxError');
    expect(traceback.filter((line: string) => line.includes('error TS'))).to.have.length(1);
    expect((await failure('const s: string = 3')).ename).to.equal('TypeError');
  });

  it('of endless recursion fold their frames', async () => {
    const { traceback } = await failure(
      'function deep(n: number): number { return deep(n + 1) + 1; } deep(0)',
    );
    expect(traceback.length).to.be.below(12);
    expect(traceback.join('\n')).to.match(/the same \d+ more times/);
  });

  it('show every cause once, also where one is its own', async () => {
    const { traceback } = await failure(
      "const loop = new Error('loop'); loop.cause = loop; throw new AggregateError([loop, new TypeError('t')], 'many')",
    );
    const heads = traceback.filter((line: string) => line.startsWith('Caused by'));
    expect(heads).to.deep.equal(['Caused by: Error: loop', 'Caused by: TypeError: t']);
  });

  it('that throw when they are looked at end the cell like any other', async () => {
    const odd = [
      "class Odd extends Error { get message(): string { throw new Error('no') } } throw new Odd()",
      "throw Object.defineProperty(new Error('x'), 'stack', { get() { throw 1 } })",
      "throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } }",
    ];
    for (const code of odd) expect((await failure(code)).evalue).to.match(/throws an error itself/);
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
  });
});
