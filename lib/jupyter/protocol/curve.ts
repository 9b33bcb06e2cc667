import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Socket } from 'zeromq';
import type { ConnectionInfo } from './wire';

/** The pair of CurveZMQ keys that a kernel and its front ends share, in Z85: 40 characters for 32 bytes. */
export interface CurveKeys {
  publicKey: string;
  secretKey: string;
}

/**
 * The keys of a connection file, spelt as Jupyter's enhancement proposal 145 spells them. What is `null` counts as
 * absent, as in jupyter_client.
 *
 * @returns nothing where the file has neither key: that kernel runs unencrypted
 * @throws if one key is given without the other, either is malformed, or they are no pair; no message tells a key
 */
export function curveKeys(connection: ConnectionInfo): CurveKeys | undefined {
  const { curve_publickey: publicKey, curve_secretkey: secretKey } = connection;
  const isAbsent = (key: unknown) => key === undefined || key === null;
  if (isAbsent(publicKey) && isAbsent(secretKey)) return undefined;
  const publicBytes = decodeKey('curve_publickey', publicKey);
  const secretBytes = decodeKey('curve_secretkey', secretKey);
  // A server with another's secret would start, and keep everybody waiting.
  if (!publicOf(secretBytes).equals(publicBytes)) {
    throw new Error('curve_publickey and curve_secretkey of the connection file are no pair');
  }
  return { publicKey: publicKey!, secretKey: secretKey! };
}

/**
 * Has a socket accept nobody but who knows the public key, which is never sent: it stands in the connection file
 * alone. A client may have any keys of its own, as jupyter_client's heart-beat has. To be called before `bind`.
 */
export function secureServer(socket: Socket, keys: CurveKeys): void {
  socket.curveServer = true;
  socket.curvePublicKey = keys.publicKey;
  socket.curveSecretKey = keys.secretKey;
}

/** Has a socket speak to nobody but who has the secret key. To be called before `connect`. */
export function secureClient(socket: Socket, keys: CurveKeys): void {
  socket.curveServerKey = keys.publicKey;
  socket.curvePublicKey = keys.publicKey;
  socket.curveSecretKey = keys.secretKey;
}

/** The alphabet of Z85 (ZeroMQ's RFC 32): five digits of base 85 for four bytes. */
const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

function decodeKey(name: string, key: unknown): Buffer {
  const refuse = (problem: string) => new Error(`${name} of the connection file ${problem}`);
  if (key === undefined || key === null) throw refuse('is missing; the keys are given both, or neither');
  if (typeof key !== 'string' || key.length !== 40) {
    const found = typeof key === 'string' ? `${key.length} characters` : `a value of type ${typeof key}`;
    throw refuse(`must be 40 characters of Z85, got ${found}`);
  }
  const bytes = Buffer.alloc(32);
  for (let at = 0; at < key.length; at += 5) {
    let value = 0;
    for (const character of key.slice(at, at + 5)) {
      const digit = Z85.indexOf(character);
      if (digit < 0) throw refuse('has a character that Z85 does not have');
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw refuse('is no Z85: five of its characters make more than four bytes');
    bytes.writeUInt32BE(value, (at / 5) * 4);
  }
  return bytes;
}

/** What stands before the 32 bytes of an X25519 secret key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

function publicOf(secret: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}
