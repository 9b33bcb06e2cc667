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

describe('names of properties in cells', () => {
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

  it('leaves those of an earlier cell as they are, wherever a property is named', async () => {
    const exports = await runCells(
      `const rows = [{ units: 1, parameters: 2 }]; interface Row { units: number; parameters: number }
       class Box { units = 5; static units = 6; get parameters() { return 7; } } let old = 0; let units = 100;`,
      `const found: number[] = [];
       for (const { units: u, parameters } of rows) found.push(u, parameters);
       for (const { ['units']: u = 3, ...rest } of rows) found.push(u, rest.parameters);
       const [{ units: first, parameters: p = 9 }] = rows;
       found.push(first, p, ...rows.map(({ units: n, parameters: m }) => n + m));
       const f = function ({ units: n }: Row, [{ parameters: m }] = rows) { return n * m; };
       found.push(f(rows[0]));
       let late = 0;
       ({ units: old, parameters: late } = rows[0]);
       [{ units: late }] = rows;
       found.push(late, rows[0].units, rows[0]!['parameters']);
       const made: Row = { units: 8, parameters: units };
       const { units: boxed, parameters: got } = new Box();
       const { units: fixed } = Box;
       found.push(made.units, made.parameters, boxed, got, fixed, units);`,
    );
    expect(exports.found).to.deep.equal([1, 2, 1, 2, 1, 2, 3, 2, 1, 1, 2, 8, 100, 5, 7, 6, 100]);
    expect(exports.old).to.equal(1);
  });
});
