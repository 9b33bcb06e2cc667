import { expect } from 'chai';
import { normalisePersian, Random, sentencesOf, tokenise } from 'recurrent-lab';

describe('normalisePersian', () => {
  const cases: [name: string, from: string, to: string][] = [
    ['Arabic letters', 'كتابي', 'کتابی'],
    ['alef maksura and teh marbuta', 'موسى و مكة', 'موسی و مکه'],
    ['the hamza of ۀ', 'خانۀ ما', 'خانه\u0654 ما'],
    ['hamza that was composed', 'مأمور', 'مامور'],
    ['hamza that is a letter of its own', 'مسئول، رؤیا، آب', 'مسئول، رؤیا، آب'],
    ['diacritics', 'مُحَمَّدٌ', 'محمد'],
    ['the tatweel', 'ســـلام', 'سلام'],
    ['Arabic digits', '٣١٤ و 42', '۳۱۴ و 42'],
    ['other signs for a half-space', 'می\u200bروم و می\u00acروم', 'می\u200cروم و می\u200cروم'],
    ['several half-spaces, and those beside a space', 'می\u200c\u200cروم \u200cاو\u200c ', 'می\u200cروم او'],
    ['a half-space that joins nothing', 'برادر\u200cها', 'برادرها'],
    ['affixes written apart', 'کتاب هایشان را نمی خواند', 'کتاب\u200cهایشان را نمی\u200cخواند'],
    ['comparatives', 'بزرگ ترین کوه بلند تر است', 'بزرگ\u200cترین کوه بلندتر است'],
    ['words that begin like a suffix', 'کتاب تازه و آب هاون', 'کتاب تازه و آب هاون'],
    ['signs of direction', '\u202bسلام\u202c\u200f', 'سلام'],
    ['spaces, not ends of lines', ' یک\u00a0 دو \n  سه ', 'یک دو\nسه'],
    ['nothing', '', ''],
  ];
  for (const [name, from, to] of cases) it(name, () => expect(normalisePersian(from)).to.equal(to));

  it('leaves affixes, diacritics and digits as asked', () => {
    expect(normalisePersian('کتاب ها', { joinAffixes: false })).to.equal('کتاب ها');
    expect(normalisePersian('مُهر', { removeDiacritics: false })).to.equal('مُهر');
    expect(normalisePersian('٣ 4 ۵', { digits: 'persian' })).to.equal('۳ ۴ ۵');
    expect(normalisePersian('٣ 4 ۵', { digits: 'latin' })).to.equal('3 4 5');
    expect(() => normalisePersian('', { digits: 'roman' as 'latin' })).to.throw(
      'digits must be persian, latin or keep',
    );
    expect(() => normalisePersian('', { affixes: true } as never)).to.throw('unknown option "affixes"');
  });

  it('does nothing to what it has made', () => {
    const random = Random.seeded(5);
    const letters = [
      ...'كيىةۀأإآابپدرزوهمنتش \n\u200c\u200b\u00ad\u064e\u0651\u0654٣4۵ـ',
      ' می ',
      ' ها',
      ' تر ',
      '،',
      'a',
    ];
    for (let i = 0; i < 3000; i++) {
      const text = Array.from(
        { length: 1 + random.integer(14) },
        () => letters[random.integer(letters.length)],
      ).join('');
      const once = normalisePersian(text);
      expect(normalisePersian(once), JSON.stringify(text)).to.equal(once);
    }
  });
});

describe('tokenise', () => {
  const english: [string, string[]][] = [
    ["Don't panic: it’s 3.5!", ["don't", 'panic', ':', "it's", '3.5', '!']],
    ['A well-known “café”, 1,000 times…', ['a', 'well-known', '“', 'café', '”', ',', '1,000', 'times', '…']],
    ["the dogs' tails", ['the', 'dogs', "'", 'tails']],
    ['naïve cafe\u0301', ['naïve', 'café']],
    ['x2 at 10:30', ['x', '2', 'at', '10:30']],
    [' \n\t ', []],
    ['👍🏽 ok', ['👍', '🏽', 'ok']],
  ];
  for (const [text, tokens] of english)
    it(`English: ${JSON.stringify(text)}`, () => expect(tokenise(text)).to.deep.equal(tokens));

  const persian: [string, string[]][] = [
    ['كتاب هايش را می خواند؛ نه؟', ['کتاب\u200cهایش', 'را', 'می\u200cخواند', '؛', 'نه', '؟']],
    ['«خانهٔ ما» ۱۲٫۵ متر', ['«', 'خانهٔ', 'ما', '»', '۱۲٫۵', 'متر']],
    ['سال ۱۴۰۲/۷/۳', ['سال', '۱۴۰۲/۷/۳']],
  ];
  for (const [text, tokens] of persian)
    it(`Persian: ${text}`, () => expect(tokenise(text, { language: 'fa' })).to.deep.equal(tokens));

  it('leaves out punctuation, and keeps capitals, as asked', () => {
    expect(tokenise('Well, “yes”.', { punctuation: false, lowerCase: false })).to.deep.equal(['Well', 'yes']);
    expect(() => tokenise('', { language: 'de' as 'en' })).to.throw('language must be en or fa, got de');
  });

  it('loses no letter and no digit', () => {
    const random = Random.seeded(6);
    const signs = [..."abcé1٫.,'’-–«»()؟ \u200cمیه\u0654ٔ\n"];
    for (let i = 0; i < 2000; i++) {
      const text = Array.from({ length: random.integer(20) }, () => signs[random.integer(signs.length)]).join(
        '',
      );
      const kept = (all: string) =>
        all
          .normalize('NFC')
          .replace(/’/g, "'")
          .replace(/[\s\u200c]/g, '');
      expect(kept(tokenise(text).join('')), JSON.stringify(text)).to.equal(kept(text));
    }
  });

  it('finds sentences', () => {
    expect(sentencesOf('It rains. Does it? Yes.')).to.deep.equal(['It rains.', 'Does it?', 'Yes.']);
    expect(sentencesOf('باران می‌بارد. خوب است؟ بله!', 'fa')).to.deep.equal([
      'باران می‌بارد.',
      'خوب است؟',
      'بله!',
    ]);
  });
});
