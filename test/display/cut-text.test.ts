import { expect } from 'chai';
import { toMimeBundle } from 'recurrent-lab';
import { cutText } from '#lab/display/cut-text';

const bundle = (value: unknown) => toMimeBundle(value) as Record<string, string>;

describe('cutText', () => {
  it('leaves a text that fits, and cuts plain letters at the limit', () => {
    expect(cutText('سلام', 4)).to.equal('سلام');
    expect(cutText('سلام', 2)).to.equal('سل');
    expect(cutText('', 0)).to.equal('');
    expect(cutText('a', 0)).to.equal('');
  });

  for (const [what, letter] of [
    ['a surrogate pair', '🌱'],
    ['a letter and its diacritics', 'بَّ'],
    ['a letter and its half-space', 'ی\u200c'],
    ['a letter and an accent', 'e\u0301'],
    ['a family', '👨‍👩‍👧'],
    ['a flag', '🇮🇷'],
    ['a skin colour', '👍🏽'],
    ['a line end of Windows', '\r\n'],
  ] as const) {
    it(`does not cut within ${what}`, () => {
      const text = letter.repeat(30);
      for (let most = 0; most < text.length; most++) {
        expect(cutText(text, most)).to.equal(letter.repeat(Math.floor(most / letter.length)));
      }
      expect(cutText(`${'x'.repeat(500)}${letter}`, 501)).to.equal('x'.repeat(500));
    });
  }

  it('cuts within what is no letter any more, but not within a surrogate pair', () => {
    expect(cutText(`a${'\u0301'.repeat(1000)}`, 500)).to.have.length(500);
    expect(cutText(`a${'\u{e0100}'.repeat(500)}`, 500)).to.have.length(499);
  });

  it('cuts what a notebook shows', function () {
    this.timeout(20_000);
    const long = bundle(new Map(Array.from({ length: 99 }, (_, i) => [i, '🌱'.repeat(2000)])))['text/plain'];
    expect(long)
      .to.match(/🌱\n\.\.\. \d+ more characters$/)
      .and.not.match(/[\ud800-\udbff](?![\udc00-\udfff])/);
    const { DataFrame } = require('danfojs-node') as typeof import('danfojs-node');
    const frame = bundle(
      new DataFrame([[`a${'🌱'.repeat(90)}`, `${'می\u200c'.repeat(60)}`]], { columns: ['e', 'h'] }),
    );
    expect(frame['text/html'])
      .to.contain(`<td style="text-align: left">a${'🌱'.repeat(49)}…</td>`)
      .contain(`<td style="text-align: left">${'می\u200c'.repeat(33)}…</td>`);
  });
});
