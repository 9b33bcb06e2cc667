import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { installKernelSpec } from '#lab/jupyter/kernel/kernel-spec';

const root = resolve(__dirname, '../../..');
const python = join(root, '.venv', 'bin', 'python');

describe('jupyter: conformance', function () {
  this.timeout(180_000);

  it('passes jupyter_kernel_test [slow]', async function () {
    if (!existsSync(python)) this.skip();
    // A kernelspec of its own: the suite tests this build, whatever the environment has installed.
    const prefix = mkdtempSync(join(tmpdir(), 'recurrent-conformance-'));
    try {
      installKernelSpec(prefix);
      const output = await run(python, [join(__dirname, 'conformance.py'), '-v'], {
        ...process.env,
        JUPYTER_PATH: join(prefix, 'share', 'jupyter'),
        JUPYTER_PREFER_ENV_PATH: '0',
      });
      expect(output.code, output.text).to.equal(0);
      const skipped = output.text.match(/^test_\w+.*skipped.*$/gm) ?? [];
      // The kernel has no pager; everything else has samples.
      expect(skipped.filter((line) => !line.startsWith('test_pager'))).to.deep.equal([]);
    } finally {
      rmSync(prefix, { recursive: true });
    }
  });
});

function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(command, args, { env, cwd: join(root, 'notebooks') });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  return new Promise((settle) => child.on('close', (code) => settle({ code, text })));
}
