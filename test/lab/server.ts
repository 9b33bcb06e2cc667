import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

/** JupyterLab, started the way `npm start -- --no-browser` starts it. */
export class LabServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly settings: string,
    readonly url: string,
    readonly token: string,
    private readonly output: () => string,
  ) {}

  /** @throws with what JupyterLab said, if it does not answer within ten minutes, which set-up may need */
  static async start(): Promise<LabServer> {
    const port = await freePort();
    const token = 'lab-test';
    const settings = writeSettings();
    const args = [
      '--no-browser',
      `--port=${port}`,
      '--ServerApp.port_retries=0',
      `--IdentityProvider.token=${token}`,
    ];
    const command = [join(root, 'tools', 'start.mjs'), ...args, `--LabApp.user_settings_dir=${settings}`];
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    const server = new LabServer(child, settings, `http://127.0.0.1:${port}`, token, () => text);
    const deadline = Date.now() + 600_000;
    while (!(await server.api('status').catch(() => undefined))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await server.stop();
        throw new Error(`JupyterLab did not start:\n${text}`);
      }
      await new Promise((done) => setTimeout(done, 300));
    }
    return server;
  }

  /** Asks the server's own interface, such as `kernels`; nothing where it refuses. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the server
  async api(path: string, request: RequestInit = {}): Promise<any> {
    const response = await fetch(`${this.url}/api/${path}`, {
      ...request,
      headers: { Authorization: `token ${this.token}` },
    });
    return response.ok ? response.json() : undefined;
  }

  get pid(): number {
    return this.process.pid!;
  }

  get log(): string {
    return this.output();
  }

  /** Ends JupyterLab, which ends its kernels. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((done) => this.process.once('exit', done));
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.settings, { recursive: true, force: true });
  }
}

/** Settings of the test alone: every cell stands in the page, and nothing is saved. */
function writeSettings(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recurrent-lab-'));
  const write = (plugin: string, name: string, settings: object) => {
    mkdirSync(join(folder, '@jupyterlab', plugin), { recursive: true });
    writeFileSync(
      join(folder, '@jupyterlab', plugin, `${name}.jupyterlab-settings`),
      JSON.stringify(settings),
    );
  };
  write('notebook-extension', 'tracker', { windowingMode: 'none' });
  write('docmanager-extension', 'plugin', { autosave: false });
  write('apputils-extension', 'notification', { fetchNews: 'false', checkForUpdates: false });
  return folder;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
