import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
    const run = runNotebook(fixture(name), options);
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

  it('agrees with nbclient on cells and outputs [slow]', async function () {
    const jupyter = join(root, '.venv', 'bin', 'jupyter');
    if (!existsSync(jupyter)) this.skip();
    installKernelSpec(scratch);
    const output = join(scratch, 'nbclient.ipynb');
    await promisify(execFile)(jupyter, ['execute', fixture('good'), `--output=${output}`], {
      cwd: folder,
      env: { ...process.env, JUPYTER_PATH: join(scratch, 'share', 'jupyter'), JUPYTER_PREFER_ENV_PATH: '0' },
    });
    const theirs = JSON.parse(readFileSync(output, 'utf8'));
    const { notebook } = await results('good');
    const ours = notebook!;
    expect(theirs.cells.length).to.equal(ours.cells.length);
    for (const [i, cell] of ours.cells.entries()) {
      expect(comparable(theirs.cells[i].outputs), cell.id).to.deep.equal(comparable(cell.outputs));
      expect(theirs.cells[i].execution_count ?? null, cell.id).to.equal(cell.execution_count ?? null);
    }
  });
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
