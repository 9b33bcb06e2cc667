import * as zmq from 'zeromq';
import { Reply, Router, type XPublisher } from 'zeromq';
import { curveKeys, secureServer } from '../protocol/curve';
import { type ConnectionInfo, type Content, type Message, Wire } from '../protocol/wire';
import { codePointOffset, codeUnitOffset } from './code-points';
import { Kernel } from './kernel';
import { kernelInfo } from './kernel-info';
import { Outbox } from './outbox';

type Channel = 'shell' | 'control';
type Handler = (message: Message) => Content | Promise<Content>;

/** A kernel's sockets: takes requests in, sends replies and published messages out. */
export class KernelServer {
  readonly #wire: Wire;
  readonly #shell = router();
  readonly #control = router();
  readonly #stdin = router();
  readonly #heartbeat = new Reply({ linger: 0 });
  readonly #iopub: XPublisher = new zmq.XPublisher({
    sendHighWaterMark: 0,
    linger: 500,
    verbosity: 'allSubs',
  });
  readonly #sockets = [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat];
  readonly #outboxes = new Map<Router | XPublisher, Outbox>(
    [this.#shell, this.#control, this.#stdin, this.#iopub].map((socket) => [
      socket,
      new Outbox(socket, (error) => warn(`a message was not sent: ${error.message}`)),
    ]),
  );
  readonly #kernel: Kernel;
  readonly #handlers: Record<string, Handler>;

  /**
   * @param connection with keys (`curve_publickey`, `curve_secretkey`), every socket is encrypted and hears nobody who
   *   does not know them
   * @param onShutdown is called after a front end has asked the kernel to end and has its answer
   * @throws if the keys are malformed
   */
  constructor(
    private readonly connection: ConnectionInfo,
    private readonly onShutdown: () => void,
  ) {
    const keys = curveKeys(connection);
    if (keys) for (const socket of this.#sockets) secureServer(socket, keys);
    this.#wire = new Wire(connection.key, connection.signature_scheme);
    this.#kernel = new Kernel({
      publish: (type, content, parent) => this.#publish(type, content, parent),
      reply: (request, content) => this.#reply(this.#shell, request, content),
      askInput: (request, prompt, password) => {
        const message = this.#wire.create('input_request', { prompt, password }, request, request.identities);
        this.#send(this.#stdin, message);
      },
    });
    this.#handlers = {
      kernel_info_request: kernelInfo,
      is_complete_request: ({ content }) =>
        this.#kernel.compiler.call('completeness', String(content.code ?? '')),
      complete_request: ({ content }) => this.#complete(content),
      inspect_request: ({ content }) => this.#inspect(content),
      history_request: ({ content }) => ({ history: this.#kernel.history(content) }),
      comm_info_request: () => ({ comms: {} }),
      interrupt_request: () => {
        this.#kernel.interrupt();
        return {};
      },
      shutdown_request: ({ content }) => ({ restart: content.restart === true }),
    };
  }

  /** Binds every socket and begins to answer. @throws if a port is taken */
  async start(): Promise<void> {
    const { connection: c } = this;
    const bind = async (socket: Router | Reply | XPublisher, port: number) => {
      const address = `${c.transport}://${c.ip}${c.transport === 'ipc' ? '-' : ':'}${port}`;
      await socket.bind(address).catch((error: Error) => {
        throw new Error(`${address} cannot be had: ${error.message}`);
      });
    };
    await Promise.all([
      bind(this.#shell, c.shell_port),
      bind(this.#control, c.control_port),
      bind(this.#stdin, c.stdin_port),
      bind(this.#iopub, c.iopub_port),
      bind(this.#heartbeat, c.hb_port),
    ]);
    this.#publish('status', { execution_state: 'starting' }, undefined);
    void this.#readRequests(this.#shell, 'shell');
    void this.#readRequests(this.#control, 'control');
    void this.#readInput();
    void this.#readSubscriptions();
    void this.#beat();
  }

  interrupt(): void {
    this.#kernel.interrupt();
  }

  async close(): Promise<void> {
    await this.#kernel.close();
    for (const socket of this.#sockets) socket.close();
  }

  async #readRequests(socket: Router, channel: Channel): Promise<void> {
    for await (const frames of socket) {
      const message = this.#decode(frames);
      if (message?.header.msg_type === 'execute_request' && channel === 'shell')
        this.#kernel.execute(message);
      else if (message) void this.#handle(socket, message);
    }
  }

  /** Answers everything but cells, at once and also while a cell runs. */
  async #handle(socket: Router, message: Message): Promise<void> {
    const type = message.header.msg_type;
    this.#publish('status', { execution_state: 'busy' }, message);
    const handler = Object.hasOwn(this.#handlers, type) ? this.#handlers[type] : undefined;
    if (handler) {
      const content = await Promise.resolve(message)
        .then(handler)
        .then((c) => ({ status: 'ok', ...c }))
        .catch((error: Error) => ({
          status: 'error',
          ename: error.name,
          evalue: error.message,
          traceback: [],
        }));
      this.#reply(socket, message, content);
    } else if (type === 'comm_open') {
      // No comms are offered here, and the specification has a refusal say so.
      this.#publish('comm_close', { comm_id: message.content.comm_id, data: {} }, message);
    } else if (!type.startsWith('comm_')) warn(`a message of type "${type}" is not known here`);
    this.#publish('status', { execution_state: 'idle' }, message);
    // Front ends show the last state they heard of; a cell that still runs is busy.
    const running = this.#kernel.running;
    if (running) this.#publish('status', { execution_state: 'busy' }, running);
    if (type === 'shutdown_request') this.onShutdown();
  }

  async #readInput(): Promise<void> {
    for await (const frames of this.#stdin) {
      const message = this.#decode(frames);
      if (message?.header.msg_type === 'input_reply')
        this.#kernel.answerInput(String(message.content.value ?? ''));
    }
  }

  /** A new subscriber hears that it is one (JEP 65), so that it need not guess when nothing is lost any more. */
  async #readSubscriptions(): Promise<void> {
    for await (const [frame] of this.#iopub) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      const message = this.#wire.create('iopub_welcome', { subscription: topic.toString() }, undefined, [
        topic,
      ]);
      this.#send(this.#iopub, message);
    }
  }

  async #beat(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
  }

  async #complete(content: Content): Promise<Content> {
    const code = String(content.code ?? '');
    const position = codeUnitOffset(code, content.cursor_pos);
    const { start, end, matches } = await this.#kernel.compiler.call('complete', code, position);
    const range = { start: codePointOffset(code, start), end: codePointOffset(code, end) };
    const types = matches.map(({ name, kind }) => ({ ...range, text: name, type: kind }));
    return {
      matches: matches.map(({ name }) => name),
      cursor_start: range.start,
      cursor_end: range.end,
      metadata: { _jupyter_types_experimental: types },
    };
  }

  async #inspect(content: Content): Promise<Content> {
    const code = String(content.code ?? '');
    const text = await this.#kernel.compiler.call('inspect', code, codeUnitOffset(code, content.cursor_pos));
    const data = text === undefined ? {} : { 'text/plain': text, 'text/markdown': text };
    return { found: text !== undefined, data, metadata: {} };
  }

  #decode(frames: Buffer[]): Message | undefined {
    try {
      return this.#wire.decode(frames);
    } catch (error) {
      warn(`a message was dropped: ${(error as Error).message}`);
      return undefined;
    }
  }

  #reply(socket: Router, request: Message, content: Content): void {
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    this.#send(socket, this.#wire.create(type, content, request, request.identities));
  }

  #publish(type: string, content: Content, parent: Message | undefined): void {
    this.#send(this.#iopub, this.#wire.create(type, content, parent, [Buffer.from(type)]));
  }

  #send(socket: Router | XPublisher, message: Message): void {
    this.#outboxes.get(socket)!.send(this.#wire.encode(message));
  }
}

/** `handover`: a front end that connects again under its old name gets the answers, not its dead connection. */
function router(): Router {
  return new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 500, handover: true });
}

function warn(text: string): void {
  process.stderr.write(`kernel: ${text}\n`);
}
