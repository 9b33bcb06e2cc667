import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const library = require.resolve('recurrent-lab');

/** Runs `await ready()` in a process of its own, since a process has one engine for life. */
function startEngine(env: NodeJS.ProcessEnv, code = 'console.log(JSON.stringify(await r.ready()))') {
  const script = `const r = require(${JSON.stringify(library)});
    (async () => { ${code} })().catch((e) => { console.error(e.name + ': ' + e.message); process.exit(3); });`;
  const { RECURRENT_ENGINE: _, ...inherited } = process.env;
  return spawnSync(process.execPath, ['-e', script], { env: { ...inherited, ...env }, encoding: 'utf8' });
}

/** A folder for NODE_PATH with a package that registers the backend `tensorflow`, as TensorFlow's own do. */
function fakeTensorFlow(folder: string, name: string): string {
  const home = join(folder, 'node_modules', name);
  mkdirSync(join(home, 'lib'), { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '4.22.0', main: 'index.js' }));
  const tfjs = JSON.stringify(require.resolve('@tensorflow/tfjs'));
  writeFileSync(
    join(home, 'index.js'),
    `require('node:util').isNullOrUndefined(0); const tf = require(${tfjs});
     tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'), 3);`,
  );
  return join(folder, 'node_modules');
}

describe('engine', () => {
  it('is wasm with SIMD where TensorFlow is not installed, and says why', () => {
    const run = startEngine({});
    const info = JSON.parse(run.stdout);
    expect(info).to.include({ name: 'wasm', backend: 'wasm', version: '4.22.0', simd: true });
    expect(info.threads).to.be.at.least(1);
    expect(info.why).to.contain('@tensorflow/tfjs-node-gpu: not installed');
  });

  it('is the one that RECURRENT_ENGINE names, and prints no banner', () => {
    const run = startEngine(
      { RECURRENT_ENGINE: 'cpu' },
      'const info = await r.ready(); r.tf.ones([2]).add(1).dataSync(); console.log(JSON.stringify(info))',
    );
    expect(run.stderr).to.equal('');
    expect(JSON.parse(run.stdout)).to.include({ name: 'cpu', why: 'RECURRENT_ENGINE=cpu' });
  });

  it('prints no banner where tensors are used before it is ready', () => {
    const run = startEngine({}, 'r.tf.ones([2]).add(1).print()');
    expect(run.stderr).to.equal('');
    expect(run.stdout).to.contain('[2, 2]');
  });

  it('refuses an unknown engine, and one that is not installed, and lists what is there', () => {
    const unknown = startEngine({ RECURRENT_ENGINE: 'abacus' });
    expect(unknown.status).to.equal(3);
    expect(unknown.stderr).to.contain(
      'RECURRENT_ENGINE is "abacus", expected tensorflow, wasm or cpu; installed are wasm, cpu',
    );
    const absent = startEngine({ RECURRENT_ENGINE: 'tensorflow' });
    expect(absent.status).to.equal(3);
    expect(absent.stderr).to.contain('@tensorflow/tfjs-node-gpu: not installed');
    expect(absent.stderr).to.contain('installed are wasm, cpu');
  });

  it('takes TensorFlow first where it is installed, with the function that Node 23 took away', () => {
    const folder = mkdtempSync(join(tmpdir(), 'engine-'));
    try {
      const NODE_PATH = fakeTensorFlow(folder, '@tensorflow/tfjs-node-gpu');
      const code = `delete require('node:util').isNullOrUndefined; console.log(JSON.stringify(await r.ready()))`;
      const info = JSON.parse(startEngine({ NODE_PATH }, code).stdout);
      expect(info).to.include({ name: 'tensorflow-gpu', backend: 'tensorflow', version: '4.22.0' });
      const chosen = JSON.parse(startEngine({ NODE_PATH, RECURRENT_ENGINE: 'wasm' }).stdout);
      expect(chosen.name).to.equal('wasm');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks for ready() before it tells', () => {
    const run = startEngine({}, 'r.engine()');
    expect(run.stderr).to.contain('engine: no engine runs yet; call `await ready()` first');
  });
});
