import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type LoadWordVectorsOptions, WordVectors, type WordVectorsProgress } from 'recurrent-lab';
import { bitsOf, draws, FIXTURES, gensim, numbers, refusal, scratch, shared } from '../support';

const fixture = (name: string) => join(FIXTURES, name);
const content = (name: string) => readFileSync(fixture(name));

/** Binary rows after a header, as gensim writes them. */
const binary = (header: string, rows: [word: string | Buffer, vector: number[]][], after = '') =>
  Buffer.concat([
    Buffer.from(header),
    ...rows.flatMap(([word, vector]) => [
      Buffer.from(word as string),
      Buffer.from(' '),
      Buffer.from(Float32Array.from(vector).buffer),
      Buffer.from(after),
    ]),
  ]);

describe('files of word vectors', () => {
  const file = scratch();
  const refused = (bytes: Uint8Array | string, options?: LoadWordVectorsOptions) =>
    refusal(file('refused', bytes), options);

  describe('as other programs write them', () => {
    for (const name of [
      'vectors.word2vec.txt',
      'vectors.word2vec.txt.gz',
      'vectors.bin',
      'vectors.c.bin',
      'vectors.glove.txt',
    ]) {
      it(`${name} is read to the bit`, async () => {
        const vectors = await WordVectors.load(fixture(name));
        expect(vectors.words).to.deep.equal(gensim.words);
        expect(bitsOf(vectors)).to.deep.equal(Uint32Array.from(gensim.bits));
        expect([vectors.dimension, vectors.duplicates]).to.deep.equal([gensim.dimension, 0]);
      });
    }

    it("fastText's .vec is read, with a blank at the end of each line", async () => {
      const vectors = await WordVectors.load(fixture('vectors.vec'));
      expect(vectors.words).to.deep.equal(gensim.words);
      for (const [i, word] of gensim.words.entries()) {
        const exact = numbers.subarray(i * 12, (i + 1) * 12);
        const five = Float32Array.from(exact, (x) => (x === 0 ? x : Number(x.toPrecision(5))));
        expect(vectors.vector(word), word).to.deep.equal(five);
      }
    });

    it('are read in a format that is given, too', async () => {
      const formats = {
        'vectors.word2vec.txt': 'word2vec',
        'vectors.vec': 'fasttext',
        'vectors.c.bin': 'word2vec-binary',
        'vectors.glove.txt': 'glove',
      } as const;
      for (const [name, format] of Object.entries(formats)) {
        expect((await WordVectors.load(fixture(name), { format })).size).to.equal(200);
      }
    });

    it("Stanford's GloVe is read, and written in the same bytes", async function () {
      this.timeout(60_000);
      const path = shared(this, 'glove.6B.50d.10k.txt.gz');
      const vectors = await WordVectors.load(path);
      expect([vectors.size, vectors.dimension]).to.deep.equal([10_000, 50]);
      await vectors.save(file('glove.txt'), { format: 'glove' });
      expect(readFileSync(file('glove.txt')).equals(gunzipSync(readFileSync(path)))).to.equal(true);
    });
  });

  describe('written', () => {
    for (const [format, name] of [
      ['word2vec', 'vectors.word2vec.txt'],
      ['fasttext', 'vectors.word2vec.txt'],
      ['word2vec-binary', 'vectors.bin'],
    ] as const) {
      it(`as ${format} have the bytes that gensim writes`, async () => {
        const vectors = await WordVectors.load(fixture(name));
        await vectors.save(file('again'), { format });
        expect(readFileSync(file('again')).equals(content(name))).to.equal(true);
        await vectors.save(file('again.gz'), { format });
        expect(gunzipSync(readFileSync(file('again.gz'))).equals(content(name))).to.equal(true);
      });
    }

    it('hold words with blanks as GloVe has them, and read them back', async () => {
      const words = ['. . .', '', 'at name@domain.com', '5', 'nan', '\u00a0', 'a\r', '﻿', 'x  y', '\u0085'];
      const vectors = WordVectors.from(
        words,
        words.map((_, i) => [i, -i, 1]),
      );
      await vectors.save(file('blanks'), { format: 'glove' });
      const again = await WordVectors.load(file('blanks'));
      expect(again.words).to.deep.equal(words);
      expect(bitsOf(again)).to.deep.equal(bitsOf(vectors));
    });

    it('hold any word without a blank in the other formats', async () => {
      const words = [
        '\ufeff',
        '',
        '5',
        '3 4'.replace(' ', '\u2003'),
        'inf',
        '\u0000',
        '\t'.trim(),
        '🌡️',
        'a\r',
      ];
      const distinct = [...new Set(words)];
      const vectors = WordVectors.from(
        distinct,
        distinct.map((_, i) => [i, 0.1]),
      );
      for (const format of ['word2vec', 'word2vec-binary'] as const) {
        await vectors.save(file('any'), { format });
        const again = await WordVectors.load(file('any'), { format });
        expect(again.words, format).to.deep.equal(distinct);
      }
    });

    it('refuse a word that would not be read back, and leave what was there', async () => {
      const wrong = [
        ['a b', 'word2vec', 'has a blank'],
        ['a\tb', 'word2vec', 'has a blank'],
        ['a b', 'word2vec-binary', 'has a blank'],
        ['a\nb', 'glove', 'has a line end'],
        ['a\n', 'word2vec-binary', 'has a line end'],
        ['a 5', 'glove', 'ends with a number after a blank'],
        ['a nan', 'glove', 'ends with a number after a blank'],
        [' a', 'glove', 'begins or ends with a blank'],
        ['a\tb', 'glove', 'begins or ends with a blank, or has a tab'],
        ['\ufeffa', 'glove', ''],
        ['half \ud83d', 'glove', 'is not valid Unicode'],
      ] as const;
      for (const [word, format, what] of wrong) {
        const vectors = WordVectors.from([word, 'b'], [[1], [2]]);
        const path = file('kept', 'kept');
        const message = await vectors.save(path, { format }).then(
          () => 'written',
          (error: Error) => error.message,
        );
        expect(message).to.match(/^WordVectors\.save: expected /);
        expect(message).to.contain(JSON.stringify(word)).and.contain(what);
        expect(readFileSync(path, 'utf8')).to.equal('kept');
      }
      expect(readdirSync(join(file('kept'), '..')).filter((name) => name.endsWith('.part'))).to.deep.equal(
        [],
      );
    });

    it('refuse an unknown format', async () => {
      const vectors = WordVectors.from(['a'], [[1]]);
      const format = 'json' as 'glove';
      const message = await vectors.save(file('x'), { format }).catch((error: Error) => error.message);
      expect(message).to.match(/WordVectors\.save: expected a format of word2vec, .*, got json/);
      expect(await refusal(file('x', 'a 1\n'), { format })).to.match(
        /expected a format of auto, .*, got json/,
      );
    });
  });

  describe('repaired', () => {
    const words = async (bytes: Uint8Array | string, options?: LoadWordVectorsOptions) => {
      const vectors = await WordVectors.load(file('repaired', bytes), options);
      return vectors.words.map((word) => [word, ...vectors.vector(word)]);
    };
    const expected = [
      ['a', 1, 2],
      ['b', 3, 4],
    ];

    for (const [what, bytes] of [
      ['line ends of Windows', '2 2\r\na 1 2\r\nb 3 4\r\n'],
      ['a byte order mark', '\ufeff2 2\na 1 2\nb 3 4\n'],
      ['a byte order mark without a header', '\ufeffa 1 2\nb 3 4\n'],
      ['a last line without its end', '2 2\na 1 2\nb 3 4'],
      ['empty lines at the end', '2 2\na 1 2\nb 3 4\n\n\r\n'],
      ['tabs', '2 2\na\t1\t2\nb 3\t4\n'],
      ['several blanks', '2  2 \na  1  2 \nb   3 4\t\n'],
      ['another writing of numbers', 'a +1. .2e1\nb 30E-1 4.00000000000000000000000\n'],
      [
        'binary vectors between line ends of Windows',
        binary(
          '2 2\n',
          [
            ['a', [1, 2]],
            ['b', [3, 4]],
          ],
          '\r\n',
        ),
      ],
      ['two gzip members', Buffer.concat([gzipSync('a 1 2\n'), gzipSync('b 3 4\n')])],
      ['gzip padded with zeros', Buffer.concat([gzipSync('a 1 2\nb 3 4\n'), Buffer.alloc(600)])],
    ] as const) {
      it(`${what} are no fault`, async () => {
        expect(await words(bytes)).to.deep.equal(expected);
      });
    }

    it('a word that comes again is left out, and counted', async () => {
      const path = file('again', '4 1\na 1\nb 2\na 3\na 4\n');
      const vectors = await WordVectors.load(path);
      expect([vectors.words, vectors.duplicates, vectors.vector('a')[0]]).to.deep.equal([['a', 'b'], 2, 1]);
      expect([...vectors.tensor().dataSync()]).to.deep.equal([1, 2]);
      // As gensim's, the limit counts rows.
      expect((await WordVectors.load(path, { limit: 3 })).words).to.deep.equal(['a', 'b']);
    });

    it('a limit reads the first rows, and looks no further', async () => {
      expect(await words('9 2\na 1 2\nb 3 4\nc x y\n', { limit: 2 })).to.deep.equal(expected);
      expect(await words('a 1 2\nb 3 4\nc 5\n', { limit: 2 })).to.deep.equal(expected);
      expect(await words('2 2\na 1 2\nb 3 4\n', { limit: 5 })).to.deep.equal(expected);
      const rows: [string, number[]][] = [
        ['a', [1, 2]],
        ['b', [3, 4]],
        ['c', [5, 6]],
      ];
      expect(await words(binary('3 2\n', rows), { limit: 2 })).to.deep.equal(expected);
    });

    it('a word that is not UTF-8 is read where it is asked for', async () => {
      const bytes = Buffer.concat([Buffer.from('a'), Buffer.of(0xe9), Buffer.from(' 1 2\n')]);
      expect(await words(bytes, { unicodeErrors: 'replace' })).to.deep.equal([['a�', 1, 2]]);
    });
  });

  describe('refused', () => {
    const faults: [what: string, bytes: Uint8Array | string, message: RegExp][] = [
      [
        'nothing',
        '',
        /^RecurrentError: WordVectors\.load: FILE: expected words and their vectors, got an empty file$/,
      ],
      ['only a header', '3 2\n', /expected 3 words, as the header says, got 0; the file is cut off/],
      ['a header of no words', '0 2\n', /expected at least one word, got a header of 0 words/],
      [
        'a header of no dimensions',
        '2 0\na\n',
        /line 1: expected a number of words and 1 to 1,048,576 dimensions/,
      ],
      [
        'a header of too many dimensions',
        '2 99999999\na 1\n',
        /line 1: expected .* dimensions, got "2 99999999"/,
      ],
      [
        'too few rows',
        '3 2\na 1 2\nb 3 4\n',
        /expected 3 words, as the header says, got 2; the file is cut off/,
      ],
      [
        'too many rows',
        '1 2\na 1 2\nb 3 4\n',
        /line 3: expected the end after 1 words, as the header says, got more/,
      ],
      ['a short row', '3 2\na 1 2\nb 3\nc 5 6\n', /line 3: expected a word and 2 numbers, got 1 numbers/],
      [
        'a short row without a header',
        'a 1 2\nb 3\n',
        /line 2: expected a word and 2 numbers, got 1 numbers/,
      ],
      ['a row of a word alone', 'a 1 2\nb\n', /line 2: expected a word and 2 numbers, got 0 numbers/],
      ['a row without its word', 'a 1 2\n3 4\n', /line 2: expected a word and 2 numbers, got 1 numbers/],
      ['a long row', '2 2\na 1 2\nb 3 4 5\n', /line 3: expected a word and 2 numbers, got 3 numbers/],
      [
        'a long row that ends in blanks',
        'a 1 2\nb 3 4 5  \n',
        /line 2: expected a word and 2 numbers, got 3 numbers/,
      ],
      ['a word among the numbers', '2 2\na 1 2\nb 3 x\n', /line 3: expected a word and 2 numbers, got "x"/],
      ['decimal commas', '2 2\na 1,5 2,5\nb 1 2\n', /line 2: expected a word and 2 numbers, got "2,5"/],
      ['NaN', 'a 1 2\nb nan 4\n', /line 2: expected finite numbers that float32 holds, got "nan"/],
      ['NaN in the first row', 'a 1 NaN 3\nb 3 4 5\n', /line 1: expected finite numbers .*, got "NaN"/],
      ['infinity', '2 1\na 1\nb -inf\n', /line 3: expected finite numbers .*, got "-inf"/],
      ['what float32 can not hold', 'a 1 2\nb 3 1e39\n', /line 2: expected finite numbers .*, got "1e39"/],
      ['an empty line', 'a 1 2\n\nb 3 4\n', /line 2: expected a word and its numbers, got an empty line/],
      ['a line of blanks', 'a 1 2\n  \nb 3 4\n', /line 2: expected a word and 2 numbers, got 0 numbers/],
      [
        'what is not UTF-8',
        Buffer.from('a 1 2\nb\xe9t 3 4\n', 'latin1'),
        /line 2: expected a word in UTF-8, got the bytes 62 e9 74; unicodeErrors/,
      ],
      ['UTF-16', Buffer.from('\ufeffa 1 2\n', 'utf16le'), /FILE: is UTF-16 text; save it as UTF-8/],
      [
        'a page',
        '<!DOCTYPE html>\n<html>\n',
        /line 1: expected a word and its numbers, got "<!DOCTYPE html>"/,
      ],
      ['JSON', '{"a": [1, 2]}', /line 1: expected a word and its numbers/],
      [
        "gensim's own pickle",
        Buffer.from('8004952a00', 'hex'),
        /is a Python pickle, as gensim's own save writes; write it with/,
      ],
      [
        "fastText's model",
        Buffer.from('ba164f2f0c000000', 'hex'),
        /is a fastText model; read the file \.vec/,
      ],
      [
        'a zip archive',
        Buffer.from('504b0304140000', 'hex'),
        /FILE is a zip archive, which is not read; unpack it/,
      ],
      ['bzip2', Buffer.from('425a6839314159265359', 'hex'), /FILE is a bzip2 file, which is not read/],
      [
        'gzip that is cut off',
        gzipSync('a 1 2\nb 3 4\n').subarray(0, -9),
        /FILE: the gzip data is damaged or cut off/,
      ],
      [
        'gzip with others after its end',
        Buffer.concat([gzipSync('a 1 2\n'), Buffer.of(0, 0, 7)]),
        /other bytes after its end/,
      ],
      [
        'a binary file that is cut off',
        binary('2 3\n', [
          ['a', [1, 2, 3]],
          ['b', [4, 5, 6]],
        ]).subarray(0, -2),
        /expected 2 words, as the header says, got 1 and a part of the next/,
      ],
      [
        'binary rows too many',
        binary('1 3\n', [
          ['a', [1, 2, 3]],
          ['b', [4, 5, 6]],
        ]),
        /expected the end after 1 words, as the header says, got more bytes/,
      ],
      [
        'NaN in a binary file',
        binary('2 3\n', [
          ['a', [1, 2, 3]],
          ['b', [4, Number.NaN, 6]],
        ]),
        /FILE, word 2: expected finite numbers, got NaN for "b"/,
      ],
      [
        'a binary word that is not UTF-8',
        binary('1 3\n', [[Buffer.of(0x62, 0xe9), [1, 2, 3]]]),
        /word 1: expected a word in UTF-8/,
      ],
      [
        'a binary word without an end',
        Buffer.concat([Buffer.from('2 3\n'), Buffer.alloc(99_999, 1)]),
        /word 1: expected a word and a space, got 65,536 bytes without one/,
      ],
    ];
    for (const [what, bytes, message] of faults) {
      it(`are ${what}`, async () => {
        expect(await refused(bytes)).to.match(message);
        if (!/^.(zip|bzip2|gzip)|a zip|gzip|bzip2/.test(what) && bytes.length > 0) {
          expect(await refused(gzipSync(bytes))).to.match(message);
        }
      });
    }

    it('are a header that is not there, a path that is none, and options that are not known', async () => {
      expect(await refused('a 1 2\n', { format: 'word2vec' })).to.match(
        /line 1: expected the number of words .* 'glove'$/,
      );
      expect(await refusal(join(file('refused', 'x'), 'y'))).to.match(
        /no such file \(a part of its path is a file/,
      );
      expect(await refusal(FIXTURES)).to.match(/is a folder, expected a file/);
      expect(await refusal(file('not-there'))).to.match(/FILE: no such file/);
      expect(await refused('a 1\n', { limits: 3 } as LoadWordVectorsOptions)).to.match(
        /unknown option "limits"/,
      );
      expect(await refused('a 1\n', { limit: 0 })).to.match(/limit must be a whole number of at least 1/);
      expect(await refused('a 1\n', { unicodeErrors: 'ignore' as 'strict' })).to.match(
        /'strict' or 'replace', got ignore/,
      );
    });

    it('are files that end anywhere else than they do', async function () {
      this.timeout(60_000);
      for (const name of [
        'vectors.word2vec.txt',
        'vectors.bin',
        'vectors.c.bin',
        'vectors.word2vec.txt.gz',
      ]) {
        const whole = content(name);
        // The last line end is not missed, and neither is the last number's last digit.
        const most = name === 'vectors.word2vec.txt' ? whole.length - 18 : whole.length - 1;
        for (let end = 0; end < most; end += 1 + Math.floor(end / 12)) {
          expect(await refused(whole.subarray(0, end)), `${name} to ${end}`).to.match(
            /^RecurrentError: WordVectors/,
          );
        }
      }
    });
  });

  it('with any bytes changed are read whole or refused with a sentence', async function () {
    this.timeout(120_000);
    const draw = draws(9);
    const whole = (n: number) => Math.floor(draw() * n);
    let read = 0;
    for (let i = 0; i < 200; i++) {
      const name = ['vectors.word2vec.txt', 'vectors.bin', 'vectors.glove.txt', 'vectors.vec'][i % 4];
      const bytes = Buffer.from(content(name).subarray(0, whole(3) ? undefined : 700));
      const changes = 1 + whole(3);
      for (let k = 0; k < changes; k++) {
        const at = whole(3) ? whole(bytes.length) : whole(40);
        bytes[at] = whole(2) ? whole(256) : ' \n\t\r09.-e'.charCodeAt(whole(9));
      }
      try {
        const vectors = await WordVectors.load(file('changed', whole(3) ? bytes : gzipSync(bytes)));
        read++;
        expect(new Set(vectors.words).size).to.equal(vectors.size);
        expect([...vectors.tensor().dataSync()].every(Number.isFinite)).to.equal(true);
      } catch (error) {
        expect((error as Error).name, (error as Error).stack).to.equal('RecurrentError');
        expect((error as Error).message).to.match(/^WordVectors\.load: .+/);
      }
    }
    expect(read).to.be.within(10, 190);
  });

  it('larger than a piece are read as small ones, and their progress told', async function () {
    this.timeout(60_000);
    const draw = draws(4);
    const [size, dimension] = [9000, 40];
    const words = Array.from({ length: size }, (_, i) => `${'ü'.repeat(i % 7)}${i}`);
    const all = Float32Array.from({ length: size * dimension }, () => draw() - 0.5);
    const vectors = WordVectors.from(words, all);
    for (const [format, name] of [
      ['word2vec', 'large.txt'],
      ['glove', 'large.txt.gz'],
      ['word2vec-binary', 'large.bin'],
    ] as const) {
      await vectors.save(file(name), { format });
      const told: WordVectorsProgress[] = [];
      const again = await WordVectors.load(file(name), {
        onProgress: (progress) => told.push({ ...progress }),
      });
      expect(again.words).to.deep.equal(words);
      expect(bitsOf(again)).to.deep.equal(bitsOf(vectors));
      expect(told.length).to.be.above(1);
      const last = told.at(-1)!;
      expect(last.readBytes).to.equal(last.totalBytes);
      expect(last.secondsLeft).to.equal(0);
      for (const [i, { words }] of told.entries()) expect(words).to.be.at.least(told[i - 1]?.words ?? 0);
    }
  });
});
