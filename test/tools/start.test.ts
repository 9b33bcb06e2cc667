import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConnection } from '#lab/jupyter/protocol/connection-file';
import { Wire } from '#lab/jupyter/protocol/wire';
import { pythonIsHere } from '../jupyter/kernel/python';
import { ask, fromFile, subscriber, without } from '../jupyter/kernel/strangers';
import { sleep } from '../jupyter/support';
import { LabServer, root } from '../lab/server';
import { variants } from '../support/thorough';

describe('npm start', function () {
  this.timeout(120_000);
  let server: LabServer;
  before(async function () {
    if (!pythonIsHere()) this.skip();
    server = await LabServer.start();
  });
  after(() => server?.stop());

  it('shows the outputs kept in git as trusted, and not those of a notebook that was changed', async function () {
    const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
    const changed = git('diff', '--name-only', 'HEAD', '--', 'notebooks');
    if (changed.status !== 0) this.skip(); // no clone
    const trusted = async (path: string) => {
      const { content } = await server.api(`contents/${path}`);
      const cells = content.cells.filter((cell: { cell_type: string }) => cell.cell_type === 'code');
      return cells.every((cell: { metadata: { trusted?: boolean } }) => cell.metadata.trusted);
    };
    const committed = git('ls-files', 'notebooks/*.ipynb').stdout.split('\n').filter(Boolean);
    for (const name of committed) expect(await trusted(name), name).to.equal(!changed.stdout.includes(name));
    const copy = join(root, 'artefacts', 'changed.ipynb');
    mkdirSync(join(root, 'artefacts'), { recursive: true });
    writeFileSync(
      copy,
      readFileSync(join(root, committed[0]), 'utf8').replace('"text/plain"', '"text/html"'),
    );
    try {
      expect(await trusted('artefacts/changed.ipynb')).to.equal(false);
    } finally {
      rmSync(copy);
    }
  });

  for (const name of variants(['tslab', 'python3'])) {
    it(`has its kernels encrypted: ${name} [slow]`, async () => {
      const { id } = await server.api('kernels', { method: 'POST', body: JSON.stringify({ name }) });
      const path = join(root, '.cache', 'jupyter', 'runtime', `kernel-${id}.json`);
      expect((statSync(path).mode & 0o777).toString(8)).to.equal('600');
      const connection = readConnection(path);
      const [stranger, friend] = [without, fromFile].map((introduce) => subscriber(connection, introduce));
      for (let i = 0; i < 200 && !friend!.heard(); i++) await sleep(50);
      await sleep(500);
      const wire = new Wire(connection.key);
      const cell = wire.encode(wire.create('execute_request', { code: '"for the " + "student alone"' }));
      expect(await ask(connection, 'shell', without, cell)).to.equal(undefined);
      expect(friend!.heard()).to.not.contain('for the student alone');
      expect(await ask(connection, 'shell', fromFile, cell, 10_000)).to.not.equal(undefined);
      await sleep(500);
      expect(friend!.heard()).to.contain('for the student alone');
      expect(stranger!.heard()).to.equal('');
      for (const ear of [stranger, friend]) ear!.close();
    });
  }
});
