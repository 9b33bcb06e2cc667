import { expect } from 'chai';
import { type ResultRow, resultTable } from 'recurrent-lab';
import { escapeHtml } from '#lab/display/html';
import { NASTY_NAMES } from '../support/names';

describe('resultTable', () => {
  const table = resultTable(
    [
      { network: 'FC(64) | a', parameters: 107649, testMse: 0.1413 },
      { network: 'GRU <64>', parameters: 14081, testMse: null, note: 'x' },
    ],
    { caption: 'Table 1', digits: 3 },
  );

  it('is Markdown, HTML and text', () => {
    expect(table.toMarkdown()).to.equal(
      [
        'Table 1',
        '',
        '| network | parameters | testMse | note |',
        '|---|---:|---:|---|',
        '| FC(64) \\| a | 107,649 | 0.141 |  |',
        '| GRU <64> | 14,081 |  | x |',
      ].join('\n'),
    );
    expect(table.toHtml()).to.contain('<td style="text-align:left"><bdi>GRU &lt;64&gt;</bdi></td>');
    expect(String(table).split('\n')[3]).to.equal('FC(64) | a     107,649    0.141');
    const shown = (table as unknown as Record<symbol, () => object>)[Symbol.for('Jupyter.display')]();
    expect(shown).to.have.keys('text/html', 'text/markdown', 'text/plain');
  });

  it('shows any text as it stands, a row on one line', () => {
    for (const name of NASTY_NAMES) {
      const rows = [{ a: 1, ...Object.fromEntries([[name, name]]) }, { b: 2 }] as ResultRow[];
      const odd = resultTable(rows, { columns: ['b', name], caption: name });
      const html = new RegExp(/<td[^>]*>(?:<bdi>)?([^<]*)/g);
      const cells = [...odd.toHtml().matchAll(html)].map(([, cell]) => cell);
      expect(cells).to.deep.equal(['', escapeHtml(String(name)), '2', '']);
      const caption = name === '' ? 0 : 1;
      expect(odd.toMarkdown().split(/[\n\u2028]/)).to.have.length(4 + 2 * caption);
      expect(String(odd).split(/[\n\u2028]/)).to.have.length(4 + caption);
    }
  });

  it('takes chosen columns, and refuses a table without any', () => {
    expect(resultTable([{ a: 1, b: 2.5 }], { columns: ['b'] }).toMarkdown()).to.equal(
      '| b |\n|---:|\n| 2.5000 |',
    );
    expect(() => resultTable([])).to.throw('resultTable: expected at least one column, got none');
  });
});
