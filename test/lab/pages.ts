import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium';
import { root } from './server';

/** The notebooks as Jupyter's own export writes them: `jupyter nbconvert --to html`. */
describe('exported pages', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'recurrent-pages-'));
  const names = readdirSync(join(root, 'notebooks'))
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => name.replace('.ipynb', ''));
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];

  before(async () => {
    const paths = names.map((name) => join(root, 'notebooks', `${name}.ipynb`));
    const jupyter = join(root, '.venv', process.platform === 'win32' ? 'Scripts' : 'bin', 'jupyter');
    execFileSync(jupyter, ['nbconvert', '--to', 'html', '--output-dir', folder, ...paths], { stdio: 'pipe' });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('request', (request) => asked.push(request.url()));
  });

  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of names) {
    it(`${name}: Persian runs from right to left, formulas are set, and nothing is fetched`, async () => {
      asked.length = 0;
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      expect(asked.filter((url) => !/^(file|data):/.test(url))).to.deep.equal([]);
      const seen = await page.evaluate(() => ({
        // Code says with dollar signs what is no formula.
        prose: [...document.querySelectorAll('.jp-RenderedHTMLCommon')].map((element) => {
          const copy = element.cloneNode(true) as Element;
          for (const code of copy.querySelectorAll('pre, code, .katex')) code.remove();
          return copy.textContent ?? '';
        }),
        directions: [...document.querySelectorAll('[lang="fa"] p, [lang="fa"] h2')].map(
          (element) => `${getComputedStyle(element).direction} ${getComputedStyle(element).textAlign}`,
        ),
        wrong: [...document.querySelectorAll('.katex-error')].map((formula) => formula.textContent),
        pictures: [...document.images].filter((image) => image.naturalWidth === 0 || !image.alt).length,
      }));
      expect(seen.directions.length).to.be.above(3);
      expect(new Set(seen.directions)).to.deep.equal(new Set(['rtl right']));
      expect(seen.prose.filter((text) => /\$.*\$/s.test(text))).to.deep.equal([]);
      expect(seen).to.deep.include({ wrong: [], pictures: 0 });
    });
  }
});
