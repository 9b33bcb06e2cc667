// Brings a fresh clone to where the course runs, and does nothing where that is done:
// npm packages, the compiled library, .venv with JupyterLab, the TypeScript kernel, and TensorFlow where there is a GPU.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installTemplate, templateSources } from './nbconvert.mjs';
import './node-version.cjs';
import { run, SetupError, step } from './step.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const onWindows = process.platform === 'win32';
const venv = join(root, '.venv');

/** A command of the course's own Python, e.g. `venvCommand('jupyter')`. */
export function venvCommand(/** @type {string} */ name) {
  return onWindows ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);
}

/** Every file below the folders, build results left out, in a fixed order. */
function filesBelow(/** @type {string} */ folder) {
  /** @type {string[]} */
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else found.push(path);
  }
  return found;
}

/** A digest of the files' contents and of anything else a step depends on. */
function digest(/** @type {string[]} */ files, /** @type {string[]} */ ...extra) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  for (const text of extra) hash.update(text);
  return hash.digest('hex');
}

/**
 * A step that leaves a stamp behind, and is skipped where the stamp says that nothing has changed since.
 *
 * @param {string} title
 * @param {string} stamp the stamp's file; it stands in what the step makes, so that deleting that brings the step back
 * @param {string} wanted what the stamp says when the step is done
 * @param {() => Promise<void>} work
 */
async function once(title, stamp, wanted, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step(title, async () => {
    rmSync(stamp, { force: true });
    await work();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

/** npm under the Node that runs us, whichever npm the shell would find. */
function npm(/** @type {string[]} */ ...args) {
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js')
    ? [process.execPath, [cli]]
    : [onWindows ? 'npm.cmd' : 'npm', []];
  // Under npm -s its errors would be silent too, and that the disk is full it only warns of. Waits of 10 and 60 s would hide for minutes that there is no network.
  const flags = ['--loglevel=warn', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  return run(`npm ${args[0]}`, command, [...first, ...args, ...flags], { cwd: root });
}

/** The first Python of at least 3.10: RECURRENT_PYTHON, or what the shell finds. */
export function findPython(candidates = [process.env.RECURRENT_PYTHON ?? '', 'python3', 'python', 'py']) {
  const tooOld = [];
  for (const command of candidates.filter(Boolean)) {
    const probe = spawnSync(command, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
      encoding: 'utf8',
    });
    if (probe.status !== 0) continue;
    const version = probe.stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return { command, version };
    tooOld.push(`${command} is ${version}`);
  }
  const found = tooOld.length > 0 ? `${tooOld.join(', ')}, which is too old` : 'no Python was found';
  throw new SetupError(
    `JupyterLab needs Python 3.10 or newer, and ${found}. Install it from python.org (Debian: apt install python3 python3-venv), or name one in RECURRENT_PYTHON, and run the same command again.`,
  );
}

async function makeVenv() {
  const requirements = join(root, 'requirements.txt');
  const stamp = join(venv, '.recurrent');
  const settings = join(root, 'tools', 'jupyterlab-settings.json');
  // The root too: a virtual environment that was moved has lost its paths.
  const wanted = digest([requirements, settings], root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(venvCommand('python')))
    return;
  const python = findPython();
  await once(`JupyterLab in .venv (Python ${python.version})`, stamp, wanted, async () => {
    const uv = spawnSync('uv', ['--version']).status === 0;
    if (uv) {
      await run('Making .venv', 'uv', ['venv', '--quiet', '--clear', '--python', python.command, venv]);
      await run('Installing JupyterLab', 'uv', [
        'pip',
        'install',
        '--quiet',
        '--python',
        venvCommand('python'),
        '-r',
        requirements,
      ]);
    } else {
      await run('Making .venv', python.command, ['-m', 'venv', '--clear', venv]);
      await run('Installing JupyterLab', venvCommand('python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '-r',
        requirements,
      ]);
    }
    // What JupyterLab would ask of the network, and of the student at the first start.
    const folder = join(venv, 'share', 'jupyter', 'lab', 'settings');
    mkdirSync(folder, { recursive: true });
    copyFileSync(settings, join(folder, 'overrides.json'));
  });
}

/** TensorFlow for the GPU, where there is one: a large download that the course can do without. */
async function installTensorFlowForGpu() {
  if (process.env.RECURRENT_GPU === '0' || spawnSync('nvidia-smi', ['-L']).status !== 0) return;
  const name = '@tensorflow/tfjs-node-gpu@4.22.0';
  const home = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  const tried = join(root, 'node_modules', '.recurrent-gpu');
  if (existsSync(tried)) return;
  try {
    await step(`A GPU is here: ${name}`, async () => {
      await npm('install', '--no-save', '--ignore-scripts', name);
      // npm 11 runs no install script it was not told of; this one downloads TensorFlow 2.9.1 with CUDA.
      await run('Downloading TensorFlow', process.execPath, ['scripts/install.js', 'gpu', 'download'], {
        cwd: home,
      });
    });
    writeFileSync(tried, 'installed');
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    console.log(
      `${/** @type {Error} */ (error).message}\nThe course goes on without the GPU, on WebAssembly. To try again: rm node_modules/.recurrent-gpu`,
    );
    writeFileSync(tried, 'failed');
  }
}

/** All that is needed before a notebook or a test can run; every step is skipped where it is done. */
export async function setup() {
  await once(
    'npm packages',
    join(root, 'node_modules', '.recurrent'),
    digest([join(root, 'package-lock.json')], process.versions.modules),
    async () => {
      await npm('ci', '--no-fund', '--no-audit');
    },
  );
  await installTensorFlowForGpu();
  const sources = filesBelow(join(root, 'lib')).filter((file) => /\.(ts|json|mjs)$/.test(file));
  await once(
    'the library',
    join(root, 'lib', 'dist', '.built'),
    digest([...sources, join(root, 'tsconfig.base.json'), join(root, 'tools', 'build-simd.mjs')]),
    async () => {
      await npm('run', 'build');
    },
  );
  await makeVenv();
  await once(
    "the notebooks' pages (nbconvert)",
    join(venv, 'share', 'jupyter', 'nbconvert', 'templates', 'recurrent', '.recurrent'),
    digest(templateSources),
    async () => installTemplate(venv),
  );
  const spec = join(venv, 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
  await once(
    'the TypeScript kernel',
    join(dirname(spec), '.recurrent'),
    digest([join(root, 'lib', 'jupyter', 'kernel', 'kernel-spec.ts')], root, process.execPath),
    async () => {
      await run('Installing the kernel', process.execPath, [
        join(root, 'lib', 'dist', 'jupyter', 'kernel', 'kernel-spec.js'),
        '--prefix',
        venv,
      ]);
    },
  );
}

/**
 * Runs a command's main function; a failure that the user can mend is told as a sentence, without a stack.
 *
 * @param {() => Promise<void>} main
 */
export async function runTool(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(setup);
