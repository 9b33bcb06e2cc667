import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { readBytes } from '#lab/files/read-bytes';
import { unzipFile } from '#lab/files/unzip';
import { zipArchive } from './zip-archive';

const TEXT = Buffer.from('Date Time,دما\n');

describe('readBytes', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'recurrent-files-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = (bytes: Buffer, name = 'file.csv') => {
    writeFileSync(join(folder, name), bytes);
    return readBytes('here', join(folder, name));
  };
  const refusal = (bytes: Buffer) =>
    read(bytes).then(
      () => 'read',
      (error: Error) => `${error.name}: ${error.message.replace(join(folder, 'file.csv'), 'FILE')}`,
    );

  const readable: [what: string, bytes: Buffer][] = [
    ['a plain file', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['gzip of several members', Buffer.concat([gzipSync(TEXT.subarray(0, 7)), gzipSync(TEXT.subarray(7))])],
    ['gzip with padding of zeros', Buffer.concat([gzipSync(TEXT), Buffer.alloc(512)])],
    ['zip', zipArchive({ 'weather.csv': TEXT })],
    ['zip that only stores', zipArchive({ 'weather.csv': TEXT }, { method: 0 })],
    ['zip from a pipe', zipArchive({ 'weather.csv': TEXT }, { descriptor: true })],
    ['zip64', zipArchive({ 'weather.csv': TEXT }, { zip64: true })],
    ['zip64 from a pipe', zipArchive({ 'weather.csv': TEXT }, { zip64: true, descriptor: true })],
    [
      'zip from a Mac',
      zipArchive({
        'data/': Buffer.alloc(0),
        'data/دما.csv': TEXT,
        'data/.DS_Store': Buffer.from('Bud1'),
        '__MACOSX/data/._دما.csv': Buffer.from('Mac OS X'),
        '__MACOSX/._data': Buffer.from('Mac OS X'),
      }),
    ],
    [
      'zip from another disk of a Mac',
      zipArchive({ 'weather.csv': TEXT, '._weather.csv': Buffer.from('Mac OS X') }),
    ],
    [
      'zip from Windows',
      zipArchive({
        'data\\': Buffer.alloc(0),
        'data\\deep\\weather.csv': TEXT,
        'data\\Thumbs.db': Buffer.from('x'),
        'data\\deep\\desktop.ini': Buffer.from('x'),
      }),
    ],
    ['zip with a path from the root', zipArchive({ 'C:\\data\\weather.csv': TEXT })],
    ['zip with a path that leads out', zipArchive({ '../../weather.csv': TEXT })],
  ];
  for (const [what, bytes] of readable) {
    it(`reads ${what}`, async () => {
      expect((await read(bytes)).toString()).to.equal(TEXT.toString());
    });
  }

  it('goes by the bytes, not by the name', async () => {
    for (const name of ['x.csv.gz', 'x.zip', 'x.7z']) expect(await read(TEXT, name)).to.deep.equal(TEXT);
  });

  const tar = Buffer.alloc(1024);
  tar.write('weather.csv');
  tar.write('ustar', 257);
  const magic = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(40, 7)]);
  const once = 'unpack it, or pack it with gzip or zip';
  const refused: [what: string, bytes: Buffer, message: string][] = [
    ['bzip2', magic('425a6839314159265359'), `FILE is a bzip2 file, which is not read; ${once}`],
    ['xz', magic('fd377a585a00'), `FILE is an xz file, which is not read; ${once}`],
    ['7z', magic('377abcaf271c'), `FILE is a 7-Zip archive, which is not read; ${once}`],
    ['Zstandard', magic('28b52ffd'), 'FILE is a Zstandard file'],
    ['LZ4', magic('04224d18'), 'FILE is an LZ4 file'],
    ['RAR', magic('526172211a0700'), 'FILE is a RAR archive'],
    ['compress', magic('1f9d90'), 'FILE is a compress (.Z) file'],
    ['tar', tar, `FILE is a tar archive, which is not read; ${once}`],
    [
      'tar.gz',
      gzipSync(tar),
      'FILE is a tar archive within a gzip file; unpack it, and give the file inside',
    ],
    [
      'zip in zip',
      zipArchive({ 'a.zip': zipArchive({ 'a.csv': TEXT }) }),
      'FILE is a zip archive within a zip archive; unpack it, and give the file inside',
    ],
    ['gzip of zip', gzipSync(zipArchive({ 'a.csv': TEXT })), 'FILE is a zip archive within a gzip file'],
    ['gzip of gzip', gzipSync(gzipSync(TEXT)), 'FILE is a gzip file within a gzip file'],
    ['zip of xz', zipArchive({ 'a.xz': magic('fd377a585a00') }), 'FILE is an xz file within a zip archive'],
    [
      'an encrypted zip',
      zipArchive({ a: TEXT }, { flags: 1 }),
      'FILE: the file in the zip archive is encrypted; unpack it with its password',
    ],
    [
      'a zip encrypted with AES',
      zipArchive({ a: TEXT }, { flags: 1, method: 99 }),
      'FILE: the file in the zip archive is encrypted',
    ],
    [
      'a zip encrypted by certificate',
      zipArchive({ a: TEXT }, { flags: 0x41 }),
      'FILE: the zip archive is encrypted; unpack it with its password',
    ],
    [
      'Deflate64',
      zipArchive({ a: TEXT }, { method: 9 }),
      'FILE: the file in the zip archive is packed with Deflate64, expected Deflate; pack it again',
    ],
    [
      'another method',
      zipArchive({ a: TEXT }, { method: 200 }),
      'is packed with method 200, expected Deflate',
    ],
    ['an empty zip', zipArchive({}), 'FILE: expected a zip archive of one file, got 0 files'],
    [
      'a zip of leftovers',
      zipArchive({ 'a/': Buffer.alloc(0), '.DS_Store': TEXT }),
      'FILE: expected a zip archive of one file, got 0 files',
    ],
    [
      'a zip of two files',
      zipArchive({ 'a.csv': TEXT, 'b.csv': TEXT }),
      'FILE: expected a zip archive of one file, got 2 files: a.csv, b.csv',
    ],
    [
      'a zip of many files',
      zipArchive(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}`, TEXT]))),
      'got 9 files: 0, 1, 2, 3, …',
    ],
    [
      'an Excel workbook',
      zipArchive({ '[Content_Types].xml': TEXT, 'xl/workbook.xml': TEXT }),
      'FILE: the file is an Office document, such as an Excel workbook; save what is in it as text',
    ],
    ['a cut zip', zipArchive({ a: TEXT }).subarray(0, -5), 'FILE: the zip archive is damaged or cut off'],
    ['the first of several zips', signed('504b0708'), 'FILE: the zip archive is damaged or cut off'],
    ['cut gzip', gzipSync(TEXT).subarray(0, -3), 'FILE: the gzip data is damaged or cut off'],
    [
      'gzip with a damaged second member',
      Buffer.concat([gzipSync(TEXT), Buffer.of(0), gzipSync(TEXT).subarray(1)]),
      'FILE: the gzip data is damaged or cut off (other bytes after its end)',
    ],
    [
      'gzip with text after it',
      Buffer.concat([gzipSync(TEXT), Buffer.from('text')]),
      'FILE: the gzip data is damaged or cut off',
    ],
  ];
  for (const [what, bytes, message] of refused) {
    it(`refuses ${what} in a sentence`, async () => {
      expect(await refusal(bytes))
        .to.contain(`RecurrentError: here: `)
        .contain(message);
    });
  }

  function signed(hex: string): Buffer {
    return Buffer.concat([Buffer.from(hex, 'hex'), zipArchive({ a: TEXT })]).subarray(0, 30);
  }
});

describe('unzipFile', () => {
  it('takes the file of a name, or says that it is not there', async () => {
    const archive = zipArchive({ 'a/model.h5': Buffer.from('1'), 'model.h5': Buffer.from('2') });
    expect((await unzipFile(archive, { name: 'model.h5' })).toString()).to.equal('2');
    expect((await unzipFile(archive, { name: 'a/model.h5' })).toString()).to.equal('1');
    const message = await unzipFile(archive, { name: 'b' }).catch((error: Error) => error.message);
    expect(message).to.equal('the zip archive has no b');
  });

  it('refuses a changed byte, a length that is not so, and what is too large', async () => {
    const refusal = (archive: Buffer, mostBytes?: number) =>
      unzipFile(archive, { mostBytes }).then(String, (error: Error) => error.message);
    const content = Buffer.alloc(5000, 'abc');
    const archive = zipArchive({ a: content });
    expect(await refusal(archive, 4999)).to.equal('expected at most 4999 bytes unpacked, got 5000');
    for (const at of [14, 22]) {
      for (const flip of [1, 128]) {
        const changed = Buffer.from(archive);
        changed[archive.indexOf('PK\x01\x02') + at + 2] ^= flip;
        expect(await refusal(changed)).to.match(/^the zip archive is damaged or cut off/);
      }
    }
    const stored = zipArchive({ a: content }, { method: 0 });
    stored[stored.indexOf('abcabc')] ^= 1;
    expect(await refusal(stored)).to.match(/its checksum differs/);
  });
});
