import { expect } from 'chai';
import { Compiler } from '#lab/jupyter/kernel/compiler-worker';
import { SCOPE } from '#lab/jupyter/protocol/compiler';

const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

/** Runs cells as the kernel does, one after the other, and gives the exports. */
async function runCells(...cells: string[]): Promise<Record<string, unknown>> {
  const compiler = new Compiler();
  const exports: Record<string, unknown> = {};
  try {
    for (const cell of cells) {
      const { problems, compiled } = await compiler.call('compile', cell);
      expect(problems, cell).to.deep.equal([]);
      const load = (id: string) => ({ exports: require(id) });
      await new AsyncFunction('exports', SCOPE.load, compiled!.code)(exports, load);
      await compiler.call('commit', []);
    }
  } finally {
    await compiler.close();
  }
  return exports;
}

describe('shorthand properties in cells', () => {
  it('finds names of an earlier cell, of this one, and of an import', async () => {
    const exports = await runCells(
      `const units = 4; const names = ['a']; import { sep } from 'node:path';`,
      `const here = 2; const made = { units, here, sep, nested: [{ names }] }; const f = () => ({ units });
       const result = [made, f()];`,
    );
    const made = { units: 4, here: 2, sep: '/', nested: [{ names: ['a'] }] };
    expect(exports.result).to.deep.equal([made, { units: 4 }]);
  });

  it('assigns to names of an earlier cell by destructuring', async () => {
    const exports = await runCells(
      'let a = 1; let b = 2;',
      '({ a, b = 7 } = { a: 5 } as { a: number; b?: number });',
    );
    expect([exports.a, exports.b]).to.deep.equal([5, 7]);
  });
});
