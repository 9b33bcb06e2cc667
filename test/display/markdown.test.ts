import { expect } from 'chai';
import { escapeMarkdown, markdownParagraph } from '#lab/display/markdown';

describe('Markdown that shows a text as it stands', () => {
  it('escapes what means something within a line', () => {
    const escaped = {
      'a|b': 'a\\|b',
      'a\\|b': 'a&#92;\\|b',
      '\\(x\\)': '&#92;(x&#92;)',
      '**b** and *i*': '\\*\\*b\\*\\* and \\*i\\*',
      __init__: '\\_\\_init\\_\\_',
      '`code`': '\\`code\\`',
      $x$: '\\$x\\$',
      '~~gone~~': '\\~\\~gone\\~\\~',
      '[text](address)': '\\[text](address)',
      '<b>bold</b><!-- -->': '\\<b>bold\\</b>\\<!-- -->',
      '&lt; and &#60;': '\\&lt; and \\&#60;',
      'http://a_b_c, www.a_b_c': 'http\\://a\\_b\\_c, www\\.a\\_b\\_c',
      'two\nlines\u2028and a\ttab': 'two lines and a tab',
      'bell\u0007': 'bell\ufffd',
    };
    for (const [text, markdown] of Object.entries(escaped)) expect(escapeMarkdown(text)).to.equal(markdown);
  });

  it('leaves alone what means nothing', () => {
    for (const text of ['rho (g/m**3)', 'val_loss', 'a < b & c', 'costs $5', 'GRU <64>', '# a', 'دما (°C)']) {
      expect(escapeMarkdown(text)).to.equal(text);
    }
  });

  it('is a paragraph whatever it begins with', () => {
    const paragraphs = {
      '# a': '\\# a',
      '  > a': '\\> a',
      '- a': '\\- a',
      '* a': '\\* a',
      '12. a': '12\\. a',
      '3) a': '3\\) a',
      '---': '\\---',
      '```': '\\```',
      '    code': 'code',
      'Slide 12: a': 'Slide 12: a',
      '2 h ahead': '2 h ahead',
    };
    for (const [text, markdown] of Object.entries(paragraphs))
      expect(markdownParagraph(text)).to.equal(markdown);
  });
});
