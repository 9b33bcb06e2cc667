import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, startKernel } from '../support';

describe('jupyter: names of cells', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  async function text(code: string): Promise<string> {
    const { result, reply } = await run(kernel, code);
    expect(reply.status, JSON.stringify(reply)).to.equal('ok');
    return result?.['text/plain'];
  }

  it('are shared: a function hears of what a later cell assigns, and the other way round', async () => {
    await run(
      kernel,
      'let count = 1; const add = (n: number) => (count += n); function read() { return count; }',
    );
    expect(await text('count = 10; [read(), add(5), read(), count]')).to.equal('[ 10, 15, 15, 15 ]');
    expect(await text('const count = 100; read()')).to.equal('100');
  });

  it('may be bound by destructuring, of anything that can be iterated', async () => {
    await run(
      kernel,
      "const { a, inner: [b, , c = 3, ...rest], ...others } = { a: 1, inner: 'wxyz', d: 4, e: 5 };",
    );
    expect(await text('[a, b, c, rest, others]')).to.equal("[ 1, 'w', 'y', [ 'z' ], { d: 4, e: 5 } ]");
    expect(
      await text('let [first, second] = new Set([7, 8]); [second, first] = new Set([first, second]); first'),
    ).to.equal('8');
  });

  it('may be imported, and declared anew after that', async () => {
    expect(await text("import { sep } from 'node:path'; sep")).to.equal("'/'");
    expect(await text('const sep = 5; sep')).to.equal('5');
    expect(await text("import { sep } from 'node:path'; sep")).to.equal("'/'");
  });

  it('may be exported, as in a module', async () => {
    await run(
      kernel,
      'export const five = 5; export default class Box { a = 1 }\nexport type Pair = [number, number];\nconst plain = 1; export { plain };',
    );
    expect(await text('const pair: Pair = [five, plain]; [pair, new Box()]')).to.equal(
      '[ [ 5, 1 ], Box { a: 1 } ]',
    );
    expect(await text('export default 7')).to.equal('7');
    const { reply } = await run(kernel, 'export const wrong: string = 5;');
    expect(reply.traceback.join('\n')).to.match(/In\[\d+\]:1:14 - error TS2322/);
  });

  it('of the compiler do not show in a result', async () => {
    expect(await text('() => 1')).to.equal('[Function (anonymous)]');
    expect(await text('(async function named() {})')).to.equal('[AsyncFunction: named]');
    expect(await text('(class {})')).to.equal('[class (anonymous)]');
  });

  it('are as quick to use in a loop as a property is', async () => {
    const loop = 'for (let i = 0; i < 1e6; i++) total += i; performance.now() - start';
    await run(kernel, 'let total = 0;');
    expect(Number(await text(`let start = performance.now(); ${loop}`))).to.be.below(1000);
  });

  it('of a cell that fails are those that got a value, also within one statement', async () => {
    const { reply } = await run(kernel, 'const got = 3, broken = JSON.parse("{"), missed = 4;');
    expect(reply.ename).to.equal('SyntaxError');
    expect(await text('got')).to.equal('3');
    expect((await run(kernel, 'missed')).reply.evalue).to.match(/Cannot find name 'missed'/);
  });
});
