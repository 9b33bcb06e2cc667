import { join } from 'node:path';
import { expect } from 'chai';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import { folder, run, startKernel } from '../support';

/** Cells that run one after the other in one kernel, and the text of the last one's result or output. */
const RUNS: Record<string, [...cells: string[], shown: string]> = {
  'the place of the notebook': [
    '[__dirname, import.meta.dirname].every((path) => path === process.cwd()) && __filename === import.meta.filename && __filename.startsWith(__dirname)',
    'true',
  ],
  'the address of the notebook': [
    "import { fileURLToPath } from 'node:url'; fileURLToPath(import.meta.url) === __filename && new URL('.', import.meta.url).pathname === __dirname + '/'",
    'true',
  ],
  'where a module is': [
    "const { resolve } = import.meta as unknown as { resolve(id: string): string }; [resolve('fs'), resolve('./a.js') === new URL('a.js', import.meta.url).href]",
    "[ 'node:fs', true ]",
  ],
  'a program that asks whether it is the main one': [
    'if (require.main === module) console.log("main")',
    'main',
  ],
  'exports of a program': ['const secret = 4; module.exports = { secret }; module.exports.secret', '4'],
  'a variable called module': ['const module = { a: 1 };', 'module.a', '1'],
  'names with underscores': [
    'const __x = 1; let __y__ = 2; class __Z {}',
    '__y__++; [__x, __y__, new __Z()]',
    '[ 1, 3, __Z {} ]',
  ],
  'this, which is the global object': ['this === globalThis', 'true'],
  'imports below their use': ["console.log(delimiter); import { delimiter } from 'node:path';", ':'],
  'names exported from a module': [
    "export { basename, sep as separator } from 'node:path'; export * as posix from 'node:path/posix';",
    "[basename('/a/b'), separator, posix.sep]",
    "[ 'b', '/', '/' ]",
  ],
  'a default export': ['export default function () { return 1 }', "export default 'last'", "'last'"],
  'an export assignment': ['export = 5', '5'],
  'enums, also constant ones': [
    'enum Color { Red, Green = "g" } const enum Size { Small = 3, Large }',
    '1',
    '[Color.Red, Color.Green, Color[0], Size.Large]',
    "[ 0, 'g', 'Red', 4 ]",
  ],
  'enums of earlier values': ['const base = 5;', 'enum FromBase { A = base, B = base + 1 } FromBase.B', '6'],
  'namespaces, for good': [
    'namespace Outer { export const a = 1; export namespace Inner { export const f = () => a + 1; export type T = string } }',
    '1',
    '2',
    "const t: Outer.Inner.T = 't'; [Outer.a, Outer.Inner.f(), t]",
    "[ 1, 2, 't' ]",
  ],
  'namespaces declared anew': [
    'namespace Again { export const a = 1 }',
    'namespace Again { export const b = 2 }',
    '1',
    'Again.b',
    '2',
  ],
  'a namespace that gives way to a variable': [
    'namespace Gone { export const a = 1 }',
    "const Gone = 'text'",
    '1',
    'Gone.length',
    '4',
  ],
  'what is attached to classes and functions': [
    'class Tied { x = 1 } namespace Tied { export const y = 2 } function tied() { return 3 } tied.z = 4;',
    '1',
    '[new Tied().x, Tied.y, tied(), tied.z]',
    '[ 1, 2, 3, 4 ]',
  ],
  'additions to the types of the language': [
    'declare global { interface Array<T> { last(): T } var counter: number }\nArray.prototype.last = function () { return this[this.length - 1]; }; globalThis.counter = 1;',
    'counter += 4; globalThis.counter++;',
    '[Array.from([1, 2]).last(), counter, globalThis.counter, { counter }]',
    '[ 2, 6, 6, { counter: 6 } ]',
  ],
  'additions that are corrected and run again': [
    'declare global { interface Array<T> { best(): T } var wanted: number } declare const told: number, telling: number;',
    'declare global { interface Array<T> { best(): string } var wanted: number } declare const told: number, telling: number;',
    "declare global { var wanted: string } declare const told: string, telling: string; Array.prototype.best = () => 'best'; globalThis.wanted = 'x'; (globalThis as any).told = 'y'",
    '1',
    'const allText: string = [1].best() + wanted + told; allText',
    "'bestxy'",
  ],
  'additions to the types of a module': [
    "declare module 'fs' { interface Stats { extra?: number } }",
    '1',
    "import { statSync } from 'fs'; const extra: number | undefined = statSync('.').extra; typeof extra",
    "'undefined'",
  ],
  'what is said of a global': [
    '(globalThis as any).madeElsewhere = 7; declare const madeElsewhere: number, neverMade: string;',
    'madeElsewhere + 1',
    '8',
  ],
  'abstract classes, decorators, private names, accessors': [
    `abstract class Shape { abstract area(): number; text() { return String(this.area()) } }
     function loud(_: object, __: string, d: PropertyDescriptor) { const f = d.value; d.value = function () { return f.call(this) + '!' } }
     function tag(c: Function) { (c as any).tag = 'tagged' }`,
    `class Square extends Shape { static #made = 0; accessor side = 2; static { Square.#made++ } static get made() { return Square.#made }
       area() { return this.side ** 2 } @loud hello() { return 'hi' } }
     @tag class Tagged {}
     [new Square().text(), new Square().hello(), (Tagged as any).tag, Square.made]`,
    "[ '4', 'hi!', 'tagged', 1 ]",
  ],
  'generics and satisfies': [
    'function same<const T>(x: T): T { return x } const wide = { a: 1 } satisfies Record<string, number>; [same<string>("q"), wide.a]',
    "[ 'q', 1 ]",
  ],
  labels: [
    'let seen = ""; rows: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue rows; if (i === 2) break rows; seen += i } } seen',
    "'01'",
  ],
  'for await': [
    'async function* two() { yield 1; yield 2 } const got: number[] = []; for await (const n of two()) { if (n > 1) break; got.push(n) } got',
    '[ 1 ]',
  ],
  'await before parentheses wherever it may stand': [
    `const later = async <T>(x: T) => x; const box = Promise.resolve({ list: [1], Kind: class { k = 4 } });
     const all = [await (later(1)), -(await (later(2))), (await (box)).list[0], ...await (later([3])), new (await (box)).Kind().k,
       typeof await (box), \`\${await (later(\`\${await (later('in'))}\`))}\`, await (later(0)) || await (later('or')), await ((x: number) => x)(5)];
     for (const x of await (later([6]))) all.push(x);
     switch (await (later(1))) { case 1: all.push('case') }
     class Extended extends (await (box)).Kind {}
     const { list } = await (box), of: any = { [await (later('key'))]: await (later(7)), async [await (later('m'))]() { return await (8) } };
     while (await (later(all.length < 13))) all.push(await /* here */ (later('more')));
     [all.join(), new Extended().k, list, of.key, await of.m()]`,
    "[ '1,-2,1,3,4,object,in,or,5,6,case,more,more', 4, [ 1 ], 7, 8 ]",
  ],
  'variables called using, of, get, type and async': [
    'const using = 1, of = 2, get = 3, type = 4, async = 5;',
    '[using, of, get, type, async]',
    '[ 1, 2, 3, 4, 5 ]',
  ],
};

/** Cells that are refused before anything runs, and what is said. */
const REFUSED: Record<string, RegExp> = {
  arguments: /Cannot find name 'arguments'/,
  'return 5': /'return' statement can only be used within a function body/,
  'new.target': /'new.target' is only allowed in/,
  'yield 1': /'yield' expression is only allowed in a generator body/,
  "import os = require('os')": /cannot say `import … =`; write import \* as os from 'os'/,
  'namespace S { export class C {} } import C = S.C': /write const C = S\.C, or type C = S\.C/,
  "export * from 'node:path'": /module that it does not list; write import/,
  "export { default } from 'node:path'": /has no default export/,
  'const p1 = 1; export { p1 as p2 }': /write const p2 = p1/,
  'const exports = 1': /`exports` is the object in which this kernel shares/,
  'function f(exports: object) {}': /`exports` is the object/,
  "import { a as exports } from 'x'": /`exports` is the object/,
  'using x = { a: 1 }': /TypeScript 5\.0\.4 has no `using`/,
  'await using x = { a: 1 }': /has no `using`/,
  'const c = class { m() { await null } }': /`await` is possible at the top of a cell and in async functions/,
  'const c = class { x = await null }': /`await` is possible at the top/,
  'const o = { m() { await null } }': /`await` is possible at the top/,
  'const o = { get g() { return await null } }': /`await` is possible at the top/,
  'const o = { async a() { return { m() { await null } } } }': /`await` is possible at the top/,
  '[1].map((x) => await x)': /`await` is possible at the top/,
  'function f() { for await (const x of []) {} }': /`await` is possible at the top/,
  '[1].map((x) => await (x))': /write this in an async function/,
  'class C { static { await null } }': /`await` is possible at the top/,
};

describe('jupyter: the language of cells', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  describe('runs', () => {
    for (const [what, steps] of Object.entries(RUNS)) {
      it(what, async () => {
        let shown: string | undefined;
        for (const cell of steps.slice(0, -1)) {
          const { reply, result, stdout } = await run(kernel, cell);
          expect(reply.status, JSON.stringify(reply)).to.equal('ok');
          shown = result?.['text/plain'] ?? stdout.trim();
        }
        expect(shown).to.equal(steps.at(-1));
      });
    }

    it('the idioms of ES modules for what CommonJS has', async () => {
      await run(
        kernel,
        `import { createRequire } from 'node:module'; import path from 'node:path'; import { fileURLToPath as toPath } from 'node:url';
         const require = createRequire(import.meta.url); const __filename = toPath(import.meta.url);
         const __dirname = path.dirname(__filename);`,
      );
      const { result } = await run(kernel, "[require('node:os').EOL, __dirname === process.cwd()]");
      expect(result).to.deep.equal({ 'text/plain': "[ '\\n', true ]" });
    });

    it('the name of the notebook, where the server says it', async () => {
      const env = { JPY_SESSION_NAME: join(folder, 'lesson 1.ipynb') };
      const named = await KernelClient.start({ cwd: folder, env });
      try {
        const { result } = await run(
          named,
          "[__filename, import.meta.url].map((at) => at.split('/').at(-1))",
        );
        expect(result).to.deep.equal({ 'text/plain': "[ 'lesson 1.ipynb', 'lesson%201.ipynb' ]" });
      } finally {
        await named.close();
      }
    });
  });

  describe('is refused before it runs', () => {
    for (const [code, message] of Object.entries(REFUSED)) {
      it(code, async () => {
        const { reply, stdout } = await run(kernel, `console.log('ran');\n${code}`);
        expect(reply.status).to.equal('error');
        expect(reply.traceback.join('\n'))
          .to.match(message)
          .and.match(/In\[\d+\]:2:\d+ - error/);
        expect(stdout).to.equal('');
      });
    }

    it('a browser cell', async () => {
      const { reply } = await run(kernel, '/** @browser */ document.title');
      expect(reply.evalue).to.match(/runs no browser cells/);
    });

    it('and says of a global that nobody has made what Node says', async () => {
      await run(kernel, 'declare const nobody: number');
      expect((await run(kernel, 'nobody')).reply).to.include({ ename: 'ReferenceError' });
    });
  });
});
