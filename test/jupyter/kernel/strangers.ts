import { connect, createServer, type Socket as TcpSocket } from 'node:net';
import { curveKeyPair, Dealer, Request, type Socket, Subscriber } from 'zeromq';
import { curveKeys, secureClient } from '#lab/jupyter/protocol/curve';
import type { ConnectionInfo } from '#lab/jupyter/protocol/wire';

/** How a process of the machine may introduce itself to a kernel's socket. */
export type Manner = (socket: Socket, connection: ConnectionInfo) => void;

export const without: Manner = () => undefined;

/** Keys that are valid, and another kernel's. */
export const otherKeys: Manner = (socket) => secureClient(socket, curveKeyPair());

/** The kernel's public key with another's secret: what a client has that made its own pair. */
export const ownPair: Manner = (socket, connection) => {
  const { publicKey, secretKey } = curveKeyPair();
  socket.curveServerKey = curveKeys(connection)!.publicKey;
  socket.curvePublicKey = publicKey;
  socket.curveSecretKey = secretKey;
};

export const fromFile: Manner = (socket, connection) => secureClient(socket, curveKeys(connection)!);

/** A user and password, which ZeroMQ also knows. */
export const password: Manner = (socket) => {
  socket.plainUsername = 'me';
  socket.plainPassword = 'me';
};

export interface Ear {
  /** All that has reached it. */
  heard(): string;
  close(): void;
}

/** Subscribes to everything that is published. */
export function subscriber(connection: ConnectionInfo, introduce: Manner): Ear {
  const socket = new Subscriber({ linger: 0 });
  introduce(socket, connection);
  socket.connect(`tcp://${connection.ip}:${connection.iopub_port}`);
  socket.subscribe();
  let heard = '';
  void (async () => {
    for await (const frames of socket) heard += frames.join('\n');
  })();
  return { heard: () => heard, close: () => socket.close() };
}

/** What ZeroMQ spoke before it had keys: a greeting as a subscriber, and a subscription to everything. */
const OLD = {
  'ZMTP 1.0': '01 00 02 00 01',
  'ZMTP 2.0': 'ff 00 00 00 00 00 00 00 01 7f 01 02 00 00 00 01 01',
};

/** Subscribes to everything in an older protocol. */
export function oldSubscriber({ ip, iopub_port }: ConnectionInfo, version: keyof typeof OLD): Ear {
  let heard = '';
  const tcp: TcpSocket = connect(iopub_port, ip, () =>
    tcp.write(Buffer.from(OLD[version].replaceAll(' ', ''), 'hex')),
  );
  tcp.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  tcp.on('error', () => undefined);
  return { heard: () => heard, close: () => tcp.destroy() };
}

/** Sends to a socket, and gives what comes back in time. */
export async function ask(
  connection: ConnectionInfo,
  channel: 'shell' | 'control' | 'stdin' | 'hb',
  introduce: Manner,
  frames: (Buffer | string)[],
  receiveTimeout = 1000,
): Promise<Buffer[] | undefined> {
  const Kind = channel === 'hb' ? Request : Dealer;
  const socket = new Kind({ linger: 0, receiveTimeout });
  introduce(socket, connection);
  socket.connect(`tcp://${connection.ip}:${connection[`${channel}_port`]}`);
  try {
    await socket.send(frames);
    return await socket.receive().catch(() => undefined);
  } finally {
    socket.close();
  }
}

/** Stands between a subscriber and the kernel, and hears every byte that goes by. */
export async function tappedSubscriber(
  connection: ConnectionInfo,
  introduce: Manner,
): Promise<{ inner: Ear; wire: Ear }> {
  let bytes = '';
  const both: TcpSocket[] = [];
  const tap = createServer((near) => {
    const far = connect(connection.iopub_port, connection.ip);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      both.push(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => {
        bytes += chunk.toString('latin1');
        to.write(chunk);
      });
    }
  });
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve));
  const { port } = tap.address() as { port: number };
  const close = () => {
    for (const socket of both) socket.destroy();
    tap.close();
  };
  const inner = subscriber({ ...connection, ip: '127.0.0.1', iopub_port: port }, introduce);
  return { inner, wire: { heard: () => bytes, close } };
}
