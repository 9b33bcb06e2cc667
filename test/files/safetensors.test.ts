import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSafetensors, writeSafetensors } from 'recurrent-lab';
import odd from './fixtures/odd-safetensors.json';

/** A file, and the shapes that the reference library reads from it; null where it refuses it. */
type Odd = { file: string; base64: string; shapes: Record<string, number[]> | null };

const fixture = (name: string) => join(__dirname, 'fixtures', name);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('safetensors', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'safetensors-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps numbers, shapes, types and metadata, and scalars and empty tensors', async () => {
    const path = join(folder, 'a.safetensors');
    const tensors = {
      bytes: { shape: [3], data: Uint8Array.of(1, 2, 255) },
      floats: { shape: [2, 1], data: Float32Array.of(1.5, -0) },
      whole: { shape: [], data: Int32Array.of(-7) },
      none: { shape: [0, 4], data: new Float32Array(0) },
    };
    await writeSafetensors(path, tensors, { who: 'نویسه' });
    expect(await readSafetensors(path)).to.deep.equal({ tensors, metadata: { who: 'نویسه' } });
  });

  it('reads every type that weights come in', async () => {
    const header = JSON.stringify({
      d: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
      h: { dtype: 'F16', shape: [4], data_offsets: [8, 16] },
      b: { dtype: 'BF16', shape: [2], data_offsets: [16, 20] },
      l: { dtype: 'I64', shape: [1], data_offsets: [20, 28] },
    });
    const data = new ArrayBuffer(28);
    const view = new DataView(data);
    view.setFloat64(0, 0.5, true);
    for (const [i, bits] of [0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80, 0xc040].entries()) {
      view.setUint16(8 + 2 * i, bits, true);
    }
    view.setBigInt64(20, -3n, true);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const path = join(folder, 'b.safetensors');
    writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.from(data)]));
    const { tensors } = await readSafetensors(path);
    expect(Array.from(tensors.d.data)).to.deep.equal([0.5]);
    expect(Array.from(tensors.h.data)).to.deep.equal([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect(Array.from(tensors.b.data)).to.deep.equal([1, -3]);
    expect(Array.from(tensors.l.data)).to.deep.equal([-3]);
  });

  it('refuses a file that is cut off, or whose header does not add up', async () => {
    const path = join(folder, 'c.safetensors');
    const bytes = readFileSync(join(__dirname, '../recurrent/fixtures/torch-gru.safetensors'));
    const refused = async (content: Uint8Array) => {
      writeFileSync(path, content);
      return failure(readSafetensors(path));
    };
    expect(await refused(bytes.subarray(0, 5))).to.contain('at least 8 bytes');
    expect(await refused(bytes.subarray(0, 100))).to.contain('the header should have');
    expect(await refused(bytes.subarray(0, bytes.length - 1))).to.contain(
      `the file has ${bytes.length - 9 - Number(bytes.readBigUInt64LE())}`,
    );
    expect(await refused(Buffer.from(bytes.toString('latin1').replace('F32', 'F99'), 'latin1'))).to.contain(
      'dtype F99',
    );
    expect(
      await refused(Buffer.from(bytes.toString('latin1').replace('"shape"', '"shap"}'), 'latin1')),
    ).to.contain('not JSON');
    expect(
      await refused(Buffer.from(bytes.toString('latin1').replace(/\[15,5\]/, '[15,6]'), 'latin1')),
    ).to.contain('does not fill');
    expect(await failure(readSafetensors(join(folder, 'none')))).to.match(
      /^readSafetensors: .*none: no such file$/,
    );
  });

  it('reads empty tensors and scalars as the reference library writes them', async () => {
    const { tensors, metadata } = await readSafetensors(fixture('empty.safetensors'));
    expect(metadata).to.deep.equal({ format: 'pt' });
    expect(tensors).to.deep.equal({
      weights: { shape: [1, 2], data: Float32Array.of(1.5, -2) },
      a: { shape: [0, 3], data: new Float32Array() },
      b: { shape: [2, 0], data: new Float32Array() },
      zz: { shape: [0], data: new Float32Array() },
      count: { shape: [], data: Int32Array.of(7) },
      scale: { shape: [], data: Float32Array.of(0.25) },
      half: { shape: [0, 2], data: new Float32Array() },
      bytes: { shape: [2], data: Uint8Array.of(1, 255) },
      none: { shape: [3, 0, 2], data: new Int32Array() },
    });
  });

  for (const { file, base64, shapes } of odd as Odd[]) {
    const unread = /^dtype (F4|F6_|F8_|C64)/.test(file);
    const taken = shapes && !unread;
    it(`${taken ? 'reads' : 'refuses'} ${file}${taken || unread ? '' : ', as the reference library does'}`, async () => {
      const path = join(folder, 'odd.safetensors');
      writeFileSync(path, Buffer.from(base64, 'base64'));
      if (!taken) {
        const message = await failure(readSafetensors(path));
        expect(message).to.match(/^readSafetensors: .*odd\.safetensors: /);
        if (unread) expect(message).to.contain(`tensor "a" has ${file}, which is not known; known are F64`);
        return;
      }
      const { tensors } = await readSafetensors(path);
      expect(Object.entries(tensors).map(([name, { shape }]) => [name, shape])).to.have.deep.members(
        Object.entries(shapes),
      );
    });
  }

  it('reads whole numbers of every width, and refuses those beyond 32 bits by the tensor’s name', async () => {
    const path = join(folder, 'w.safetensors');
    const write = (dtype: string, width: number, set: (view: DataView) => void) => {
      const header = JSON.stringify({ w: { dtype, shape: [2], data_offsets: [0, 2 * width] } });
      const bytes = Buffer.alloc(8 + header.length + 2 * width);
      bytes.writeBigUInt64LE(BigInt(header.length));
      bytes.write(header, 8);
      set(new DataView(bytes.buffer, bytes.byteOffset + 8 + header.length));
      writeFileSync(path, bytes);
    };
    const read = async () => (await readSafetensors(path)).tensors.w.data;
    write('I8', 1, (view) => view.setInt8(1, -128));
    expect(await read()).to.deep.equal(Int32Array.of(0, -128));
    write('U16', 2, (view) => view.setUint16(2, 65535, true));
    expect(await read()).to.deep.equal(Int32Array.of(0, 65535));
    write('U32', 4, (view) => view.setUint32(4, 2 ** 31 - 1, true));
    expect(await read()).to.deep.equal(Int32Array.of(0, 2 ** 31 - 1));
    write('U32', 4, (view) => view.setUint32(4, 2 ** 31, true));
    expect(await failure(read())).to.match(/w\.safetensors: tensor "w": 2147483648 does not fit 32 bits$/);
    write('U64', 8, (view) => view.setBigUint64(8, 7n, true));
    expect(await read()).to.deep.equal(Int32Array.of(0, 7));
    write('I64', 8, (view) => view.setBigInt64(8, -(2n ** 53n) - 1n, true));
    expect(await failure(read())).to.match(/tensor "w": -9007199254740993 does not fit 32 bits$/);
  });

  it('keeps a tensor of any name, but for the format’s own', async () => {
    const path = join(folder, 'n.safetensors');
    const one = { shape: [], data: Float32Array.of(1) };
    const tensors = Object.fromEntries([
      ['__proto__', one],
      ['', one],
      ['وزن', one],
    ]);
    await writeSafetensors(path, tensors);
    expect(Object.entries((await readSafetensors(path)).tensors)).to.have.deep.members(
      Object.entries(tensors),
    );
    expect(await failure(writeSafetensors(path, { __metadata__: one }))).to.match(
      /^writeSafetensors: a tensor may not/,
    );
  });
});
