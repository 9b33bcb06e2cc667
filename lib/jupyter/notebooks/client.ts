import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Dealer, Subscriber } from 'zeromq';
import { fail } from '../../errors';
import { deleteConnection, writeConnection } from '../protocol/connection-file';
import { type ConnectionInfo, type Content, type Message, Wire } from '../protocol/wire';
import { newConnection, takenPort } from './connection';
import { type ClientSockets, connectSockets, makeSockets, unencrypted } from './sockets';

export interface KernelOptions {
  /** The folder the kernel runs in, from which cells import; default the current one. */
  cwd?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** How to start a kernel, as in a kernelspec; default this one. */
  argv?: string[];
  /**
   * `curve`, the default, gives the kernel keys, and nobody who has not read its connection file can read or send
   * messages. A kernel whose kernelspec does not say `curve` in `metadata.supported_encryption` needs `none`: every
   * process of the machine can then read what it publishes.
   */
  encryption?: 'curve' | 'none';
  /** Where the kernel's own complaints go; default to this process's standard error. */
  stderr?: 'inherit' | 'pipe';
}

/** A published message, and the reply to its request, as they arrive. */
export type Listener = (message: Message) => void;

const START_MS = 60_000;
/** How often a kernel is started anew because another process had taken one of its ports. */
const STARTS = 5;
const ENDING_MS = 2000;

/** A front end without a face: starts a kernel and speaks to it over its sockets, with signed, encrypted messages. */
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
    private readonly file: string,
    private readonly sockets: ClientSockets,
  ) {
    this.#wire = new Wire(connection.key, connection.signature_scheme);
    process.on('error', (error) => this.#end(`the kernel did not start: ${error.message}`));
    process.once('exit', (code, signal) =>
      this.#end(`the kernel ended with ${signal ?? `exit code ${code}`}`),
    );
    for (const socket of [sockets.shell, sockets.control]) void this.#read(socket, (m) => this.#resolve(m));
    void this.#read(sockets.iopub, (m) => {
      this.onPublished?.(m);
      this.#listeners.get(m.parent.msg_id ?? '')?.(m);
    });
    void this.#read(sockets.stdin, (m) => this.#answer(m));
  }

  /**
   * Starts a kernel and waits until it answers. Where another process takes one of its ports before the kernel does,
   * it is started anew with others.
   *
   * @throws if it ends instead, is silent for a minute, does not understand keys, or loses its ports five times
   */
  static async start(options: KernelOptions = {}): Promise<KernelClient> {
    const { encryption = 'curve' } = options;
    if (encryption !== 'curve' && encryption !== 'none') {
      fail('KernelClient', `encryption must be 'curve' or 'none', got ${String(encryption)}`);
    }
    let taken: number | undefined;
    for (let i = 0; i < STARTS; i++) {
      const client = KernelClient.#launch(options, await newConnection(encryption));
      try {
        await client.#connect();
        return client;
      } catch (error) {
        const ended = client.#ended !== undefined;
        await client.close();
        taken = ended ? await takenPort(client.connection) : undefined;
        if (taken === undefined) throw error;
      }
    }
    return fail('KernelClient', `another process took a port of the kernel ${STARTS} times, last ${taken}`);
  }

  static #launch(options: KernelOptions, connection: ConnectionInfo): KernelClient {
    const sockets = makeSockets(connection);
    const path = writeConnection(connection);
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
    return new KernelClient(child, connection, path, sockets);
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
        const socket = channel === 'control' ? this.sockets.control : this.sockets.shell;
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
    await this.sockets.heart.send('beat');
    await within(this.sockets.heart.receive(), milliseconds, 'no heart-beat');
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
    for (const socket of Object.values(this.sockets)) socket.close();
    deleteConnection(this.file);
  }

  async #connect(): Promise<void> {
    const welcome = new Promise<void>((resolve) => {
      this.onPublished = () => resolve();
    });
    const refused = this.connection.curve_publickey ? [this.#refuseUnencrypted()] : [];
    connectSockets(this.sockets, this.connection);
    const answer = this.request('kernel_info_request', {}, { milliseconds: START_MS });
    await Promise.race([answer, ...refused]);
    // Kernels that send no welcome still publish their status for this request.
    await within(welcome, START_MS, 'the kernel published nothing');
    this.onPublished = undefined;
  }

  /** Fails where what answers is not encrypted. */
  async #refuseUnencrypted(): Promise<never> {
    await unencrypted(this.sockets);
    // A kernel whose port another process has taken gets the time to end, and is started anew.
    await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
    return fail(
      'KernelClient',
      "what answers at the kernel's port is not encrypted; a kernel that does not understand keys needs encryption: 'none', which lets every process of the machine listen",
    );
  }

  async #read(socket: Dealer | Subscriber, receive: Listener): Promise<void> {
    for await (const frames of socket) {
      let message: Message;
      try {
        message = this.#wire.decode(frames);
      } catch {
        // Not from this kernel: it does not have the key.
        continue;
      }
      receive(message);
    }
  }

  #resolve(message: Message): void {
    this.#replies.get(message.parent.msg_id ?? '')?.resolve(message);
  }

  #answer(message: Message): void {
    const value = this.#onInput?.(message);
    if (value === undefined) return;
    void this.sockets.stdin.send(
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
