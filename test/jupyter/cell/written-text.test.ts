import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, sleep, startKernel } from '../support';

const PERSIAN = 'سلام، می‌خواهم «شبکه» را بیاموزم 🌱';

describe('jupyter: what cells write', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  const stdout = async (code: string) => (await run(kernel, code)).stdout;

  it('is whole however its bytes are cut', async () => {
    const code = (size: number) =>
      `const bytes = Buffer.from(${JSON.stringify(PERSIAN)});
       for (let i = 0; i < bytes.length; i += ${size}) process.stdout.write(bytes.subarray(i, i + ${size}));`;
    for (const size of [1, 2, 3, 5]) expect(await stdout(code(size)), String(size)).to.equal(PERSIAN);
    const over = await run(kernel, code(1).replaceAll('stdout', 'stderr'));
    expect([over.stdout, over.stderr]).to.deep.equal(['', PERSIAN]);
  });

  it('is whole when the pieces come later, from a stream, or as halves of an emoji', async () => {
    expect(
      await stdout(
        `import { setTimeout as wait } from 'node:timers/promises';
         for (const byte of Buffer.from('پایان')) { process.stdout.write(Uint8Array.of(byte)); await wait(3); }`,
      ),
    ).to.equal('پایان');
    expect(
      await stdout(
        `import { spawn } from 'node:child_process';
         const child = spawn(process.execPath, ['-e', "process.stdout.write('ژ'.repeat(200_001))"]);
         child.stdout.pipe(process.stdout);
         await new Promise((done) => child.stdout.on('end', done));`,
      ),
    ).to.equal('ژ'.repeat(200_001));
    expect(await stdout("for (const half of '🌱'.split('')) process.stdout.write(half);")).to.equal('🌱');
  });

  it('does not wait for the other stream, nor for another cell', async () => {
    const both = await run(
      kernel,
      `const [first, second] = Buffer.from('س');
       process.stdout.write(Uint8Array.of(first)); process.stderr.write('میان');
       process.stderr.write(Uint8Array.of(first)); process.stdout.write(Uint8Array.of(second));`,
    );
    expect([both.stdout, both.stderr]).to.deep.equal(['س', 'میان\ufffd']);
    expect(await stdout('process.stdout.write(Uint8Array.of(0xd8))')).to.equal('\ufffd');
    expect(await stdout('process.stdout.write(Uint8Array.of(0xb3))')).to.equal('\ufffd');
    const late = (id: string) => {
      const texts: string[] = [];
      kernel.onPublished = (m) => {
        if (m.header.msg_type === 'stream' && m.parent.msg_id === id) texts.push(m.content.text);
      };
      return texts;
    };
    const first = await run(
      kernel,
      `const letters = [...Buffer.from('دیر')];
       const timer = setInterval(() => { if (letters.length) process.stdout.write(Uint8Array.of(letters.shift()!)); else clearInterval(timer); }, 30);
       1`,
    );
    const texts = late(first.published[0]!.parent.msg_id!);
    expect(
      await stdout(
        'for (const byte of Buffer.from("دیگر")) { process.stdout.write(Uint8Array.of(byte)); await new Promise((r) => setTimeout(r, 50)); }',
      ),
    ).to.equal('دیگر');
    await sleep(100);
    kernel.onPublished = undefined;
    expect(first.stdout + texts.join('')).to.equal('دیر');
  });

  it('becomes U+FFFD where it is no UTF-8, as in a terminal', async () => {
    const written = "Buffer.from('61d8ff62', 'hex')";
    expect(await stdout(`process.stdout.write(${written})`)).to.equal('a\ufffd\ufffdb');
    expect(await stdout("process.stdout.write(Uint8Array.of(0xd8)); process.stdout.write('x')")).to.equal(
      '\ufffdx',
    );
    expect(await stdout("process.stdout.write('x' + '🌱'[0]); process.stdout.write('y')")).to.equal(
      'x\ufffdy',
    );
    expect(await stdout("process.stdout.write('🌱'[0]!)")).to.equal('\ufffd');
  });

  it('takes the encodings, views, callbacks and refusals of any stream', async () => {
    const encoded = (encoding: BufferEncoding) =>
      `process.stdout.write(${JSON.stringify(Buffer.from(PERSIAN).toString(encoding))}, '${encoding}')`;
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1', 'binary', 'utf8'] as const)
      expect(await stdout(encoded(encoding)), encoding).to.equal(PERSIAN);
    expect(await stdout("process.stdout.write('é', 'latin1')")).to.equal('\ufffd');
    expect(await stdout("process.stdout.write('ab', 'utf16le')")).to.equal('a\0b\0');
    expect(
      await stdout(
        "const all = new Uint8Array(Buffer.from('xxسلامxx')); process.stdout.write(new Uint8Array(all.buffer, 2, 8));",
      ),
    ).to.equal('سلام');
    const outcome = await run(
      kernel,
      `const seen: unknown[] = [];
       seen.push(process.stdout.write('a', () => { seen.push('first'); }), process.stdout.write('62', 'hex', () => { seen.push('second'); }), seen.length);
       await new Promise((done) => setTimeout(done, 5));
       seen.join()`,
    );
    expect([outcome.stdout, outcome.result]).to.deep.equal([
      'ab',
      { 'text/plain': "'true,true,0,first,second'" },
    ]);
    for (const [written, code] of [
      ['null', 'ERR_STREAM_NULL_VALUES'],
      ['5', 'ERR_INVALID_ARG_TYPE'],
      ["'a', 'persian'", 'ERR_UNKNOWN_ENCODING'],
    ]) {
      const refused = `try { (process.stdout as any).write(${written}); } catch (error) { console.log((error as any).code); }`;
      expect(await stdout(refused)).to.equal(`${code}\n`);
    }
  });

  it('goes on after cork, end, destroy and pipeline', async () => {
    expect(await stdout("process.stdout.cork(); process.stdout.write('در '); console.log('بند')")).to.equal(
      'در بند\n',
    );
    for (let time = 0; time < 2; time++) {
      expect(
        await stdout("process.stdout.write('آ'); process.stdout.end('d8ae', 'hex'); console.log('ر')"),
      ).to.equal('آخر\n');
      expect(await stdout("process.stdout.destroy(); console.log('هست')")).to.equal('هست\n');
      expect(
        await stdout(
          `import { Readable } from 'node:stream'; import { pipeline } from 'node:stream/promises';
           await pipeline(Readable.from([...Buffer.from('رود')].map((byte) => Buffer.of(byte))), process.stdout);`,
        ),
      ).to.equal('رود');
    }
    const inherited =
      "import { spawnSync } from 'node:child_process'; spawnSync('echo', ['از بیرون'], { stdio: 'inherit' }); await new Promise((r) => setTimeout(r, 100));";
    expect(await stdout(inherited)).to.equal('از بیرون\n');
  });

  it('goes on after an interrupt in the middle of writing', async () => {
    for (const loop of [
      "process.stdout.write('و')",
      "console.log('و')",
      'process.stdout.write(Uint8Array.of(0xd9))',
    ]) {
      const running = run(kernel, `while (true) ${loop};`);
      await sleep(300);
      await kernel.interrupt();
      expect((await running).reply.ename).to.equal('Interrupted');
      expect(await stdout("process.stdout.write(Buffer.from('زنده'))")).to.equal('زنده');
    }
  });

  it('is cut between letters where it is too long', async () => {
    const limit = 1 << 20;
    const cut = async (before: number, letter: string) => {
      const { stdout, stderr } = await run(
        kernel,
        `process.stdout.write('x'.repeat(${before}) + ${JSON.stringify(letter.repeat(3))});`,
      );
      expect(stdout.slice(0, before)).to.equal('x'.repeat(before));
      expect(stderr).to.match(/more characters of output are not shown/);
      return stdout.slice(before);
    };
    expect(await cut(limit - 3, '🌱')).to.equal('🌱');
    expect(await cut(limit - 1, '🌱')).to.equal('');
    expect(await cut(limit - 3, 'بِ')).to.equal('بِ');
    expect(await cut(limit - 3, 'ی\u200c')).to.equal('ی\u200c');
    expect(await cut(limit - 9, '👨‍👩‍👧')).to.equal('👨‍👩‍👧');
  });

  it('of twenty thousand Persian lines is whole', async () => {
    const lines = await stdout(
      `console.log(Array.from({ length: 20_000 }, () => ${JSON.stringify(PERSIAN)}).join('\\n'))`,
    );
    expect(lines).to.equal(`${Array.from({ length: 20_000 }, () => PERSIAN).join('\n')}\n`);
  });

  it('never sends half a letter to a front end, which could not save it', async () => {
    const { result, displays, reply } = await run(
      kernel,
      `import { display } from 'recurrent-lab';
       const half = '🌱'[0];
       const shown = { [Symbol.for('Jupyter.display')]: () => ({ 'text/html': half + '<b>', 'application/json': { [half + 'k']: [half] } }) };
       display(shown); shown`,
    );
    const clean = { 'text/html': '\ufffd<b>', 'application/json': { '\ufffdk': ['\ufffd'] } };
    expect(reply.status).to.equal('ok');
    expect([result, displays[0]!.data]).to.deep.equal([clean, clean]);
    const failed = await run(kernel, "throw new Error('\\\\ud83c ' + '🌱'[0])");
    expect(failed.reply.evalue).to.equal('\\ud83c \ufffd');
    expect(failed.errors[0]!.traceback[0]).to.equal('Error: \\ud83c \ufffd');
  });
});
