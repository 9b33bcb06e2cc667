import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dealer, Request, Subscriber } from 'zeromq';
import { type ConnectionInfo, type Content, type Message, Wire } from '../protocol/wire';

export interface KernelOptions {
  /** The folder the kernel runs in, from which cells import; default the current one. */
  cwd?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** How to start a kernel, as in a kernelspec; default this one. */
  argv?: string[];
  /** Where the kernel's own complaints go; default to this process's standard error. */
  stderr?: 'inherit' | 'pipe';
}

/** A published message, and the reply to its request, as they arrive. */
export type Listener = (message: Message) => void;

const START_MS = 60_000;

/** A front end without a face: starts a kernel and speaks to it over its sockets, with signed messages. */
export class KernelClient {
  readonly #wire: Wire;
  readonly #replies = new Map<string, { resolve(message: Message): void; reject(error: Error): void }>();
  readonly #listeners = new Map<string, Listener>();
  #onInput: ((message: Message) => string | undefined) | undefined;
  /** Everything published, whoever caused it. */
  onPublished: Listener | undefined;
  #ended: string | undefined;

  private constructor(
    readonly process: ChildProcess,
    readonly connection: ConnectionInfo,
    private readonly folder: string,
    private readonly shell: Dealer,
    private readonly control: Dealer,
    private readonly stdin: Dealer,
    private readonly iopub: Subscriber,
    private readonly heart: Request,
  ) {
    this.#wire = new Wire(connection.key, connection.signature_scheme);
    process.once('exit', (code, signal) =>
      this.#end(`the kernel ended with ${signal ?? `exit code ${code}`}`),
    );
    for (const socket of [shell, control]) void this.#read(socket, (m) => this.#resolve(m));
    void this.#read(iopub, (m) => {
      this.onPublished?.(m);
      this.#listeners.get(m.parent.msg_id ?? '')?.(m);
    });
    void this.#read(stdin, (m) => this.#answer(m));
  }

  /** Starts a kernel and waits until it answers. @throws if it ends instead, or is silent for a minute */
  static async start(options: KernelOptions = {}): Promise<KernelClient> {
    const zmq = require('zeromq') as typeof import('zeromq');
    const folder = mkdtempSync(join(tmpdir(), 'recurrent-kernel-'));
    const connection = await freeConnection();
    const path = join(folder, 'connection.json');
    writeFileSync(path, JSON.stringify(connection), { mode: 0o600 });
    const argv = options.argv ?? [
      process.execPath,
      join(__dirname, '..', 'kernel', 'main.js'),
      '{connection_file}',
    ];
    const [command, ...args] = argv.map((part) => part.replace('{connection_file}', path));
    const child = spawn(command!, args, {
      cwd: options.cwd,
      env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...options.env },
      stdio: ['ignore', 'inherit', options.stderr ?? 'inherit'],
    });
    child.on('error', () => undefined);
    const endless = { linger: 0, receiveHighWaterMark: 0, sendHighWaterMark: 0 };
    const routingId = randomUUID();
    const client = new KernelClient(
      child,
      connection,
      folder,
      new zmq.Dealer({ ...endless, routingId }),
      new zmq.Dealer({ ...endless, routingId }),
      new zmq.Dealer({ ...endless, routingId }),
      new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 }),
      new zmq.Request({ linger: 0 }),
    );
    try {
      await client.#connect();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** Sends a request and waits for its reply. @throws if the kernel ends or `milliseconds` pass */
  async request(
    type: string,
    content: Content = {},
    { channel = 'shell', milliseconds = 0, listener }: RequestOptions = {},
  ): Promise<Message> {
    const message = this.#wire.create(type, content);
    const id = message.header.msg_id;
    if (this.#ended) throw new Error(this.#ended);
    if (listener) this.#listeners.set(id, listener);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Message>((resolve, reject) => {
        this.#replies.set(id, { resolve, reject });
        if (milliseconds > 0) {
          timer = setTimeout(
            () => reject(new Error(`no answer to ${type} in ${milliseconds / 1000} s`)),
            milliseconds,
          );
        }
        const socket = channel === 'control' ? this.control : this.shell;
        socket.send(this.#wire.encode(message)).catch(reject);
      });
    } finally {
      clearTimeout(timer);
      this.#replies.delete(id);
    }
  }

  /**
   * Runs code, and waits for its reply and for the `idle` that says that all its output has come.
   *
   * @returns the reply's content and everything published for it, in order
   */
  async execute(
    code: string,
    options: Content = {},
    milliseconds = 0,
  ): Promise<{ reply: Content; published: Message[] }> {
    const published: Message[] = [];
    let idle!: () => void;
    const isIdle = new Promise<void>((resolve) => {
      idle = resolve;
    });
    const listener = (message: Message) => {
      if (message.header.msg_type !== 'status') published.push(message);
      else if (message.content.execution_state === 'idle') idle();
    };
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      ...options,
    };
    const reply = await this.request('execute_request', content, { milliseconds, listener });
    await within(isIdle, 10_000, 'the kernel replied but did not become idle');
    return { reply: reply.content, published };
  }

  /** Answers the cells' questions; without it, or if it returns undefined, they stay unanswered. */
  answerInputWith(answer: (message: Message) => string | undefined): void {
    this.#onInput = answer;
  }

  /** Milliseconds a heart-beat takes. */
  async beat(milliseconds = 1000): Promise<number> {
    const start = performance.now();
    await this.heart.send('beat');
    await within(this.heart.receive(), milliseconds, 'no heart-beat');
    return performance.now() - start;
  }

  interrupt(): Promise<Message> {
    return this.request('interrupt_request', {}, { channel: 'control', milliseconds: 5000 });
  }

  /** Asks the kernel to end, and ends it if it does not. */
  async close(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.process.once('exit', () => resolve()));
    if (!this.#ended) {
      await this.request(
        'shutdown_request',
        { restart: false },
        { channel: 'control', milliseconds: 2000 },
      ).catch(() => {
        this.process.kill('SIGKILL');
      });
      await within(exited, 3000, '').catch(() => this.process.kill('SIGKILL'));
    }
    for (const socket of [this.shell, this.control, this.stdin, this.iopub, this.heart]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #connect(): Promise<void> {
    const { transport, ip, ...c } = this.connection;
    const at = (port: number) => `${transport}://${ip}:${port}`;
    const welcome = new Promise<void>((resolve) => {
      this.onPublished = () => resolve();
    });
    this.iopub.connect(at(c.iopub_port));
    this.iopub.subscribe();
    this.shell.connect(at(c.shell_port));
    this.control.connect(at(c.control_port));
    this.stdin.connect(at(c.stdin_port));
    this.heart.connect(at(c.hb_port));
    await this.request('kernel_info_request', {}, { milliseconds: START_MS });
    // Kernels that send no welcome still publish their status for this request.
    await within(welcome, START_MS, 'the kernel published nothing');
    this.onPublished = undefined;
  }

  async #read(socket: Dealer | Subscriber, receive: Listener): Promise<void> {
    for await (const frames of socket) receive(this.#wire.decode(frames));
  }

  #resolve(message: Message): void {
    this.#replies.get(message.parent.msg_id ?? '')?.resolve(message);
  }

  #answer(message: Message): void {
    const value = this.#onInput?.(message);
    if (value === undefined) return;
    void this.stdin.send(
      this.#wire.encode(this.#wire.create('input_reply', { status: 'ok', value }, message)),
    );
  }

  #end(reason: string): void {
    this.#ended = reason;
    for (const { reject } of this.#replies.values()) reject(new Error(reason));
    this.#replies.clear();
  }
}

export interface RequestOptions {
  channel?: 'shell' | 'control';
  /** How long to wait; default for ever. */
  milliseconds?: number;
  /** Gets what is published for the request, also after the reply. */
  listener?: Listener;
}

async function within<T>(promise: Promise<T>, milliseconds: number, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Five ports that are free now, held at the same time so that they differ. */
async function freeConnection(): Promise<ConnectionInfo> {
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port) as [
    number,
    number,
    number,
    number,
    number,
  ];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [shell_port, control_port, stdin_port, iopub_port, hb_port] = ports;
  return {
    transport: 'tcp',
    ip: '127.0.0.1',
    shell_port,
    control_port,
    stdin_port,
    iopub_port,
    hb_port,
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
  };
}
