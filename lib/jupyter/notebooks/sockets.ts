import { randomUUID } from 'node:crypto';
import type { Dealer, Request, Subscriber } from 'zeromq';
import { curveKeys, secureClient } from '../protocol/curve';
import type { ConnectionInfo } from '../protocol/wire';

/** A front end's end of a kernel's sockets. */
export interface ClientSockets {
  shell: Dealer;
  control: Dealer;
  stdin: Dealer;
  iopub: Subscriber;
  heart: Request;
}

/** Sockets that will speak to this kernel: encrypted, where the connection has keys. */
export function makeSockets(connection: ConnectionInfo): ClientSockets {
  const zmq = loadZeroMq();
  const endless = { linger: 0, receiveHighWaterMark: 0, sendHighWaterMark: 0 };
  const routingId = randomUUID();
  const sockets = {
    shell: new zmq.Dealer({ ...endless, routingId }),
    control: new zmq.Dealer({ ...endless, routingId }),
    stdin: new zmq.Dealer({ ...endless, routingId }),
    iopub: new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 }),
    heart: new zmq.Request({ linger: 0 }),
  };
  const keys = curveKeys(connection);
  if (keys) for (const socket of Object.values(sockets)) secureClient(socket, keys);
  return sockets;
}

export function connectSockets(sockets: ClientSockets, { transport, ip, ...c }: ConnectionInfo): void {
  const at = (port: number) => `${transport}://${ip}:${port}`;
  sockets.iopub.connect(at(c.iopub_port));
  sockets.iopub.subscribe();
  sockets.shell.connect(at(c.shell_port));
  sockets.control.connect(at(c.control_port));
  sockets.stdin.connect(at(c.stdin_port));
  sockets.heart.connect(at(c.hb_port));
}

/** Settles when what answers at the shell's port turns out to speak unencrypted, while this end does not. */
export async function unencrypted({ shell }: ClientSockets): Promise<void> {
  for await (const event of shell.events) {
    if (event.type !== 'handshake:error:protocol') continue;
    if ((event.error as NodeJS.ErrnoException).code === 'ERR_ZMTP_MECHANISM_MISMATCH') return;
  }
  // A socket that is closed has no more to say.
  await new Promise(() => undefined);
}

/** Only who starts a kernel loads the native module. */
export const loadZeroMq = () => require('zeromq') as typeof import('zeromq');
