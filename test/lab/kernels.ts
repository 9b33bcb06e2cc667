import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium';
import { gruNumbers } from './kernels-page';
import { root } from './server';

/** The kernels where there are no threads and no shared memory: in a page. */
describe('the kernels in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it('compute the same bits as in Node, forward and back', async () => {
    const wasm = readFileSync(join(root, 'lib', 'dist', 'simd', 'kernels-single.wasm'));
    const expected = gruNumbers(wasm);
    expect(expected.every(Number.isFinite)).to.equal(true);
    // As modules of a page: an import of one of Node's own would fail here.
    const { outputFiles } = await build({
      entryPoints: [join(__dirname, 'kernels-page.ts')],
      bundle: true,
      format: 'iife',
      globalName: 'kernels',
      platform: 'browser',
      write: false,
    });
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0].text });
    const found = await page.evaluate(
      (bytes) =>
        (globalThis as unknown as { kernels: { gruNumbers: typeof gruNumbers } }).kernels.gruNumbers(
          Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
        ),
      wasm.toString('base64'),
    );
    expect(found).to.deep.equal(expected);
  });
});
