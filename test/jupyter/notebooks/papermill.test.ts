import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { installKernelSpec } from '#lab/jupyter/kernel/kernel-spec';
import { joinLines, type NotebookCell } from '#lab/jupyter/notebooks/notebook-file';
import { variants } from '../../support/thorough';

const root = resolve(__dirname, '../../..');
const papermill = join(root, '.venv', 'bin', 'papermill');

/** Prints a notebook's cells. */
const CELLS = 'import json, sys; print(json.dumps(json.load(open(sys.argv[1], encoding="utf-8"))["cells"]))';

const cell = (source: string, tags: string[] = []) => ({
  cell_type: 'code',
  metadata: { tags },
  source,
  outputs: [],
  execution_count: null,
});

/** A parameter as YAML writes it, as the translator does, and what TypeScript says that it is. */
const VALUES: Record<string, [yaml: string, typescript: string, shown: string]> = {
  quotes: [
    `"say \\"hi\\", it's \`\${x}\` \\\\n"`,
    `"say \\"hi\\", it's \`\${x}\` \\\\n"`,
    `"say \\"hi\\", it's \`\${x}\` \\\\n"`,
  ],
  lines: ['"one\\ntwo\\r\\n\\tthree"', '"one\\ntwo\\r\\n\\tthree"', '"one\\ntwo\\r\\n\\tthree"'],
  persian: ['"شبکهٔ بازگشتی ✓ 😀"', '"شبکهٔ بازگشتی ✓ 😀"', '"شبکهٔ بازگشتی ✓ 😀"'],
  separators: ['"a\\u2028b"', '"a\\u2028b"', '"a\u2028b"'],
  empty: ['""', '""', '""'],
  whole: ['-3', '-3', '-3'],
  large: ['9007199254740993', '9007199254740993n', '9007199254740993n'],
  real: ['1.0e-7', '1e-07', '1e-7'],
  notNumber: ['.nan', 'NaN', 'NaN'],
  endless: ['-.inf', '-Infinity', '-Infinity'],
  ready: ['true', 'true', 'true'],
  done: ['false', 'false', 'false'],
  nothing: ['null', 'null', 'null'],
  list: [
    '[1, "two", [true, null], .inf, {}]',
    '[1, "two", [true, null], Infinity, {}]',
    '[1,"two",[true,null],Infinity,{}]',
  ],
  dict: [
    '{"a b": {c: [0.5]}, "کلید": "مقدار", "3": "three", __proto__: 1}',
    '{ "a b": { "c": [0.5] }, "کلید": "مقدار", "3": "three", ["__proto__"]: 1 }',
    '{"3":"three","a b":{"c":[0.5]},"کلید":"مقدار","__proto__":1}',
  ],
  روز: ['1', '1', '1'],
  day: ['2024-03-20', '"2024-03-20"', '"2024-03-20"'],
};

describe('jupyter: papermill [slow]', function () {
  this.timeout(120_000);
  let scratch: string;
  before(function () {
    if (!existsSync(papermill)) this.skip();
    scratch = mkdtempSync(join(tmpdir(), 'recurrent-papermill-'));
    installKernelSpec(scratch);
  });
  after(() => scratch && rmSync(scratch, { recursive: true }));

  const run = (...args: string[]) =>
    promisify(execFile)(papermill, args, {
      cwd: scratch,
      env: {
        ...process.env,
        JUPYTER_PATH: join(scratch, 'share', 'jupyter'),
        JUPYTER_PREFER_ENV_PATH: '0',
        PYTHONPATH: [join(root, 'tools', 'papermill'), process.env.PYTHONPATH]
          .filter(Boolean)
          .join(delimiter),
      },
    }).catch((error) => error as { stdout: string; stderr: string });

  /** The code cells of a notebook after papermill has run it. */
  async function executed(cells: object[], ...args: string[]): Promise<NotebookCell[]> {
    const kernelspec = { name: 'tslab', language: 'typescript', display_name: 'TypeScript' };
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 };
    const output = join(scratch, 'out.ipynb');
    rmSync(output, { force: true });
    writeFileSync(join(scratch, 'in.ipynb'), JSON.stringify(notebook));
    const { stderr } = await run('in.ipynb', 'out.ipynb', ...args);
    if (!existsSync(output)) throw new Error(stderr);
    // Papermill writes numbers into the notebook's metadata that are no JSON.
    const { stdout } = await promisify(execFile)(join(papermill, '../python'), ['-c', CELLS, output]);
    return JSON.parse(stdout);
  }

  const shown = ({ outputs }: NotebookCell) => outputs!.map((o) => joinLines(o.text ?? o.data['text/plain']));

  it('puts parameters from the command line in the place of those in the notebook', async () => {
    const cells = await executed(
      [
        cell("let epochs: number = 1;\nconst name: string = 'none';", ['parameters']),
        cell('[epochs + 1, name.length]'),
      ],
      ...['-p', 'epochs', '3', '-p', 'name', "it's"],
    );
    expect(joinLines(cells[1]!.source)).to.equal('// Parameters\nlet epochs = 3;\nlet name = "it\'s";\n');
    expect(cells[1]!.metadata.tags).to.deep.equal(['injected-parameters']);
    expect(shown(cells[2]!)).to.deep.equal(['[ 4, 4 ]']);
  });

  it('writes every kind of value so that TypeScript reads the same', async () => {
    const yaml = Object.entries(VALUES).map(([name, [value]]) => `${name}: ${value}\n`);
    writeFileSync(join(scratch, 'values.yaml'), yaml.join(''));
    // JSON has no word for some numbers.
    const text = `const text = (v: unknown): string => typeof v === 'bigint' ? v + 'n' : typeof v === 'number' ? String(v)
      : Array.isArray(v) ? '[' + v.map(text) + ']' : v && typeof v === 'object'
      ? '{' + Object.entries(v).map(([k, e]) => JSON.stringify(k) + ':' + text(e)) + '}' : JSON.stringify(v);`;
    const names = Object.keys(VALUES);
    const cells = await executed(
      [cell('', ['parameters']), cell(`${text}\nfor (const v of [${names}]) console.log(text(v))`)],
      ...['-f', 'values.yaml'],
    );
    const lines = joinLines(cells[1]!.source).trimEnd().split('\n');
    const expected = Object.entries(VALUES).map(([name, [, typescript]]) => `let ${name} = ${typescript};`);
    expect(lines).to.deep.equal(['// Parameters', ...expected]);
    expect(shown(cells[2]!).join('').trimEnd().split('\n')).to.deep.equal(
      Object.values(VALUES).map(([, , said]) => said),
    );
  });

  it('refuses names that are none in TypeScript', async () => {
    for (const name of variants(['learning-rate', '2nd', 'class', 'exports', 'await'])) {
      const failed = await executed([cell('1')], '-p', name, '1').catch((error: Error) => error);
      expect(String(failed)).to.contain(`the parameter '${name}' is no name for a variable of TypeScript`);
    }
  });

  it('lists the parameters of a notebook', async () => {
    const source = [
      'let epochs: number = 1; // how often',
      "export const url = 'http://example.org/a;b'; // where",
      'var sizes: Record<string, number> = { a: 1 }',
      'console.log(epochs);',
    ];
    await executed([cell(source.join('\n'), ['parameters'])]);
    const { stdout } = await run('--help-notebook', 'in.ipynb');
    const listed = stdout.slice(stdout.indexOf('Parameters inferred')).replace(/\s+/g, ' ');
    expect(listed).to.contain('epochs: number (default 1) how often');
    expect(listed).to.contain("url: Unknown type (default 'http://example.org/a;b') where");
    expect(listed).to.contain('sizes: Record<string, number> (default { a: 1 })');
    expect(listed).to.not.contain('log');
  });
});
