import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installKernelSpec } from '#lab/jupyter/kernel/kernel-spec';

const root = resolve(__dirname, '../../..');
export const python = join(root, '.venv', 'bin', 'python');

/** Whether the course's Python, with Jupyter's own client, is installed. */
export const pythonIsHere = () => existsSync(python);

/** Runs a script beside these tests with this build's kernel as `tslab`, whatever the environment has installed. */
export async function runPython(script: string, ...args: string[]) {
  const prefix = mkdtempSync(join(tmpdir(), 'recurrent-python-'));
  try {
    installKernelSpec(prefix);
    const child = spawn(python, [join(__dirname, script), ...args], {
      cwd: join(root, 'notebooks'),
      env: {
        ...process.env,
        JUPYTER_PATH: join(prefix, 'share', 'jupyter'),
        JUPYTER_RUNTIME_DIR: join(prefix, 'runtime'),
        JUPYTER_PREFER_ENV_PATH: '0',
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    const code = await new Promise<number | null>((settle) => child.on('close', settle));
    return { code, stdout, stderr };
  } finally {
    rmSync(prefix, { recursive: true });
  }
}
