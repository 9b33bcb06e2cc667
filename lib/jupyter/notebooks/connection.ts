import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import type { ConnectionInfo } from '../protocol/wire';
import { loadZeroMq } from './sockets';

/** The kernels' sockets are on this machine alone. */
const HOST = '127.0.0.1';

type Ports = Pick<ConnectionInfo, 'shell_port' | 'control_port' | 'stdin_port' | 'iopub_port' | 'hb_port'>;

/** Where a new kernel may bind, with new keys. Until it does, another process can take a port: {@link takenPort}. */
export async function newConnection(encryption: 'curve' | 'none'): Promise<ConnectionInfo> {
  const keys = encryption === 'curve' ? loadZeroMq().curveKeyPair() : undefined;
  return {
    transport: 'tcp',
    ip: HOST,
    ...(await freePorts()),
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    ...(keys && { curve_publickey: keys.publicKey, curve_secretkey: keys.secretKey }),
  };
}

/** The first of a kernel's ports that a process has; nothing if all are free. */
export async function takenPort(c: Ports): Promise<number | undefined> {
  for (const port of [c.shell_port, c.control_port, c.stdin_port, c.iopub_port, c.hb_port]) {
    const server = await hold(port).catch(() => undefined);
    if (!server) return port;
    await release(server);
  }
  return undefined;
}

/** Five ports that are free now, held at the same time so that they differ. */
async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(Array.from({ length: 5 }, () => hold(0)));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(release));
  const [shell_port, control_port, stdin_port, iopub_port, hb_port] = ports as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { shell_port, control_port, stdin_port, iopub_port, hb_port };
}

function hold(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });
}

const release = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));
