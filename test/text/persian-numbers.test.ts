import { expect } from 'chai';
import { persianNumber, persianOrdinal } from 'recurrent-lab';

describe('persian numbers', () => {
  it('are written in words', () => {
    const written: Record<number, string> = {
      0: 'صفر',
      7: 'هفت',
      19: 'نوزده',
      20: 'بیست',
      21: 'بیست و یک',
      100: 'صد',
      215: 'دویست و پانزده',
      1000: 'هزار',
      1402: 'هزار و چهارصد و دو',
      2021: 'دو هزار و بیست و یک',
      345678: 'سیصد و چهل و پنج هزار و ششصد و هفتاد و هشت',
      1000000: 'یک میلیون',
      2000000001: 'دو میلیارد و یک',
    };
    for (const [n, words] of Object.entries(written)) expect(persianNumber(Number(n)), n).to.equal(words);
  });

  it('give no two numbers the same words', () => {
    expect(new Set(Array.from({ length: 20_000 }, (_, n) => persianNumber(n))).size).to.equal(20_000);
  });

  it('count places, with the exceptions of three and thirty', () => {
    const places = [1, 3, 10, 23, 30, 31, 43, 1300].map(persianOrdinal);
    expect(places).to.deep.equal([
      'یکم',
      'سوم',
      'دهم',
      'بیست و سوم',
      'سی\u200cام',
      'سی و یکم',
      'چهل و سوم',
      'هزار و سیصدم',
    ]);
  });

  it('refuse what has no words here', () => {
    expect(() => persianNumber(-1)).to.throw('persianNumber: expected a whole number from 0');
    expect(() => persianNumber(1.5)).to.throw('1.5');
    expect(() => persianNumber(1e12)).to.throw('persianNumber');
    expect(() => persianOrdinal(0)).to.throw('persianOrdinal: expected a whole number from 1');
  });
});
