import { expect } from 'chai';
import { formulasOf, linkedFiles, type ProseCell, proseProblems, readGlossary } from 'recurrent-lab/lecture';

const variants = readGlossary(
  [
    '| Persian | English | symbol | in code | not |',
    '|---|---|---|---|---|',
    '| تانسور | tensor | | `tf.Tensor` | تنسور |',
    '| آخرین | last | | | واپسین، واپسینِ |',
    '| پس‌انتشار | back-propagation | | | |',
  ].join('\n'),
);

let count = 0;
const markdown = (source: string): ProseCell => ({ id: `c${count++}`, kind: 'markdown', source, tags: [] });
const both = (persian: string) =>
  markdown(`<div dir="rtl" lang="fa">\n\n${persian}\n\n</div>\n\nEnglish prose.`);
const code = (lines: number, ...tags: string[]): ProseCell => ({
  id: `c${count++}`,
  kind: 'code',
  source: Array(lines).fill('x;').join('\n'),
  tags,
});
const faults = (...cells: ProseCell[]) =>
  proseProblems(cells, variants).map((line) => line.replace(/^c\d+: /, ''));

describe('the checker of prose', () => {
  it('reads the glossary', () => {
    expect(variants).to.deep.equal([
      { variant: 'تنسور', term: 'تانسور' },
      { variant: 'واپسین', term: 'آخرین' },
      { variant: 'واپسینِ', term: 'آخرین' },
    ]);
  });

  it('finds formulas, and no code', () => {
    const text = 'a $h_t$ of `$x$`, <code dir="ltr">$y$</code> and $$\na\n= b$$ for 3\\$, $z$';
    expect(formulasOf(text)).to.deep.equal(['h_t', '\na\n= b', 'z']);
  });

  it('finds control characters', () => {
    expect(faults(both('یعنی $\binom{6}{h}$'))[0]).to.match(/^has a control character/);
  });

  it('finds nothing in good prose', () => {
    expect(
      faults(
        both(
          'در ۲۴۰ گام زمانی، شبکه‌های بازگشتی می‌آموزند؛ آیا <bdi>GRU(64)</bdi> بهتر است؟ $h_1 = 2$ و `tf.Tensor`',
        ),
        both(
          'کتابخانهٔ بزرگ‌تر و <code dir="ltr">gru({ units: 64 })</code> و [پیوند](04-x.ipynb) و تازه‌ترین‌ها',
        ),
        markdown('$$h_t = 3$$'),
      ),
    ).to.deep.equal([]);
  });

  for (const [fault, persian, told] of [
    ['a forbidden term', 'یک تنسور است', 'says «تنسور», the course says «تانسور»'],
    ['a forbidden term with its case mark', 'واپسینِ گام', 'says «واپسینِ», the course says «آخرین»'],
    ['Arabic ya', 'بازگشتي است', 'has the Arabic ي, write «ی»'],
    ['Arabic kaf', 'شبكه است', 'has the Arabic ك, write «ک»'],
    ['Arabic digits', 'در ٢٤٠ گام', 'has the Arabic digits ٢٤٠'],
    ['Latin digits', 'در 240 گام', 'has the Latin digits 240, write ۲۴۰'],
    ['a spaced prefix', 'شبکه می آموزد', '«می » wants a half-space'],
    ['a spaced negative prefix', 'شبکه نمی آموزد', '«نمی » wants a half-space'],
    ['a spaced plural', 'شبکه ها خوب‌اند', '« ها» wants a half-space'],
    ['a spaced comparative', 'عدد بزرگ تر است', '« تر» wants a half-space'],
    ['a Latin comma', 'شبکه, خوب است', 'has the Latin sign ,, write ، ؛ or ؟'],
    ['a Latin question mark', 'آیا خوب است?', 'has the Latin sign ?, write ، ؛ or ؟'],
    [
      'a Latin word beside digits',
      'برای FC ۵۲ ثانیه',
      '«FC ۵۲» would change places: isolate the Latin word with <bdi>',
    ],
    ['code that ends in a bracket', 'تابع `f(x)` را', '`f(x)` wants <code dir="ltr">'],
  ]) {
    it(`finds ${fault}`, () => expect(faults(both(persian))).to.include(told));
  }

  it('wants both languages in every cell of prose, Persian in its block', () => {
    expect(faults(markdown('<div dir="rtl" lang="fa">\n\nفارسی\n\n</div>'))).to.deep.equal([
      'is in Persian alone',
    ]);
    expect(faults(markdown('English alone'))).to.deep.equal(['is in English alone']);
    expect(faults(both('فارسی'), markdown('English فارسی'))).to.include(
      'has Persian outside <div dir="rtl" lang="fa">',
    );
    expect(faults(markdown('<div lang="fa">\n\nفارسی\n\n</div>\n\nEnglish'))).to.include(
      'has Persian without dir="rtl"',
    );
  });

  it('counts lines and code cells', () => {
    expect(faults(code(12), code(12))).to.deep.equal([]);
    expect(faults(code(13))).to.deep.equal(['has 13 lines of code, expected at most 12']);
    expect(faults(code(13, 'exercise'))).to.deep.equal([]);
    expect(faults(code(1), code(1), code(1), code(1))).to.have.length(1);
    expect(faults(code(1), code(1), both('و'), code(1))).to.deep.equal([]);
  });

  it('finds the files that links lead to', () => {
    expect(
      linkedFiles('[a](b.ipynb#c) <img src="d.png"> [e](https://f.org) [g](#h) <a href="../i.md">'),
    ).to.deep.equal(['b.ipynb#c', 'd.png', '../i.md']);
  });
});
