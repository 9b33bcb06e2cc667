// npm start: set-up where it is needed, then JupyterLab on the course. Arguments go on to JupyterLab:
// npm start -- --no-browser --port 8899
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool, setup, venvCommand } from './setup.mjs';

const home = join(root, '.cache', 'jupyter');

/** JupyterLab keeps its settings and run-time files with the course; the user's home stays as it is. */
function jupyterEnvironment() {
  mkdirSync(join(home, 'config', 'custom'), { recursive: true });
  copyFileSync(join(root, 'tools', 'jupyterlab.css'), join(home, 'config', 'custom', 'custom.css'));
  return {
    ...process.env,
    JUPYTER_CONFIG_DIR: join(home, 'config'),
    JUPYTER_DATA_DIR: join(home, 'data'),
    JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
    IPYTHONDIR: join(home, 'ipython'),
  };
}

/** What git prints, in lines; undefined where this is no clone, or git is not here. */
function git(/** @type {string[]} */ ...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n').filter(Boolean) : undefined;
}

/**
 * Signs the notebooks as they are in git, so that JupyterLab shows their kept drawings and sentences whole before a cell
 * has run. A notebook that was changed here has its reader's word instead, when its cells are run.
 */
function trustCommittedNotebooks() {
  const [tree] = git('rev-parse', 'HEAD:notebooks') ?? [];
  const changed = git('diff', '--name-only', 'HEAD', '--', 'notebooks');
  const all = git('ls-files', 'notebooks/*.ipynb', 'notebooks/**/*.ipynb');
  if (!tree || !changed || !all) return;
  const stamp = join(home, 'data', '.trusted');
  const wanted = [tree, ...changed].join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const committed = all.filter((name) => !changed.includes(name));
  const options = { cwd: root, env: jupyterEnvironment() };
  const { status } = spawnSync(venvCommand('jupyter'), ['trust', ...committed], options);
  if (status === 0) writeFileSync(stamp, wanted);
}

function jupyterLab(/** @type {string[]} */ args) {
  const flags = [
    `--ServerApp.root_dir=${root}`,
    `--LabApp.default_url=/lab/tree/notebooks/00-course.ipynb`,
    '--ServerApp.answer_yes=True',
    '--LabApp.custom_css=True',
  ];
  // Any process of the machine reaches a kernel's ports; with keys, which these kernels understand, it hears nothing.
  if (!args.some((argument) => argument.includes('.transport_encryption')))
    flags.push('--MappingKernelManager.transport_encryption=auto');
  if (process.getuid?.() === 0) flags.push('--allow-root');
  return spawn(venvCommand('jupyter'), ['lab', ...flags, ...args], {
    stdio: 'inherit',
    env: jupyterEnvironment(),
    cwd: root,
  });
}

await runTool(async () => {
  await setup();
  trustCommittedNotebooks();
  const server = jupyterLab(process.argv.slice(2));
  // Ctrl-C reaches JupyterLab by itself, which then stops its kernels; we leave when it has.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => server.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => server.on('close', (code) => resolve(code ?? 0)));
});
