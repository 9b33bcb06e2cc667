import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import type { Content } from '#lab/jupyter/protocol/wire';
import { run, sleep } from '../support';

const PNG = Buffer.from('89504e470d0a1a0a00ff', 'hex');
const BYTES = 'new Uint8Array([0, 255, 128])';
const BASE64 = 'AP+A';

/** Each method of tslab's display: what is called with, and the bundle that stock tslab sends. */
const METHODS: Record<string, [argument: string, bundle: Content]> = {
  javascript: ["'alert(1)'", { 'text/javascript': 'alert(1)' }],
  html: ["'<b>سلام</b>'", { 'text/html': '<b>سلام</b>' }],
  markdown: ["'# one'", { 'text/markdown': '# one' }],
  latex: ["'$x$'", { 'text/latex': '$x$' }],
  svg: ["'<svg/>'", { 'image/svg+xml': '<svg/>' }],
  png: [BYTES, { 'image/png': BASE64 }],
  jpeg: [BYTES, { 'image/jpeg': BASE64 }],
  gif: [BYTES, { 'image/gif': BASE64 }],
  pdf: ['Buffer.from([0, 255, 128])', { 'application/pdf': BASE64 }],
  text: ["'line\\nline'", { 'text/plain': 'line\nline' }],
  raw: [`'application/x-thing', ${BYTES}`, { 'application/x-thing': BASE64 }],
};

describe('jupyter: notebooks written for tslab', function () {
  this.timeout(60_000);
  let scratch: string;
  let kernel: KernelClient;
  before(async () => {
    // A folder of its own, without packages: neither tslab nor the types of Node are installed beside the notebook.
    scratch = mkdtempSync(join(tmpdir(), 'recurrent-tslab-'));
    writeFileSync(join(scratch, 'logo.png'), PNG);
    kernel = await KernelClient.start({ cwd: scratch });
    await run(kernel, "import * as fs from 'fs'; import * as tslab from 'tslab';");
  });
  after(async () => {
    await kernel.close();
    rmSync(scratch, { recursive: true });
  });

  for (const [method, [argument, data]] of Object.entries(METHODS)) {
    it(`show ${method}`, async () => {
      const { displays, reply, result } = await run(kernel, `tslab.display.${method}(${argument})`);
      expect(reply.status, JSON.stringify(reply)).to.equal('ok');
      expect(displays).to.deep.equal([{ data, metadata: {}, transient: {} }]);
      expect(result).to.equal(undefined);
    });

    it(`replace ${method} in place`, async () => {
      const { published } = await run(
        kernel,
        `{ const spot = tslab.newDisplay(); spot.text('first'); spot.${method}(${argument}); spot.text('last'); }`,
      );
      const [, first, second, last] = published;
      expect([first, second, last].map((m) => m!.header.msg_type)).to.deep.equal([
        'display_data',
        'update_display_data',
        'update_display_data',
      ]);
      expect(second!.content.data).to.deep.equal(data);
      const id = first!.content.transient.display_id;
      expect(id).to.be.a('string').and.have.length.above(8);
      for (const { content } of [second!, last!]) expect(content.transient).to.deep.equal({ display_id: id });
    });
  }

  it('show strings as they are, whatever they claim to be', async () => {
    const { displays } = await run(kernel, `tslab.display.raw('application/json', '{"a":1}')`);
    expect(displays[0]!.data).to.deep.equal({ 'application/json': '{"a":1}' });
  });

  it('show a file that lies beside them', async () => {
    const { displays } = await run(kernel, "tslab.display.png(fs.readFileSync('logo.png'))");
    expect(displays[0]!.data).to.deep.equal({ 'image/png': PNG.toString('base64') });
  });

  it('have displays of their own, which a later cell and a timer update', async () => {
    const all: Content[] = [];
    kernel.onPublished = (m) => /display_data/.test(m.header.msg_type) && all.push(m.content);
    await run(
      kernel,
      "import { newDisplay } from 'tslab'; const [a, b] = [newDisplay(), newDisplay()]; a.text('a'); b.text('b');",
    );
    await run(kernel, "a.html('A'); for (let i = 0; i < 3; i++) setTimeout(() => b.text('b' + i), 10 * i);");
    await sleep(200);
    kernel.onPublished = undefined;
    const ids = all.map((content) => content.transient.display_id);
    expect(ids).to.deep.equal([ids[0], ids[1], ids[0], ids[1], ids[1], ids[1]]);
    expect(ids[0]).to.not.equal(ids[1]);
    expect(all.at(-1)!.data).to.deep.equal({ 'text/plain': 'b2' });
  });

  it('show from modules and from asynchronous functions, in the order of the calls', async () => {
    await run(
      kernel,
      "/** @module shows */\nimport { display } from 'tslab';\nexport const show = (s: string) => display.text(s);",
    );
    const { published } = await run(
      kernel,
      `import { show } from './shows';
       async function* numbers() { for (let i = 0; i < 2; i++) { await new Promise((r) => setTimeout(r, 5)); yield i; } }
       for await (const n of numbers()) { show(String(n)); console.log(n); }
       require('tslab').display.text('end');`,
    );
    const said = published.slice(1).map(({ content }) => content.text?.trim() ?? content.data['text/plain']);
    expect(said).to.deep.equal(['0', '0', '1', '1', 'end']);
  });

  it('know the versions, and are told of what tslab does not have', async () => {
    const { result } = await run(kernel, 'tslab.versions.tslab');
    expect(result).to.deep.equal({ 'text/plain': "'1.0.22'" });
    const { reply } = await run(kernel, "tslab.display.gif('text')");
    expect(reply.evalue).to.match(/not assignable to parameter of type 'Uint8Array'/);
  });

  it('run beside a tslab of their own, which their packages use', async () => {
    const packages = join(scratch, 'own', 'node_modules');
    const tslab = dirname(require.resolve('tslab/package.json'));
    cpSync(tslab, join(packages, 'tslab'), { recursive: true });
    mkdirSync(join(packages, '@tslab'));
    symlinkSync(
      dirname(require.resolve('@tslab/typescript-for-tslab/package.json')),
      join(packages, '@tslab', 'typescript-for-tslab'),
    );
    mkdirSync(join(packages, 'plots'));
    writeFileSync(
      join(packages, 'plots', 'index.js'),
      "exports.plot = () => require('tslab').display.text('plotted');",
    );
    const other = await KernelClient.start({ cwd: join(scratch, 'own') });
    try {
      const { displays, reply } = await run(other, "require('plots').plot()");
      expect(displays[0]?.data, JSON.stringify(reply)).to.deep.equal({ 'text/plain': 'plotted' });
    } finally {
      await other.close();
    }
  });
});
