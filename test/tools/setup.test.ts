import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { refusal } from '../../tools/node-version.cjs';

/** The message of the error that a promise ends in. */
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('expected an error'),
    (error: Error) => error.message,
  );

describe('set-up', () => {
  let setup: typeof import('../../tools/setup.mjs');
  let steps: typeof import('../../tools/step.mjs');
  let folder: string;

  before(async () => {
    setup = await import('../../tools/setup.mjs');
    steps = await import('../../tools/step.mjs');
    folder = mkdtempSync(join(tmpdir(), 'setup-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A command that prints a text and ends with a code. */
  function command(name: string, text: string, code = 0): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho '${text}'\nexit ${code}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('hears what a command prints, however its bytes are cut', async () => {
    const text = 'دیسک پر است';
    const print = `const bytes = Buffer.from(${JSON.stringify(text)});
      const next = (i) => i < bytes.length && process.stdout.write(bytes.subarray(i, i + 1), () => setTimeout(next, 2, i + 1));
      next(0);`;
    expect(await steps.run('Saying', process.execPath, ['-e', print])).to.equal(text);
  });

  it('asks for Node 20.19 or newer', () => {
    for (const version of ['20.19.0', '22.1.0', '24.0.0']) expect(refusal(version)).to.equal('');
    for (const version of ['20.18.3', '18.20.0', '8.0.0']) {
      expect(refusal(version)).to.contain(`Node ${version} is too old: the course needs 20.19 or newer`);
    }
  });

  it('takes the first Python of at least 3.10', () => {
    const old = command('python-old', '3.9.18');
    const good = command('python-good', '3.12.1');
    expect(setup.findPython([join(folder, 'absent'), old, good])).to.deep.equal({
      command: good,
      version: '3.12.1',
    });
  });

  it('says what to do where Python is missing or too old', () => {
    expect(() => setup.findPython([join(folder, 'absent')])).to.throw(
      /no Python was found\. Install it from python\.org/,
    );
    expect(() => setup.findPython([command('python-38', '3.8.0')])).to.throw(
      /python-38 is 3\.8\.0, which is too old/,
    );
  });

  for (const [fault, printed, told] of [
    ['no network', 'npm error code ENOTFOUND', 'No network, or the package registry did not answer'],
    [
      'no network for pip',
      'Temporary failure in name resolution',
      'No network, or the package registry did not answer',
    ],
    ['a full disk', 'OSError: [Errno 28] No space left on device', 'The disk is full. The course needs'],
    [
      'a full disk, where a package then looks for its parts elsewhere',
      'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device\nnpm error ENOTFOUND',
      'The disk is full. The course needs',
    ],
    ['a Python without venv', 'because ensurepip is not\navailable.', 'apt install python3-venv'],
    ['a Python without its modules', 'No module named venv', 'apt install python3-venv'],
    ['a folder of somebody else', 'EACCES: permission denied', 'Run this in a folder that is yours'],
    ['anything else', 'segmentation fault', 'Mend what the lines above name'],
  ]) {
    it(`says what to do about ${fault}`, async () => {
      const message = await messageOf(steps.run('Installing', command('failing', printed, 1), []));
      expect(message).to.contain('Installing failed.').and.contain(told);
      for (const line of printed.split('\n').filter((l) => !l.startsWith('npm warn')))
        expect(message).to.contain(line);
    });
  }

  it('says which command could not be started', async () => {
    const message = await messageOf(steps.run('Making .venv', join(folder, 'absent'), []));
    expect(message).to.contain('Making .venv failed.').and.contain('ENOENT');
  });

  it('waits at Ctrl-C until the command has cleared away what it began', async () => {
    const cleared = join(folder, 'cleared');
    const slow = join(folder, 'slow');
    writeFileSync(
      slow,
      `#!/bin/sh\ntrap 'sleep 0.5; touch "${cleared}"; exit 1' INT\necho; sleep 0.2\nkill -INT $$\n`,
    );
    chmodSync(slow, 0o755);
    const listeners = process.listenerCount('SIGINT');
    // Mocha's own listener would end the run at the signal.
    const others = process.rawListeners('SIGINT');
    process.removeAllListeners('SIGINT');
    const message = messageOf(steps.run('Installing', slow, []));
    process.emit('SIGINT');
    for (const listener of others) process.on('SIGINT', listener as NodeJS.SignalsListener);
    expect(await message).to.equal('Interrupted. Run the same command again: what is done is kept.');
    expect(existsSync(cleared)).to.equal(true);
    expect(process.listenerCount('SIGINT')).to.equal(listeners);
  });

  it('tells times as people read them', () => {
    expect([800, 12_400, 125_000].map(steps.seconds)).to.deep.equal(['0.8 s', '12 s', '2 min 5 s']);
  });
});
