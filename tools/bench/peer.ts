import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** Another program that times the same rows: asked in JSON lines, it answers in JSON lines. */
export class Peer {
  private readonly answers: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcess,
    readonly version: string,
    lines: AsyncIterator<string>,
  ) {
    this.answers = lines;
  }

  /** Starts a peer and reads its version; null where it can't be had. */
  static async start(command: string, args: string[], env = process.env): Promise<Peer | null> {
    const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
    const child = spawn(command, args, { stdio, env });
    child.on('error', () => {});
    const reader: Interface = createInterface({ input: child.stdout! });
    const lines = reader[Symbol.asyncIterator]();
    const first = await lines.next();
    return first.done ? null : new Peer(child, JSON.parse(first.value).version, lines);
  }

  async times(request: object): Promise<number[]> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.answers.next();
    if (done) throw new Error(`the peer ended at ${JSON.stringify(request)}`);
    return JSON.parse(value).times;
  }

  stop(): void {
    this.child.stdin!.end();
    this.child.kill();
  }
}

/** The first python that has a package: RECURRENT_PYTHON, the project's, or the system's. */
export function pythonWith(packageName: string, root: string): string | null {
  const { RECURRENT_PYTHON } = process.env;
  const candidates = RECURRENT_PYTHON
    ? [RECURRENT_PYTHON]
    : [join(root, '.venv', 'bin', 'python'), 'python3'];
  return candidates.find((python) => spawnSync(python, ['-c', `import ${packageName}`]).status === 0) ?? null;
}
