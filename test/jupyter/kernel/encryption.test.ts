import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { curveKeyPair } from 'zeromq';
import { KernelClient } from '#lab/jupyter/notebooks/client';
import { deleteConnection, writeConnection } from '#lab/jupyter/protocol/connection-file';
import { type CurveKeys, curveKeys } from '#lab/jupyter/protocol/curve';
import { type ConnectionInfo, Wire } from '#lab/jupyter/protocol/wire';
import { folder, run, sleep } from '../support';
import {
  ask,
  type Ear,
  fromFile,
  type Manner,
  oldSubscriber,
  otherKeys,
  ownPair,
  password,
  subscriber,
  tappedSubscriber,
  without,
} from './strangers';

const main = resolve(__dirname, '../../../lib/dist/jupyter/kernel/main.js');
const SECRET = 'what only its owner may read';
const PRINT = `console.log('${SECRET.replace('only', "' + 'only")}')`;

const both = ({ publicKey, secretKey }: CurveKeys) => ({
  curve_publickey: publicKey,
  curve_secretkey: secretKey,
});

/** Prints the secret, which stands in one piece in the output alone, while these listen; gives what each has heard. */
async function overheard(kernel: KernelClient, ears: Record<string, Ear>): Promise<Record<string, string>> {
  // Long enough for a subscription to arrive.
  await sleep(500);
  expect((await run(kernel, PRINT)).stdout).to.equal(`${SECRET}\n`);
  await sleep(500);
  const heard = Object.entries(ears).map(([name, ear]) => [name, ear.heard()]);
  for (const ear of Object.values(ears)) ear.close();
  return Object.fromEntries(heard);
}

const eavesdroppers = ({ connection: c }: KernelClient) => ({
  'a subscriber without keys': subscriber(c, without),
  'ZMTP 1.0': oldSubscriber(c, 'ZMTP 1.0'),
  'ZMTP 2.0': oldSubscriber(c, 'ZMTP 2.0'),
});

describe('jupyter: encryption', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  let open: KernelClient;
  before(async () => {
    kernel = await KernelClient.start({ cwd: folder });
    open = await KernelClient.start({ cwd: folder, encryption: 'none' });
  });
  after(() => Promise.all([kernel?.close(), open?.close()]));

  it('lets nobody listen who does not have the keys', async () => {
    const { connection: c } = kernel;
    const allowed = {
      'the keys of the file': subscriber(c, fromFile),
      'a pair of its own': subscriber(c, ownPair),
    };
    const refused = { 'other keys': subscriber(c, otherKeys), 'a password': subscriber(c, password) };
    const heard = await overheard(kernel, { ...allowed, ...eavesdroppers(kernel), ...refused });
    for (const name of Object.keys(allowed)) {
      for (const part of ['iopub_welcome', 'busy', 'execute_input', SECRET, 'idle'])
        expect(heard[name], name).to.contain(part);
    }
    for (const name of ['a subscriber without keys', ...Object.keys(refused)])
      expect(heard[name], name).to.equal('');
    for (const name of ['ZMTP 1.0', 'ZMTP 2.0'])
      expect(heard[name], name).to.not.match(/owner|status|execute/);
  });

  it('is what keeps them from it: without keys in the connection file everybody hears', async () => {
    const heard = await overheard(open, eavesdroppers(open));
    for (const [name, text] of Object.entries(heard)) expect(text, name).to.contain(SECRET);
  });

  it('sends no word in the clear', async () => {
    const hidden = await tappedSubscriber(kernel.connection, fromFile);
    const clear = await tappedSubscriber(open.connection, without);
    const ours = await overheard(kernel, { inner: hidden.inner, wire: hidden.wire });
    const theirs = await overheard(open, { inner: clear.inner, wire: clear.wire });
    expect(theirs.wire).to.contain(SECRET);
    expect(ours.inner).to.contain(SECRET);
    expect(ours.wire!.length).to.be.above(ours.inner!.length);
    expect(ours.wire).to.not.match(/owner|status|execute|stdout/);
  });

  it('answers nobody on any socket who does not have the keys, signed or not', async () => {
    const manners: [string, Manner, boolean][] = [
      ['the keys of the file', fromFile, true],
      ['a pair of its own', ownPair, true],
      ['none', without, false],
      ['other keys', otherKeys, false],
      ['a password', password, false],
    ];
    const wire = new Wire(kernel.connection.key);
    for (const channel of ['shell', 'control', 'hb'] as const) {
      await Promise.all(
        manners.map(async ([name, introduce, isAnswered]) => {
          const frames = channel === 'hb' ? ['beat'] : wire.encode(wire.create('kernel_info_request', {}));
          const answer = await ask(kernel.connection, channel, introduce, frames);
          expect(answer !== undefined, `${channel}, ${name}`).to.equal(isAnswered);
        }),
      );
    }
  });

  it('takes no answer to a question from who does not have the keys', async () => {
    const code = "import { input } from 'recurrent-lab'; await input('who? ')";
    const answers = async (asked: KernelClient, stranger: Manner, friend: Manner) => {
      const isAsked = new Promise<void>((resolve) => {
        asked.answerInputWith(() => void resolve());
      });
      const outcome = run(asked, code, { allow_stdin: true });
      await isAsked;
      const wire = new Wire(asked.connection.key);
      for (const [value, introduce] of [
        ['stranger', stranger],
        ['friend', friend],
      ] as const) {
        const reply = wire.create('input_reply', { status: 'ok', value });
        await ask(asked.connection, 'stdin', introduce, wire.encode(reply), 300);
      }
      return (await outcome).result?.['text/plain'];
    };
    expect(await answers(kernel, without, fromFile)).to.equal("'friend'");
    expect(await answers(kernel, otherKeys, fromFile)).to.equal("'friend'");
    expect(await answers(open, without, without)).to.equal("'stranger'");
  });

  it('is not shaken by a crowd of strangers', async () => {
    const { connection: c } = kernel;
    const ports = [c.shell_port, c.control_port, c.stdin_port, c.iopub_port, c.hb_port];
    const ears = Array.from({ length: 40 }, (_, i) => subscriber(c, i % 2 ? without : otherKeys));
    const tcp = ports.map((port) => connect(port, c.ip));
    for (const socket of tcp) {
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n\r\n');
    }
    await sleep(1000);
    expect(await kernel.beat()).to.be.below(1000);
    expect((await run(kernel, '1 + 1')).result).to.deep.equal({ 'text/plain': '2' });
    for (const socket of tcp) socket.destroy();
    for (const ear of ears) {
      expect(ear.heard()).to.equal('');
      ear.close();
    }
  });

  describe('keys in the connection file', () => {
    const pair = curveKeyPair();
    const other = curveKeyPair();
    const cases: [string, object, RegExp][] = [
      ['the public key alone', { curve_publickey: pair.publicKey }, /curve_secretkey .* is missing/],
      ['the secret key alone', { curve_secretkey: pair.secretKey }, /curve_publickey .* is missing/],
      [
        'one of them null',
        { curve_publickey: null, curve_secretkey: pair.secretKey },
        /curve_publickey .* is missing/,
      ],
      ['empty ones', { curve_publickey: '', curve_secretkey: '' }, /40 characters of Z85, got 0 characters/],
      [
        'numbers',
        { curve_publickey: 1, curve_secretkey: 2 },
        /40 characters of Z85, got a value of type number/,
      ],
      ['lists', { curve_publickey: [], curve_secretkey: [] }, /got a value of type object/],
      [
        'one too short',
        { ...both(pair), curve_secretkey: pair.secretKey.slice(1) },
        /curve_secretkey .* got 39/,
      ],
      ['one too long', { ...both(pair), curve_publickey: `${pair.publicKey} ` }, /curve_publickey .* got 41/],
      [
        'letters that are none',
        { ...both(pair), curve_secretkey: 'ک'.repeat(40) },
        /character that Z85 does not/,
      ],
      [
        'a space',
        { ...both(pair), curve_publickey: ` ${pair.publicKey.slice(1)}` },
        /character that Z85 does not/,
      ],
      ['too large digits', { ...both(pair), curve_secretkey: '#'.repeat(40) }, /is no Z85/],
      ['hexadecimal ones', { ...both(pair), curve_secretkey: 'a'.repeat(64) }, /got 64 characters/],
      ['no pair', both({ ...pair, secretKey: other.secretKey }), /are no pair/],
      ['exchanged', both({ publicKey: pair.secretKey, secretKey: pair.publicKey }), /are no pair/],
    ];
    for (const [name, keys, complaint] of cases) {
      it(`are refused at the start with a sentence: ${name}`, async () => {
        const { code, stderr, milliseconds } = await startWith({ ...open.connection, ...keys });
        expect(stderr)
          .to.match(/^kernel: .*\n$/)
          .and.match(complaint);
        for (const key of [pair.publicKey, pair.secretKey, other.secretKey])
          expect(stderr).to.not.contain(key);
        expect(code).to.equal(1);
        expect(milliseconds).to.be.below(10_000);
      });
    }

    it('may be null, both, as if they were not there', () => {
      const none = { ...open.connection, curve_publickey: null, curve_secretkey: null };
      expect(curveKeys(none as unknown as ConnectionInfo)).to.equal(undefined);
      expect(curveKeys(open.connection)).to.equal(undefined);
    });

    it('are taken as ZeroMQ makes them', () => {
      for (let i = 0; i < 100; i++) {
        const made = curveKeyPair();
        expect(curveKeys({ ...open.connection, ...both(made) })).to.deep.equal(made);
      }
    });

    it('stay out of what is said of a broken file', async () => {
      const { code, stderr } = await startWith(JSON.stringify(kernel.connection).slice(0, -1));
      expect(code).to.equal(1);
      expect(stderr).to.match(/^kernel: the connection file .* is no JSON\n$/);
    });
  });

  it('says which address it cannot have', async () => {
    const { code, stderr } = await startWith(open.connection);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^kernel: tcp:\/\/127\.0\.0\.1:\d+ cannot be had: Address already in use\n$/);
  });
});

/** Starts the kernel with this connection file, and waits until it ends. */
async function startWith(connection: object | string) {
  const path = writeConnection(connection as ConnectionInfo);
  if (typeof connection === 'string') writeFileSync(path, connection);
  const start = performance.now();
  const child = spawn(process.execPath, [main, path], { stdio: ['ignore', 'ignore', 'pipe'] });
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((settle) => child.on('close', settle));
  clearTimeout(late);
  deleteConnection(path);
  return { code, stderr, milliseconds: performance.now() - start };
}
