import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { KernelClient, type KernelOptions } from '#lab/jupyter/notebooks/client';
import { stillAlive } from '../../support/processes';
import { variants } from '../../support/thorough';
import { python, pythonIsHere } from '../kernel/python';
import { folder, run, sleep } from '../support';

const kernelMain = resolve(__dirname, '../../../lib/dist/jupyter/kernel/main.js');

describe('jupyter: kernel client', function () {
  this.timeout(60_000);
  let scratch: string;
  let temporary: string | undefined;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'recurrent-client-'));
    // The folders of connection files, which are made below it, can be counted.
    temporary = process.env.TMPDIR;
    process.env.TMPDIR = scratch;
  });
  after(() => {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    rmSync(scratch, { recursive: true });
  });

  const connectionFolders = () => readdirSync(scratch).filter((name) => name.startsWith('recurrent-kernel-'));

  /** A kernel that is started by this program, which finds the connection file in its first argument. */
  const startBy = (program: string, options: KernelOptions = {}) =>
    KernelClient.start({
      cwd: folder,
      argv: [process.execPath, '-e', `const kernelMain = '${kernelMain}';\n${program}`, '{connection_file}'],
      ...options,
    });
  const failure = (start: Promise<KernelClient>) =>
    start.then(
      async (kernel) => {
        await kernel.close();
        return 'it started';
      },
      (error: Error) => error.message,
    );

  it('keeps the connection file to its user, and deletes it', async () => {
    const kernel = await KernelClient.start({ cwd: folder });
    const [name] = connectionFolders();
    const path = join(scratch, name!, 'connection.json');
    const mode = (of: string) => (statSync(of).mode & 0o777).toString(8);
    expect([mode(dirname(path)), mode(path)]).to.deep.equal(['700', '600']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).to.deep.equal(kernel.connection);
    expect(kernel.connection.curve_publickey).to.have.length(40);
    await kernel.close();
    expect(connectionFolders()).to.deep.equal([]);
  });

  it('has other keys for every kernel', async () => {
    const kernels = await Promise.all([1, 2].map(() => KernelClient.start({ cwd: folder })));
    const keys = kernels.flatMap(({ connection: c }) => [c.key, c.curve_publickey, c.curve_secretkey]);
    await Promise.all(kernels.map((kernel) => kernel.close()));
    expect(new Set(keys).size).to.equal(6);
  });

  for (const signal of variants(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)) {
    it(`leaves no connection file and no kernel behind when its process is ended by ${signal}`, async () => {
      const program = `
        const { KernelClient } = require('${resolve(dirname(kernelMain), '../notebooks/client.js')}');
        KernelClient.start().then((kernel) => console.log(kernel.process.pid));`;
      const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = await new Promise<number>((done) =>
        parent.stdout.once('data', (text) => done(Number(text))),
      );
      expect(connectionFolders()).to.have.length(1);
      parent.kill(signal);
      for (let i = 0; i < 100 && connectionFolders().length > 0; i++) await sleep(50);
      expect(await stillAlive([pid])).to.deep.equal([]);
      expect(connectionFolders()).to.deep.equal([]);
    });
  }

  describe('where another process takes a port first', () => {
    /** Takes a port before the kernel can, `times` times, and then lets it start. */
    const robbed = (port: string, times: number, options?: KernelOptions) => {
      const count = join(mkdtempSync(join(scratch, 'robbed-')), 'count');
      writeFileSync(count, '0');
      const program = `
        const fs = require('node:fs');
        const path = process.argv[1];
        const port = JSON.parse(fs.readFileSync(path, 'utf8')).${port};
        const count = Number(fs.readFileSync('${count}', 'utf8'));
        fs.writeFileSync('${count}', String(count + 1));
        const start = () => {
          process.argv.splice(1, 0, kernelMain);
          require(kernelMain);
        };
        if (count >= ${times}) start();
        else {
          const thief = "require('node:net').createServer().listen(" + port + ", '127.0.0.1', () => console.log()); " +
            "setTimeout(() => process.exit(), 4000)";
          require('node:child_process')
            .spawn(process.execPath, ['-e', thief], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
            .stdout.once('data', start);
        }`;
      return {
        started: startBy(program, { stderr: 'pipe', ...options }),
        count: () => readFileSync(count, 'utf8'),
      };
    };

    for (const port of variants(['shell_port', 'control_port', 'stdin_port', 'iopub_port', 'hb_port'])) {
      it(`starts the kernel anew with others: ${port}`, async () => {
        const { started, count } = robbed(port, 1);
        const kernel = await started;
        expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
        expect(count()).to.equal('2');
        expect(connectionFolders()).to.have.length(1);
        await kernel.close();
        expect(connectionFolders()).to.deep.equal([]);
      });
    }

    it('starts an unencrypted kernel anew too', async () => {
      const { started, count } = robbed('shell_port', 2, { encryption: 'none' });
      const kernel = await started;
      expect(count()).to.equal('3');
      await kernel.close();
    });

    it('gives up after five times, with a sentence', async () => {
      const { started, count } = robbed('iopub_port', 1000);
      expect(await failure(started)).to.match(/^KernelClient: .* took a port .* 5 times, last \d+$/);
      expect(count()).to.equal('5');
      expect(connectionFolders()).to.deep.equal([]);
    });
  });

  it('does not start a kernel again that ends by itself', async () => {
    const count = join(scratch, 'ends');
    const program = `require('node:fs').appendFileSync('${count}', 'x'); process.exit(3);`;
    expect(await failure(startBy(program))).to.equal('the kernel ended with exit code 3');
    expect(readFileSync(count, 'utf8')).to.equal('x');
    expect(connectionFolders()).to.deep.equal([]);
  });

  it('says at once that there is no such program', async () => {
    const message = await failure(KernelClient.start({ argv: ['no-such-kernel', '{connection_file}'] }));
    expect(message).to.match(/^the kernel did not start: .*no-such-kernel.*ENOENT/);
    expect(connectionFolders()).to.deep.equal([]);
  });

  describe('with a kernel that does not understand keys', () => {
    const ignoresKeys = `
      const fs = require('node:fs');
      const { curve_publickey, curve_secretkey, ...old } = JSON.parse(fs.readFileSync(process.argv[1], 'utf8'));
      fs.writeFileSync(process.argv[1], JSON.stringify(old));
      process.argv.splice(1, 0, kernelMain);
      require(kernelMain);`;

    it('does not speak in the clear, and says what to do', async () => {
      const start = performance.now();
      expect(await failure(startBy(ignoresKeys))).to.match(
        /^KernelClient: .* not encrypted; .*encryption: 'none'/,
      );
      expect(performance.now() - start).to.be.below(20_000);
      expect(connectionFolders()).to.deep.equal([]);
    });

    it('speaks in the clear where it is told to', async () => {
      const kernel = await startBy(ignoresKeys, { encryption: 'none' });
      expect(kernel.connection).to.not.have.any.keys('curve_publickey', 'curve_secretkey');
      expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
      await kernel.close();
    });

    it('knows no third way', async () => {
      for (const encryption of ['tls', true, null]) {
        const options = { encryption } as unknown as KernelOptions;
        expect(await failure(KernelClient.start(options))).to.match(
          /^KernelClient: encryption must be 'curve' or/,
        );
      }
    });
  });

  it('speaks with ipykernel, encrypted or not [slow]', async function () {
    if (!pythonIsHere()) this.skip();
    for (const encryption of ['curve', 'none'] as const) {
      const argv = [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
      const kernel = await KernelClient.start({ argv, encryption, stderr: 'pipe' });
      expect((await run(kernel, '6 * 7')).result).to.deep.equal({ 'text/plain': '42' });
      await kernel.close();
    }
  });
});
