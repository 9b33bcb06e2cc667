import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { readConnection } from '#lab/jupyter/protocol/connection-file';
import { fromFile, type Manner, subscriber, without } from '../jupyter/kernel/strangers';
import { descendants, stillAlive } from '../support/processes';
import { launchChromium } from './chromium';
import { LabServer, root } from './server';

/** How JupyterLab marks an error's output, and what is written to stderr. */
const FAILURE = '[data-mime-type$="jupyter.stderr"], [data-mime-type$="jupyter.error"]';
const pictures = join(root, 'artefacts', 'lab');
const runtime = join(root, '.cache', 'jupyter', 'runtime');

/** JupyterLab in a browser, as a student meets it: `npm run test:lab`. Pictures land in artefacts/lab. */
describe('JupyterLab', function () {
  this.timeout(600_000);
  let server: LabServer;
  let browser: Browser;
  let page: Page;
  const files = ['00-course', '08-temperature-forecast'].map((name) =>
    join(root, 'notebooks', `${name}.ipynb`),
  );
  const before_ = files.map((path) => readFileSync(path, 'utf8'));

  before(async function () {
    this.timeout(660_000);
    mkdirSync(pictures, { recursive: true });
    server = await LabServer.start();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(30_000);
    // The test looks at the course's own files and leaves them as they are.
    await page.route('**/api/contents/**', (route) =>
      ['PUT', 'PATCH', 'DELETE'].includes(route.request().method()) ? route.abort() : route.continue(),
    );
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    if (server) writeFileSync(join(pictures, 'server.log'), server.log);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && !page.isClosed())
      await picture(`failed-${this.currentTest.title}`);
  });

  const picture = (name: string) =>
    page.screenshot({ path: join(pictures, `${name.replace(/\W+/g, '-')}.png`) });
  const notebook = () => page.locator('.jp-NotebookPanel:visible');

  async function menu(title: string, item: string): Promise<void> {
    await page.locator('.lm-MenuBar-itemLabel', { hasText: new RegExp(`^${title}$`) }).click();
    await page
      .locator('.lm-Menu-itemLabel', { hasText: new RegExp(`^${item}`) })
      .first()
      .click();
  }

  async function open(name: string): Promise<void> {
    await page.goto(`${server.url}/lab/tree/notebooks/${name}.ipynb?token=${server.token}&reset`);
    await notebook().locator('.jp-Cell').first().waitFor();
    // Whoever runs a cell before the notebook has its kernel is asked to select one.
    await page.locator('#jp-main-statusbar', { hasText: 'TypeScript | Idle' }).waitFor({ timeout: 60_000 });
    await idle();
  }

  /** Waits until the kernel rests and no cell is marked as running or waiting. */
  async function idle(milliseconds = 60_000): Promise<void> {
    await notebook()
      .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .waitFor({ state: 'attached', timeout: milliseconds });
    await page.waitForFunction(
      () => ![...document.querySelectorAll('.jp-InputPrompt')].some((p) => p.textContent?.includes('*')),
      undefined,
      { timeout: milliseconds },
    );
  }

  async function runAll(): Promise<void> {
    await menu('Run', 'Run All Cells');
    await finished();
  }

  /** Every code cell has a number. */
  async function finished(): Promise<void> {
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell')].every((cell) => {
          const empty = cell.querySelector('.cm-content')?.textContent?.trim() === '';
          return empty || /\[\d+\]/.test(cell.querySelector('.jp-InputPrompt')?.textContent ?? '');
        }),
      undefined,
      { timeout: 300_000 },
    );
    await idle();
  }

  const errors = () => notebook().locator(FAILURE).allInnerTexts();

  /** A new cell at the notebook's end, with the cursor in it. */
  async function newCell(code: string): Promise<void> {
    await notebook().locator('.jp-Cell').last().click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText(code);
  }

  async function deleteLastCell(): Promise<void> {
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
  }

  for (const name of ['00-course', '08-temperature-forecast']) {
    it(`runs ${name} from top to bottom without an error, and draws a chart`, async () => {
      await open(name);
      await runAll();
      expect(await errors()).to.deep.equal([]);
      const chart = notebook().locator('.jp-OutputArea-output .vega-embed').first();
      await chart.scrollIntoViewIfNeeded();
      const drawn = chart.locator('canvas, svg').first();
      const box = await drawn.boundingBox();
      expect(box!.width).to.be.above(100);
      expect(box!.height).to.be.above(50);
      await picture(`${name}-chart`);
      const table = notebook().locator('.jp-OutputArea-output table').first();
      await table.scrollIntoViewIfNeeded();
      expect(await table.locator('tr').count()).to.be.above(2);
      await picture(`${name}-table`);
    });
  }

  it('shows a data frame as a table, Persian from right to left and code from left to right', async () => {
    await open('00-course');
    const persian = notebook().locator('div[dir="rtl"][lang="fa"]').first();
    await persian.scrollIntoViewIfNeeded();
    expect(await persian.evaluate((el) => getComputedStyle(el).direction)).to.equal('rtl');
    for (const code of await notebook().locator('.jp-CodeCell .cm-content, .jp-RenderedMarkdown pre').all()) {
      expect(await code.evaluate((el) => getComputedStyle(el).direction)).to.equal('ltr');
    }
    await picture('persian');
    await runAll();
    const frame = notebook().locator('.jp-OutputArea-output table.dataframe').first();
    await frame.scrollIntoViewIfNeeded();
    expect(await frame.locator('tbody tr').count()).to.be.above(3);
    expect(await frame.evaluate((el) => getComputedStyle(el).direction)).to.equal('ltr');
    await picture('data-frame');
  });

  it("lets no process of the machine listen that does not have the kernel's keys", async () => {
    const kernels: { id: string }[] = await server.api('kernels');
    const connections = kernels.map(({ id }) => readConnection(join(runtime, `kernel-${id}.json`)));
    const ears = (introduce: Manner) => connections.map((connection) => subscriber(connection, introduce));
    const [strangers, friends] = [ears(without), ears(fromFile)];
    await newCell("console.log('for the student ' + 'alone')");
    await page.waitForTimeout(500);
    await page.keyboard.press('Control+Enter');
    await notebook().locator('.jp-OutputArea-output', { hasText: 'for the student alone' }).waitFor();
    await idle();
    await page.waitForTimeout(1000);
    const heard = friends.map((ear) => ear.heard()).join();
    const overheard = strangers.map((ear) => ear.heard()).join('');
    for (const ear of [...strangers, ...friends]) ear.close();
    expect(heard).to.contain('for the student alone');
    expect(overheard).to.equal('');
    await deleteLastCell();
  });

  it('interrupts a cell that never ends, and goes on', async () => {
    await newCell('while (true) {}');
    await page.keyboard.press('Control+Enter');
    await notebook()
      .locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]')
      .waitFor({ state: 'attached' });
    await page.waitForTimeout(1000);
    await menu('Kernel', 'Interrupt Kernel');
    await notebook().locator(FAILURE, { hasText: 'Interrupted' }).waitFor();
    await idle();
    await picture('interrupted');
    await notebook().locator('.jp-Cell').last().click();
    await deleteLastCell();
    expect(await errors()).to.deep.equal([]);
  });

  it('restarts and runs again', async () => {
    await menu('Kernel', 'Restart Kernel and Run All Cells');
    await page.locator('.jp-Dialog button.jp-mod-accept').click();
    await page.waitForTimeout(1000);
    await finished();
    expect(await errors()).to.deep.equal([]);
    expect(await notebook().locator('.jp-CodeCell .jp-InputPrompt').first().innerText()).to.contain('[1]');
  });

  it('completes a name and shows its signature and documentation', async () => {
    await newCell('tf.tensor');
    await page.keyboard.press('Tab');
    await page.locator('.jp-Completer-item', { hasText: 'tensor2d' }).first().waitFor();
    await picture('completion');
    await page.keyboard.press('Escape');
    await deleteLastCell();
    await newCell('see');
    await page.keyboard.press('Tab');
    const completer = page.locator('.jp-Completer');
    const typed = notebook().locator('.jp-Cell').last().locator('.cm-content');
    // A single match is filled in at once; several are offered.
    await page.waitForFunction(
      () =>
        document.querySelector('.jp-Completer:not(.lm-mod-hidden)') !== null ||
        [...document.querySelectorAll('.jp-Cell .cm-content')].at(-1)?.textContent === 'seed',
    );
    if (await completer.isVisible()) await completer.locator('.jp-Completer-item').first().click();
    expect(await typed.innerText()).to.contain('seed');
    await page.keyboard.press('Shift+Tab');
    const tooltip = page.locator('.jp-Tooltip');
    await tooltip.waitFor();
    expect(await tooltip.innerText()).to.contain('seed(n: number)');
    await picture('hover');
    await page.keyboard.press('Escape');
    await deleteLastCell();
    await newCell('seed(');
    await page.keyboard.press('Shift+Tab');
    await tooltip.filter({ hasText: 'seed(n: number)' }).waitFor();
    await page.keyboard.press('Escape');
    await deleteLastCell();
  });

  it('leaves the notebooks as they were, and ends its kernels with it', async () => {
    expect(files.map((path) => readFileSync(path, 'utf8') === before_[files.indexOf(path)])).to.deep.equal([
      true,
      true,
    ]);
    const kernels = await server.api('kernels');
    expect(kernels.length).to.be.above(0);
    const processes = descendants(server.pid);
    if (existsSync('/proc/self/task')) expect(processes.length).to.be.above(2 * kernels.length);
    await browser.close();
    await server.stop();
    expect(await stillAlive(processes)).to.deep.equal([]);
    expect(server.log).to.not.match(/Traceback|\[E \d{4}/);
  });
});
