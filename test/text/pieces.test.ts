import { expect } from 'chai';
import { loadDeclarations, textPieces, withoutDots } from 'recurrent-lab';

describe('withoutDots', () => {
  it('gives letters that differ in dots and strokes alone one form', () => {
    const alike = [
      'بپتثٹټ',
      'جحخچځڅ',
      'دذڈډ',
      'رزژڑړږ',
      'سشښ',
      'صض',
      'طظ',
      'عغ',
      'کكگګڭ',
      'یىيئېۍے',
      'هہھةە',
      'وؤۇۆۈۋ',
    ];
    for (const letters of alike) {
      const forms = new Set(Array.from(letters, withoutDots));
      expect([...forms].join(''), letters).to.have.length(1);
    }
  });

  it('keeps letters apart that differ in more', () => {
    const apart = Array.from('ابحدرسصطعفقکلمنوهی', withoutDots);
    expect(new Set(apart).size).to.equal(apart.length);
  });

  it('takes marks, hamza, punctuation, digits and half-spaces away, written as one sign or two', () => {
    expect(withoutDots('«آزادی»؟ ۱۲ سَیِّد  می‌رود، جزء -')).to.equal('ارادى سىد مىرود حر');
    expect(withoutDots('آ أ ؤ')).to.equal(withoutDots('\u0627\u0653 \u0627\u0654 \u0648\u0654'));
    expect(withoutDots('\n\t ')).to.equal('');
  });

  it('changes nothing a second time, and leaves other scripts alone', () => {
    const once = withoutDots('پژوهش RNN');
    expect(once).to.equal('ٮروهس RNN');
    expect(withoutDots(once)).to.equal(once);
  });

  it('leaves the declarations the same few letters', () => {
    for (const { language, paragraphs } of loadDeclarations()) {
      const letters = [...new Set(withoutDots(paragraphs.join(' ')))].sort();
      expect(
        letters.filter((letter) => !' ابٮحدرسصطعڡٯکلمںوهى'.includes(letter)),
        language,
      ).to.deep.equal([]);
    }
  });
});

describe('textPieces', () => {
  it('cuts in order, one after the other or overlapping, and drops the rest', () => {
    expect(textPieces('abcdefg', { length: 3 })).to.deep.equal(['abc', 'def']);
    expect(textPieces('abcdefg', { length: 3, every: 2 })).to.deep.equal(['abc', 'cde', 'efg']);
    expect(textPieces('abcdefg', { length: 2, every: 5 })).to.deep.equal(['ab', 'fg']);
    expect(textPieces('abc', { length: 3 })).to.deep.equal(['abc']);
    expect(textPieces('ab', { length: 3 })).to.deep.equal([]);
  });

  it('counts code points', () => {
    expect(textPieces('🌧ab🌧', { length: 2 })).to.deep.equal(['🌧a', 'b🌧']);
  });

  it('refuses lengths and distances that cut nothing', () => {
    expect(() => textPieces('abc', { length: 0 })).to.throw(
      'length must be a whole number of at least 1, got 0',
    );
    expect(() => textPieces('abc', { length: 2, every: 0.5 })).to.throw('every must be a whole number');
    expect(() => textPieces('abc', { length: 2, step: 1 } as never)).to.throw('unknown option "step"');
  });
});
