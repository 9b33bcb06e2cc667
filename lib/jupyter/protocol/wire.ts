import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** What Jupyter writes for a kernel: where to bind, the key that signs messages, the keys that encrypt them. */
export interface ConnectionInfo {
  transport: string;
  ip: string;
  shell_port: number;
  control_port: number;
  stdin_port: number;
  iopub_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
  kernel_name?: string;
  curve_publickey?: string;
  curve_secretkey?: string;
}

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the content of a message is whatever its sender wrote
export type Content = Record<string, any>;

/** One message of the Jupyter protocol. */
export interface Message {
  /** Routing prefix of a ROUTER socket, or the topic of a published message. */
  identities: Buffer[];
  header: Header;
  parent: Header | Record<string, never>;
  metadata: Content;
  content: Content;
}

/** Version of the messaging protocol spoken here. */
export const PROTOCOL_VERSION = '5.3';

const DELIMITER = Buffer.from('<IDS|MSG>');

/**
 * Packs and unpacks messages as in the "wire protocol" section of Jupyter's messaging specification:
 * identities, `<IDS|MSG>`, HMAC of the rest, header, parent header, metadata, content.
 */
export class Wire {
  readonly session = randomUUID();
  readonly #key: string;
  readonly #hash: string;

  /** An empty key sends and accepts unsigned messages, as the specification says. */
  constructor(key: string, scheme = 'hmac-sha256') {
    if (key && !scheme.startsWith('hmac-')) throw new Error(`signature scheme "${scheme}" is not hmac-…`);
    this.#key = key;
    this.#hash = scheme.slice('hmac-'.length);
  }

  create(type: string, content: Content, parent?: Message, identities: Buffer[] = []): Message {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    return { identities, header, parent: parent?.header ?? {}, metadata: {}, content };
  }

  encode({ identities, header, parent, metadata, content }: Message): Buffer[] {
    const parts = [header, parent, metadata, content].map((part) => Buffer.from(toJson(part)));
    return [...identities, DELIMITER, Buffer.from(this.#sign(parts)), ...parts];
  }

  /** @throws on a missing delimiter, a wrong signature, parts that are not JSON objects, or a header without a type */
  decode(frames: Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (at < 0 || frames.length < at + 6) throw new Error('message without its six parts');
    const parts = frames.slice(at + 2, at + 6);
    // Binary buffers after the four parts are not signed and no message used here has them.
    const signature = frames[at + 1]!;
    const expected = Buffer.from(this.#sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Error('message with a wrong signature');
    }
    const [header, parent, metadata, content] = parts.map(parseObject) as [
      Content,
      Content,
      Content,
      Content,
    ];
    if (typeof header.msg_type !== 'string' || typeof header.msg_id !== 'string') {
      throw new Error('message without msg_type or msg_id in its header');
    }
    return {
      identities: frames.slice(0, at),
      header: header as Header,
      parent: parent as Header,
      metadata,
      content,
    };
  }

  #sign(parts: Buffer[]): string {
    if (!this.#key) return '';
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }
}

/** JSON in which half of a surrogate pair, which a front end could not write into a notebook file, is U+FFFD. */
function toJson(part: Content): string {
  const json = JSON.stringify(part);
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\(?:ud[89a-f]..|.)/g, (code) => (code.startsWith('\\ud') ? '\ufffd' : code));
}

function parseObject(part: Buffer): Content {
  const value = JSON.parse(part.toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('message with a part that is not a JSON object');
  }
  return value;
}
