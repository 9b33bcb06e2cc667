import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { KernelClient } from 'recurrent-lab/jupyter';
import { LIBRARY } from './support';

type Stage = 'imported' | 'ready' | 'seeded' | 'training' | 'used' | 'sparse';

/** The README's list: under each heading, lines such as `replaced Math.random`, and the files that do it. */
function readList(): { heading: string; changes: string[]; files: string[] }[] {
  const readme = readFileSync(join(LIBRARY, 'README.md'), 'utf8');
  const section = readme.split('## What it changes in others\n')[1].split('\n## ')[0];
  return section
    .split(/^\*\*/m)
    .slice(1)
    .map((text) => {
      const rows = [...text.matchAll(/^\| (`.+`) \| (added|replaced|removed) \| `(.+?)` \|/gm)];
      const names = (row: RegExpMatchArray) => [...row[1].matchAll(/`(.+?)`/g)].map((name) => name[1]);
      return {
        heading: text.split('\n')[0],
        changes: rows.flatMap((row) => names(row).map((name) => `${row[2]} ${name}`)).sort(),
        files: rows.map((row) => row[3]),
      };
    });
}

const list = readList();
const under = (part: string) => list.find(({ heading }) => heading.includes(part))!.changes;
const without = (changes: string[], earlier: string[]) => changes.filter((c) => !earlier.includes(c));

/** What a program has changed when it has come to each stage. */
function runProgram(env: NodeJS.ProcessEnv, ...more: string[]): Record<Stage, string[]> {
  const args = ['--no-warnings', join(__dirname, 'in-program.cjs'), LIBRARY, ...more];
  const run = spawnSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  expect(run.status, run.stderr).to.equal(0);
  return JSON.parse(run.stdout);
}

describe('what the library changes in others', function () {
  this.timeout(60_000);
  it('is listed in its README, by the files that do it', () => {
    expect(list).to.have.length(8);
    for (const { heading, changes, files } of list) {
      expect(changes, heading).to.not.be.empty;
      for (const file of files) expect(existsSync(join(LIBRARY, file)), file).to.equal(true);
    }
  });

  it('is the list and nothing else, when imported, ready, seeded, training and afterwards', () => {
    const stages = runProgram({ RECURRENT_ENGINE: 'wasm' });
    expect(stages.imported).to.deep.equal(under('it is imported'));
    expect(without(stages.ready, stages.imported)).to.deep.equal(under('`ready()` runs'));
    expect(without(stages.seeded, stages.ready)).to.deep.equal(under('`seed(n)` is called'));
    expect(without(stages.training, stages.seeded)).to.deep.equal(under('`stopOnInterrupt()` trains'));
    expect(stages.used).to.deep.equal(stages.seeded);
    const names = (all: string[]) => all.filter((change) => !stages.used.includes(change));
    expect(names(stages.sparse)).to.deep.equal(names(under('`sparse: true`')));
  });

  it('is no more on the plain engine', () => {
    const stages = runProgram({ RECURRENT_ENGINE: 'cpu' });
    expect(stages.imported).to.deep.equal(under('it is imported'));
    const listed = under('`ready()` runs');
    const made = without(stages.ready, stages.imported);
    expect(without(made, listed)).to.deep.equal([]);
    expect(without(listed, made).filter((change) => !/wasm_|process\.on/.test(change))).to.deep.equal([]);
  });

  it('is what TensorFlow misses where its C library runs', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'recurrent-changes-')), 'node_modules');
    try {
      const name = '@tensorflow/tfjs-node-gpu';
      const home = join(folder, name);
      mkdirSync(join(home, 'lib'), { recursive: true });
      writeFileSync(
        join(home, 'package.json'),
        JSON.stringify({ name, version: '4.22.0', main: 'index.js' }),
      );
      const tfjs = JSON.stringify(require.resolve('@tensorflow/tfjs'));
      const register = `tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'), 3);`;
      writeFileSync(join(home, 'index.js'), `const tf = require(${tfjs}); ${register}`);
      const stages = runProgram({ NODE_PATH: folder, RECURRENT_ENGINE: 'tensorflow' }, name);
      expect(without(stages.ready, stages.imported)).to.deep.equal(under("TensorFlow's C library"));
      expect(without(stages.seeded, stages.ready)).to.deep.equal(under('`seed(n)` is called'));
    } finally {
      rmSync(dirname(folder), { recursive: true });
    }
  });

  it("is the list in the process that runs a notebook's cells", async () => {
    const NODE_OPTIONS = `--no-warnings --require ${JSON.stringify(join(__dirname, 'in-cell.cjs'))}`;
    const kernel = await KernelClient.start({ cwd: LIBRARY, env: { NODE_OPTIONS } });
    try {
      const { published } = await kernel.execute(
        'console.log(JSON.stringify((globalThis as any).changesInOthers()))',
      );
      const text = published.map(({ content }) => content.text ?? '').join('');
      expect(JSON.parse(text)).to.deep.equal(under("runs a notebook's cells"));
    } finally {
      await kernel.close();
    }
  });

  it('is the list in the thread that compiles cells', async () => {
    const file = join(LIBRARY, 'dist', 'jupyter', 'compiler', 'main.js');
    const execArgv = ['--no-warnings', '--require', join(__dirname, 'in-compiler.cjs')];
    const worker = new Worker(file, { execArgv, workerData: { file } });
    try {
      const changes = await new Promise<string[]>((resolve, reject) => {
        worker.on('message', (message) => message.changes && resolve(message.changes));
        worker.on('error', reject);
      });
      expect(changes).to.deep.equal(under('compiles cells'));
    } finally {
      await worker.terminate();
    }
  });
});
