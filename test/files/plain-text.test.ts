import { expect } from 'chai';
import { decodeText, plainText } from '#lab/files/plain-text';

describe('plain text', () => {
  it('of UTF-8 without a mark and with Unix or Windows line ends is the same bytes, not copied', () => {
    for (const text of ['', 'a', 'دما\nb\n', 'a\r\nb\r\n', 'a\r\r\nb', 'a\nb\rc\n']) {
      const bytes = Buffer.from(text);
      expect(plainText(bytes).toString()).to.equal(text);
      expect(plainText(bytes).buffer).to.equal(bytes.buffer);
    }
  });

  it('loses its mark, and an old Mac’s line ends', () => {
    expect(plainText(Buffer.from('\ufeffدما')).toString()).to.equal('دما');
    expect(plainText(Buffer.from('a\rb\r\rc\r')).toString()).to.equal('a\nb\n\nc\n');
    expect(plainText(Buffer.from('a\rb\r\nc\n')).toString()).to.equal('a\nb\r\nc\n');
    const given = Buffer.from('a\rb');
    plainText(given);
    expect(given.toString()).to.equal('a\rb');
  });

  it('is UTF-8 where it was UTF-16, also in files of many pieces', () => {
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(plainText(utf16('دما 🌱\r\n')).toString()).to.equal('دما 🌱\r\n');
    expect(plainText(utf16('دما 🌱').swap16()).toString()).to.equal('دما 🌱');
    expect(plainText(utf16('')).toString()).to.equal('');
    // The emoji's four bytes stand two on either side of the first 2²⁴.
    const long = `${'x'.repeat(2 ** 23 - 2)}🌱y`;
    expect(plainText(utf16(long)).equals(Buffer.from(long))).to.equal(true);
    for (const bad of [utf16('🌱').subarray(0, 4), utf16('ab').subarray(0, 5)]) {
      expect(() => plainText(bad)).to.throw(
        'begins with the byte order mark of UTF-16, and is no UTF-16 text',
      );
    }
  });

  it('that is no UTF-8 is decoded as Windows-1252', () => {
    expect(decodeText(Buffer.from('°C دما 🌱'))).to.equal('°C دما 🌱');
    expect(decodeText(Buffer.from('b043802099e4', 'hex'))).to.equal('°C€ ™ä');
    expect(decodeText(Buffer.from('W/mÂ²', 'latin1'))).to.equal('W/m²');
  });
});
