import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Installs this kernel as the kernelspec `tslab`, the name the notebooks carry, so that they also open where only
 * stock tslab is installed. An earlier one is replaced.
 *
 * @param venv the Python environment of JupyterLab, such as `.venv`
 * @returns the path of the kernel.json that was written
 * @throws if `venv` is not a folder
 */
export function installKernelSpec(venv: string): string {
  if (!existsSync(venv)) throw new Error(`installKernelSpec: there is no folder ${resolve(venv)}`);
  const folder = join(resolve(venv), 'share', 'jupyter', 'kernels', 'tslab');
  mkdirSync(folder, { recursive: true });
  const spec = {
    argv: [process.execPath, join(__dirname, 'main.js'), '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: false, supported_encryption: ['curve'] },
  };
  const path = join(folder, 'kernel.json');
  writeFileSync(path, `${JSON.stringify(spec, null, 2)}\n`);
  return path;
}

if (require.main === module) {
  const at = process.argv.indexOf('--prefix');
  const venv = at < 0 ? undefined : process.argv[at + 1];
  if (!venv) {
    process.stderr.write('usage: node install.js --prefix <Python environment>\n');
    process.exit(2);
  }
  process.stdout.write(`${installKernelSpec(venv)}\n`);
}
