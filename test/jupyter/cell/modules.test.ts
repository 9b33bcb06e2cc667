import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import { run } from '../support';

const MODULE = { type: 'module', main: 'index.js', types: 'index.d.ts' };
const HELLO =
  'export declare const hello: string; declare const _default: () => string; export default _default;';

/** What lies in the notebook's folder. */
const FILES: Record<string, string> = {
  'data.json': '{"a": 1, "list": ["x"]}',
  'plain.ts':
    'export type Pair = { a: number }; export const pair: Pair = { a: 1 }; export default class Kept { n = 3 }',
  'where.ts':
    'export const at = [__filename, import.meta.filename, import.meta.url, __dirname]; export const main = require.main === module;',
  'later.ts': "export const load = () => import('waits'); export const reach = () => import('./plain');",
  'folder/index.ts': "export * from '../plain'; export const inside = 1;",
  'circle-a.ts': "import { b } from './circle-b'; export const a = 1; export const both = () => a + b;",
  'circle-b.ts': "import { a } from './circle-a'; export const b = 2; export const two = () => a + b;",
  'script.js': 'export const script = 4;',
  'esm.mjs': 'export const esm = 5;',
  'common.cjs': 'exports.common = 6;',
  'view.tsx': 'export const view = 1;',
  'modern.mts': 'export const modern = 1;',
  'old.cts': 'export const old = 1;',
  'uses-view.ts': "export { view } from './view';",
  'node_modules/modern/package.json': JSON.stringify(MODULE),
  'node_modules/modern/index.js': "export const hello = 'modern'; export default () => 'made';",
  'node_modules/modern/index.d.ts': HELLO,
  'node_modules/waits/package.json': JSON.stringify(MODULE),
  'node_modules/waits/index.js':
    "export const hello = await Promise.resolve('waited'); export default () => 'made';",
  'node_modules/waits/index.d.ts': HELLO,
  'node_modules/mapped/package.json': JSON.stringify({
    type: 'module',
    exports: { '.': { types: './types/main.d.ts', import: './src/main.js' }, './sub': './src/sub.js' },
  }),
  'node_modules/mapped/src/main.js': "export const hello = 'mapped'; export default () => 'made';",
  'node_modules/mapped/src/sub.js': "export const sub = 'sub';",
  'node_modules/mapped/src/sub.d.ts': 'export declare const sub: string;',
  'node_modules/mapped/types/main.d.ts': HELLO,
  'node_modules/common/index.js': "module.exports = () => 'called'; module.exports.extra = 5;",
  'node_modules/common/index.d.ts':
    'declare function f(): string; declare namespace f { const extra: number } export = f;',
  'node_modules/thenable/index.js': "exports.then = 'no function'; exports.hello = 'thenable';",
  'node_modules/thenable/index.d.ts': 'export const then: string; export const hello: string;',
  'node_modules/source/package.json': JSON.stringify({ main: 'index.ts' }),
  'node_modules/source/index.ts': 'export const source: number = 1;',
  'node_modules/broken/index.js': "throw new Error('broken inside');",
  'node_modules/broken/index.d.ts': 'export const never: string;',
};

/** A cell, and the text of its result. */
const LOADED: Record<string, [cell: string, shown: string]> = {
  'JSON by import': ["import data from './data.json'; data.list", "[ 'x' ]"],
  'JSON with an assertion': ["import asserted from './data.json' assert { type: 'json' }; asserted.a", '1'],
  'JSON by import()': ["(await import('./data.json')).default.a", '1'],
  'JSON by require': ["require('./data.json').a", '1'],
  'types alone': ["import type { Pair } from './plain'; const typed: Pair = { a: 2 }; typed", '{ a: 2 }'],
  'types among values': [
    "import Kept, { type Pair as P, pair } from './plain'; [pair as P, new Kept().n]",
    '[ { a: 1 }, 3 ]',
  ],
  'a folder with an index': [
    "import { inside, pair as again } from './folder'; [inside, again.a]",
    '[ 1, 1 ]',
  ],
  'a module by its name in JavaScript': ["import { pair as js } from './plain.js'; js.a", '1'],
  'modules in a circle': [
    "import { both } from './circle-a'; import { two } from './circle-b'; [both(), two()]",
    '[ 3, 3 ]',
  ],
  'a module by import()': [
    "const name = './plain'; [(await import('./plain')).pair.a, (await import(name)).default.name]",
    "[ 1, 'Kept' ]",
  ],
  'scripts, ES modules and CommonJS': [
    "import { script } from './script'; import { esm } from './esm.mjs'; import { common } from './common.cjs'; [script, esm, common]",
    '[ 4, 5, 6 ]',
  ],
  'a package of ES modules': [
    "import made, { hello } from 'modern'; [hello, made()]",
    "[ 'modern', 'made' ]",
  ],
  'a package that awaits at its top': [
    "import waited, { hello as h2 } from 'waits'; [h2, waited()]",
    "[ 'waited', 'made' ]",
  ],
  'a package that awaits, by import()': ["(await import('waits')).hello", "'waited'"],
  'a package that awaits, from a module': [
    "import { load, reach } from './later'; [(await load()).hello, (await reach()).pair.a]",
    "[ 'waited', 1 ]",
  ],
  'a package that maps its exports, for import alone': [
    "import mapped, { hello as h3 } from 'mapped'; import { sub } from 'mapped/sub'; const length: number = h3.length; [h3, mapped(), sub, length]",
    "[ 'mapped', 'made', 'sub', 6 ]",
  ],
  'a package of CommonJS': [
    "import common1, { extra } from 'common'; import * as all from 'common'; [common1(), extra, all.extra]",
    "[ 'called', 5, 5 ]",
  ],
  'a package of CommonJS by import()': [
    "const c = await import('common'); [c.default(), c.extra]",
    "[ 'called', 5 ]",
  ],
  'a package that looks like a promise': ["import { hello as h4 } from 'thenable'; h4", "'thenable'"],
  'a built-in one by import()': [
    "const os = await import('node:os'); [os.EOL, os.default.EOL]",
    "[ '\\n', '\\n' ]",
  ],
  'an address by import()': [
    "(await import('data:text/javascript,export default 8' as string)).default",
    '8',
  ],
};

/** A cell that is refused, and why. */
const REFUSED: Record<string, RegExp> = {
  "import { view } from './view'": /1:22 - error: view\.tsx cannot be imported/,
  "import { view } from './uses-view'": /view\.tsx cannot be imported/,
  "import { modern } from './modern.mjs'": /1:24 - error: modern\.mts cannot be imported/,
  "import { old } from './old.cjs'": /old\.cts cannot be imported/,
  "import { source } from 'source'": /node_modules\/source\/index\.ts cannot be imported/,
  "import './nowhere'; const x = require('./nowhere')": /Cannot find module '.\/nowhere'/,
  "import { nothing } from 'not-installed'": /Cannot find module 'not-installed'/,
  "import { nothing } from './plain'": /has no exported member 'nothing'/,
};

describe('jupyter: modules that cells import', function () {
  this.timeout(60_000);
  let scratch: string;
  let kernel: KernelClient;
  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'recurrent-modules-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true });
      writeFileSync(join(scratch, path), text);
    }
    kernel = await KernelClient.start({ cwd: scratch });
  });
  after(async () => {
    await kernel.close();
    rmSync(scratch, { recursive: true });
  });

  for (const [what, [cell, shown]] of Object.entries(LOADED)) {
    it(`may be ${what}`, async () => {
      const { reply, result, stderr } = await run(kernel, cell);
      expect(reply.status, JSON.stringify(reply)).to.equal('ok');
      expect(result).to.deep.equal({ 'text/plain': shown });
      expect(stderr).to.equal('');
    });
  }

  it('know where they are', async () => {
    const { result } = await run(kernel, "import { at, main } from './where'; JSON.stringify([at, main])");
    const file = join(scratch, 'where.ts');
    expect(JSON.parse(result!['text/plain'].slice(1, -1))).to.deep.equal([
      [file, file, `file://${file}`, scratch],
      false,
    ]);
  });

  for (const [cell, why] of Object.entries(REFUSED)) {
    it(`are refused: ${cell}`, async () => {
      const { reply, stdout } = await run(kernel, `${cell}; console.log('ran')`);
      expect(reply.traceback?.join('\n')).to.match(why);
      expect(stdout).to.equal('');
    });
  }

  it('fail where the cell imports them', async () => {
    const { reply, stdout } = await run(
      kernel,
      "console.log('not yet');\nimport { never } from 'broken'; never",
    );
    expect(reply.evalue).to.equal('broken inside');
    expect(reply.traceback.join('\n')).to.match(/> 2 \| import \{ never \}/);
    expect(stdout).to.equal('');
  });

  it('are there although the cell that imported them first was refused or interrupted', async () => {
    writeFileSync(join(scratch, 'first.ts'), 'export const first = 1;');
    writeFileSync(join(scratch, 'second.ts'), 'export const second = 2;');
    await run(kernel, "import { first } from './first'; import { view } from './view';");
    expect((await run(kernel, "import { first } from './first'; first")).result).to.deep.equal({
      'text/plain': '1',
    });
    const running = run(kernel, "import { second } from './second'; while (true) {}");
    // While the cell is compiled it is given up, after that it is stopped.
    await kernel.interrupt();
    expect((await running).reply.ename).to.equal('Interrupted');
    expect((await run(kernel, "import { second } from './second'; second")).result).to.deep.equal({
      'text/plain': '2',
    });
  });

  it('come from a file that is written while the notebook runs', async () => {
    const cell = "import { fresh } from './fresh'; fresh";
    expect((await run(kernel, cell)).reply.evalue).to.match(/Cannot find module/);
    writeFileSync(join(scratch, 'fresh.ts'), 'export const fresh: number = 1;');
    expect((await run(kernel, cell)).result).to.deep.equal({ 'text/plain': '1' });
  });

  it('are there again after the process that ran the cells has ended', async () => {
    await run(kernel, "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})");
    const { reply, result } = await run(kernel, "import { pair as p9 } from './plain'; p9");
    expect(result, JSON.stringify(reply)).to.deep.equal({ 'text/plain': '{ a: 1 }' });
  });
});
