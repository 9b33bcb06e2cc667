import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { installKernelSpec } from '#lab/jupyter/kernel/kernel-spec';
import { joinLines, type Output } from '#lab/jupyter/notebooks/notebook-file';
import { cellReport, type RunOptions, runNotebook, runNotebooks } from '#lab/jupyter/notebooks/run-notebook';
import { folder } from '../support';

const root = resolve(__dirname, '../../..');
const fixture = (name: string) => join(folder, `${name}.ipynb`);

describe('jupyter: notebook runner', function () {
  this.timeout(90_000);
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'recurrent-runner-'));
  });
  after(() => rmSync(scratch, { recursive: true }));

  async function results(name: string, options?: RunOptions) {
    const run = runNotebook(isAbsolute(name) ? name : fixture(name), options);
    const outcome = await run.finished.then(
      (notebook) => ({ notebook, error: undefined }),
      (error: Error) => ({ notebook: undefined, error }),
    );
    const cells = await Promise.all(run.cells.map(({ result }) => result));
    return { ...outcome, cells };
  }

  it('runs every code cell and keeps its outputs', async () => {
    const { notebook, cells } = await results('good');
    expect(cells.map(({ failure }) => failure)).to.deep.equal(Array(7).fill(undefined));
    const outputs = notebook!.cells.map((cell) => (cell.outputs ?? []).map((o) => o.output_type));
    expect(outputs).to.deep.equal([
      [],
      ['stream', 'stream'],
      ['execute_result'],
      ['display_data', 'display_data'],
      [],
      ['execute_result'],
      ['error'],
      ['stream'],
      [],
    ]);
    expect(notebook!.cells[3]!.outputs![0]!.data['text/plain']).to.deep.equal(["'second'"]);
    expect(notebook!.metadata.language_info).to.include({ name: 'typescript', file_extension: '.ts' });
  });

  it('fails on an exception, does not run what follows, and reports source, output and error', async () => {
    const { cells, error } = await results('throws');
    expect(cells.map(({ failure }) => failure?.split('\n')[0])).to.deep.equal([
      'Error: broken',
      'not run, because an earlier cell failed',
    ]);
    expect(error!.message).to.match(/throws\.ipynb: cell 0 \(c0\): Error: broken/);
    const report = cellReport('throws.ipynb', cells[0]!);
    for (const part of ["console.log('before');", 'before\n', 'In[1]:2:7']) expect(report).to.contain(part);
  });

  it('fails on a type error, on a rejection nobody awaited, and on an error after the last cell', async () => {
    expect((await results('type-error')).cells[0]!.failure).to.match(/TS2322/);
    expect((await results('rejects')).cells[0]!.failure).to.match(/nobody listens/);
    expect((await results('late')).cells[0]!.failure).to.match(/after the end/);
  });

  it('fails a cell that takes too long, within its limit', async () => {
    const start = performance.now();
    const { cells } = await results('endless', { cellSeconds: 10 });
    expect(cells[0]!.failure).to.match(/no answer to execute_request in 10 s/);
    expect(cells[1]!.failure).to.match(/not run/);
    expect(performance.now() - start).to.be.below(45_000);
  });

  it('refuses no notebooks, a notebook without code, and what is no notebook', () => {
    expect(() => runNotebooks([])).to.throw(/no notebooks/);
    expect(() => runNotebook(fixture('no-code'))).to.throw(/no code cell/);
    expect(() => runNotebook(__filename)).to.throw(/no notebook/);
  });

  it('hands the size to the notebook', async () => {
    const { cells } = await results('size', { size: 'full' });
    expect(cells[0]!.outputs[0]!.data['text/plain']).to.deep.equal(["'full'"]);
  });

  it('writes the executed notebook from the command line, whole or not at all', async () => {
    const tool = resolve(root, 'lib/dist/jupyter/notebooks/execute.js');
    const good = join(scratch, 'good.ipynb');
    await promisify(execFile)(process.execPath, [tool, fixture('good'), '--output', good]);
    expect(JSON.parse(readFileSync(good, 'utf8')).cells[2].outputs[0].data['text/plain']).to.deep.equal([
      '21',
    ]);
    const bad = join(scratch, 'bad.ipynb');
    const failed = await promisify(execFile)(process.execPath, [
      tool,
      fixture('throws'),
      '--output',
      bad,
    ]).catch((e) => e);
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.contain('Error: broken').and.contain("console.log('before')");
    expect(existsSync(bad)).to.equal(false);
    const usage = await promisify(execFile)(process.execPath, [tool, '--nonsense']).catch((e) => e);
    expect(usage.code).to.equal(2);
  });

  describe('takes every kind of cell as nbclient does', () => {
    let kinds: Awaited<ReturnType<typeof results>>;
    before(async () => {
      kinds = await results('kinds');
    });

    it('runs code that is not blank and not tagged skip-execution, whatever its other tags', () => {
      expect(kinds.error).to.equal(undefined);
      expect(kinds.cells.map(({ index }) => index)).to.deep.equal([2, 3, 6, 7, 8, 9]);
      const shown = kinds.cells.at(-1)!.outputs[0]!.data['text/plain'];
      expect(shown).to.deep.equal(["[ 2, 'raised', 'raised nothing' ]"]);
    });

    it('leaves the others as they are', () => {
      const before = JSON.parse(readFileSync(fixture('kinds'), 'utf8')).cells;
      for (const i of [0, 1, 4, 5]) expect(kinds.notebook!.cells[i], `cell ${i}`).to.deep.equal(before[i]);
    });

    it('goes on after an announced error, whose message stays', () => {
      const [thrown, wrong, none] = kinds.cells.slice(2);
      expect(thrown!.outputs.at(-1)).to.include({
        output_type: 'error',
        ename: 'RangeError',
        evalue: 'as announced',
      });
      expect(thrown!.outputs.at(-1)!.traceback).to.include("> 2 | throw new RangeError('as announced');");
      expect(wrong!.outputs.at(-1)).to.include({ output_type: 'error', ename: 'TypeError' });
      expect(none!.outputs.map((o) => o.output_type)).to.deep.equal(['execute_result']);
    });

    it('drops the times of an earlier run', () => {
      expect(kinds.notebook!.cells[6]!.metadata).to.deep.equal({ tags: ['raises-exception'] });
    });

    it('still fails on an error that nobody announced, after one that was', async () => {
      const notebook = JSON.parse(readFileSync(fixture('kinds'), 'utf8'));
      notebook.cells.splice(7, 0, {
        cell_type: 'code',
        metadata: {},
        outputs: [],
        source: 'throw new Error("no")',
      });
      const { cells } = await results(write('unannounced', notebook));
      expect(cells.map(({ failure }) => failure?.split('\n')[0])).to.deep.equal([
        ...Array(3).fill(undefined),
        'Error: no',
        ...Array(3).fill('not run, because an earlier cell failed'),
      ]);
    });
  });

  /** Writes a notebook of this test alone. */
  function write(name: string, notebook: object | string): string {
    const path = join(scratch, `${name}.ipynb`);
    writeFileSync(path, typeof notebook === 'string' ? notebook : JSON.stringify(notebook));
    return path;
  }

  const code = (source: unknown, more = {}) => ({
    cell_type: 'code',
    metadata: {},
    outputs: [],
    source,
    ...more,
  });
  const notebookOf = (cells: unknown[], more = {}) => ({
    cells,
    metadata: {},
    nbformat: 4,
    nbformat_minor: 2,
    ...more,
  });

  it('reads a byte order mark, Windows line ends and cells without metadata, and says its name', async () => {
    const cells = [code(['const a = 1;\r\n', 'a + 1']), code('__filename', { metadata: undefined })];
    const text = JSON.stringify(notebookOf(cells, { metadata: undefined }), null, 1).replaceAll('\n', '\r\n');
    const path = write('windows', `\uFEFF${text}`);
    const { cells: ran, error } = await results(path);
    expect(error).to.equal(undefined);
    const shown = ran.map(({ outputs }) => outputs[0]!.data['text/plain'].join(''));
    expect(shown).to.deep.equal(['2', `'${path}'`]);
  });

  it('refuses what it could not run rightly', () => {
    const python = { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } };
    const refused: [notebook: object | string, message: RegExp][] = [
      ['{', /readNotebook: .* is no notebook/],
      [{ nbformat: 4 }, /readNotebook: .* has no list of cells/],
      [notebookOf([], { nbformat: 3 }), /has nbformat 3, expected 4/],
      [
        notebookOf([code('1'), { metadata: {}, source: '' }]),
        /cell 1 has the type undefined, expected code, markdown, raw/,
      ],
      [notebookOf([code('1'), null]), /cell 1 has the type undefined/],
      [notebookOf([code(undefined)]), /cell 0 has no source that is text or a list of lines/],
      [notebookOf([code(['1', 2])]), /cell 0 has no source that is text/],
      [
        notebookOf([code('1')], { metadata: python }),
        /runNotebook: .* is for the kernel "python3", expected "tslab"/,
      ],
      [notebookOf([code('1', { metadata: { tags: ['skip-execution'] } })]), /has no code cell to run/],
    ];
    for (const [notebook, message] of refused)
      expect(() => runNotebook(write('refused', notebook)), String(message)).to.throw(message);
  });

  for (const name of ['good', 'kinds']) {
    it(`agrees with nbclient on cells and outputs of ${name} [slow]`, async function () {
      const jupyter = join(root, '.venv', 'bin', 'jupyter');
      if (!existsSync(jupyter)) this.skip();
      installKernelSpec(scratch);
      const output = join(scratch, 'nbclient.ipynb');
      await promisify(execFile)(jupyter, ['execute', fixture(name), `--output=${output}`], {
        cwd: folder,
        env: {
          ...process.env,
          JUPYTER_PATH: join(scratch, 'share', 'jupyter'),
          JUPYTER_PREFER_ENV_PATH: '0',
        },
      });
      const theirs = JSON.parse(readFileSync(output, 'utf8'));
      const { notebook } = await results(name);
      const ours = notebook!;
      expect(theirs.cells.length).to.equal(ours.cells.length);
      for (const [i, cell] of ours.cells.entries()) {
        const which = `cell ${i}`;
        expect(comparable(theirs.cells[i].outputs), which).to.deep.equal(comparable(cell.outputs));
        expect(theirs.cells[i].execution_count ?? null, which).to.equal(cell.execution_count ?? null);
      }
    });
  }
});

/** Outputs with all text in one piece, the pieces of a stream together, in whichever order streams were flushed. */
function comparable(outputs: Output[] = []): unknown[] {
  const streams: Record<string, string> = {};
  const rest: unknown[] = [];
  for (const output of outputs) {
    if (output.output_type === 'stream') {
      streams[output.name] = (streams[output.name] ?? '') + joinLines(output.text);
    } else {
      const data = Object.entries(output.data ?? {}).map(([mime, value]) => {
        const isText = Array.isArray(value) && !mime.endsWith('json');
        return [mime, isText ? joinLines(value) : value];
      });
      rest.push({ ...output, data: Object.fromEntries(data) });
    }
  }
  return [streams, ...rest];
}
