import { expect } from 'chai';
import { MOST_BYTES, writeNumber } from '#lab/embedding/vectors/format-number';
import { parseNumber, readNumbers } from '#lab/embedding/vectors/parse-number';
import { draws, gensim } from '../support';

/** What `parseNumber` and `readNumbers` make of a token. */
function read(token: string): [whole: number, inRow: number | null] {
  const bytes = Buffer.from(` ${token}\n`);
  const to = Float32Array.of(Number.NaN);
  const end = readNumbers(bytes, 0, bytes.length - 1, to, 0, 1);
  return [parseNumber(bytes, 1, bytes.length - 1), end < 0 ? null : to[0]];
}

const written = (x: number, like: 'numpy' | 'c' = 'numpy') => {
  const bytes = Buffer.alloc(MOST_BYTES);
  return bytes.toString('latin1', 0, writeNumber(bytes, 0, x, like));
};

/** Decimal numbers of all the kinds that files have, and others that are as long or near to where rounding turns. */
function* tokens(): Generator<string> {
  const draw = draws(5);
  const whole = (n: number) => Math.floor(draw() * n);
  const digits = (n: number) => Array.from({ length: n }, () => whole(10)).join('');
  for (let i = 0; i < 8_000; i++) {
    const sign = ['', '-', '+'][whole(3)];
    const exponent = whole(3) ? '' : `${'eE'[whole(2)]}${['', '-', '+'][whole(3)]}${whole(50)}`;
    yield `${sign}${digits(1 + whole(4))}.${digits(whole(30))}${exponent}`;
    yield `${sign}0.${'0'.repeat(whole(12))}${digits(1 + whole(12))}`;
    yield `${sign}${digits(1 + whole(25))}${exponent}`;
    yield `.${digits(1 + whole(9))}`;
    // A float32, the middle between it and the next, and texts next to that.
    const bits = Uint32Array.of(whole(0x7f000000));
    const x = new Float32Array(bits.buffer)[0];
    bits[0]++;
    const middle = (x + new Float32Array(bits.buffer)[0]) / 2;
    yield middle.toPrecision(17);
    yield middle.toPrecision(9 + whole(12));
    yield `${middle.toPrecision(30)}1`.replace(/(e.*)1$/, '1$1');
  }
}

describe('numbers of word vectors', () => {
  it('are read as Number reads them and float32 keeps them', () => {
    for (const token of tokens()) {
      const expected = Math.fround(Number(token));
      const [whole, inRow] = read(token);
      if (!Object.is(whole, expected)) expect.fail(`${token} is ${expected}, got ${whole}`);
      const kept = Number.isFinite(expected) ? expected : null;
      if (!Object.is(inRow, kept)) expect.fail(`${token} is ${kept} in a row, got ${inRow}`);
    }
  });

  it('are read at the ends of what float32 holds', () => {
    const ends = [
      ...['1e-45', '7.006492321624085e-46', '7.1e-46', '1.4e-46', '1.1754942e-38', '1e-400', '0e999'],
      ...['3.4028234663852886e38', '340282346638528859811704183484516925440', '-0', '-0.0', '5.', '00001.5'],
      ...['1e0000000000000000000005', '0.000000000000000000000000000000000000000000000000001e50'],
      ...['123456789012345678901234567890', `0.${'0'.repeat(400)}1e400`, `1${'0'.repeat(300)}e-300`],
    ];
    for (const token of ends) expect(read(token)[0], token).to.equal(Math.fround(Number(token)));
    for (const token of ['3.5e38', '1e39', '-1e400']) expect(read(token)[1], token).to.equal(null);
  });

  it('are nothing else', () => {
    const others = [
      '',
      '-',
      '+',
      '.',
      '-.',
      'e5',
      '1e',
      '1e+',
      '1.2.3',
      '0x10',
      '1_000',
      '1,5',
      'nan',
      'inf',
    ];
    for (const token of [...others, 'Infinity', '--1', '1-', '1e5.5', '１', '1a', '0b1', '1e5e5']) {
      const [whole, inRow] = read(token);
      expect(whole, token).to.be.NaN;
      expect(inRow, token).to.equal(null);
    }
  });

  it('are written as numpy writes them', () => {
    expect(gensim.floats).to.have.length.above(2000);
    for (const [bits, text] of gensim.floats) {
      const x = new Float32Array(Uint32Array.of(bits).buffer)[0];
      expect(written(x)).to.equal(text);
    }
  });

  it('are written without a needless point for C', () => {
    const given = [1, -0, 0.5, 1e-4, 1e-5, 1e6, 123456, -1234.5];
    const expected = ['1', '-0', '0.5', '0.0001', '1e-05', '1e+06', '123456', '-1234.5'];
    expect(given.map((x) => written(Math.fround(x), 'c'))).to.deep.equal(expected);
  });

  it('are the same after writing and reading, whatever their bits', () => {
    const draw = draws(6);
    for (let i = 0; i < 10_000; i++) {
      const bits = Math.floor(draw() * 0x7f800000) + (i % 2) * 0x80000000;
      const x = new Float32Array(Uint32Array.of(bits).buffer)[0];
      for (const like of ['numpy', 'c'] as const) {
        const text = written(x, like);
        if (!Object.is(read(text)[1], x)) expect.fail(`${x} is written as ${text}`);
      }
    }
  });
});
