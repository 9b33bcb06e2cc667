import { expect } from 'chai';
import { en, fa, fixed, percent, say } from 'recurrent-lab';

describe('sentences with numbers', () => {
  it('writes numbers in the digits and separators of the language', () => {
    expect(String(fa`از ${420_551} سطر`)).to.equal('از ۴۲۰٬۵۵۱ سطر');
    expect(String(en`of ${420_551} rows`)).to.equal('of 420,551 rows');
    expect(String(fa`خطا ${fixed(0.00617, 4)}`)).to.equal('خطا ۰٫۰۰۶۲');
    expect(String(en`error ${fixed(0.00617, 4)}`)).to.equal('error 0.0062');
    expect(String(fa`${percent(0.256)}`)).to.equal('۲۶٪');
    expect(String(en`${percent(0.256, 1)}`)).to.equal('25.6%');
  });

  it('writes a number without a format with three significant digits, whole ones in full', () => {
    expect(String(en`${0.123456} ${1234.5678} ${7} ${-2.5}`)).to.equal('0.123 1,230 7 -2.5');
    expect(String(fa`${0.123456}`)).to.equal('۰٫۱۲۳');
  });

  it('says what is no number as such', () => {
    expect(String(en`${Number.NaN} ${Number.POSITIVE_INFINITY}`)).to.equal('NaN ∞');
  });

  it('isolates what is put in, escapes it, and leaves the text its little Markdown', () => {
    expect(en`**a** <b> ${'<i>*x*'} \`c\``.toHtml()).to.equal(
      '<strong>a</strong> &lt;b&gt; <bdi>&lt;i&gt;*x*</bdi> <code dir="ltr">c</code>',
    );
  });

  it('is shown as prose, Persian from right to left', () => {
    const shown = say(fa`${3} گام`, en`${3} steps`) as unknown as Record<
      symbol,
      () => Record<string, string>
    >;
    const bundle = shown[Symbol.for('Jupyter.display')]();
    expect(bundle['text/html']).to.contain('<p dir="rtl" lang="fa"><bdi>۳</bdi> گام</p>');
    expect(bundle['text/html']).to.contain('<p dir="ltr" lang="en"><bdi>3</bdi> steps</p>');
    expect(bundle['text/plain']).to.equal('۳ گام\n3 steps');
  });
});
