import { expect } from 'chai';
import { resultTable } from 'recurrent-lab';

describe('resultTable', () => {
  const table = resultTable(
    [
      { network: 'FC(64) | a', parameters: 107649, testMse: 0.1413 },
      { network: 'GRU <64>', parameters: 14081, testMse: null, note: 'x' },
    ],
    { caption: 'Table 1', digits: 3 },
  );

  it('is Markdown, HTML and text', () => {
    expect(table.toMarkdown()).equal(
      [
        'Table 1',
        '',
        '| network | parameters | testMse | note |',
        '|---|---:|---:|---|',
        '| FC(64) \\| a | 107,649 | 0.141 |  |',
        '| GRU <64> | 14,081 |  | x |',
      ].join('\n'),
    );
    expect(table.toHtml()).contain('<td style="text-align:left"><bdi>GRU &lt;64&gt;</bdi></td>');
    expect(String(table).split('\n')[3]).equal('FC(64) | a     107,649    0.141');
    const shown = (table as unknown as Record<symbol, () => object>)[Symbol.for('Jupyter.display')]();
    expect(shown).keys('text/html', 'text/markdown', 'text/plain');
  });

  it('takes chosen columns, and refuses a table without any', () => {
    expect(resultTable([{ a: 1, b: 2.5 }], { columns: ['b'] }).toMarkdown()).equal(
      '| b |\n|---:|\n| 2.5000 |',
    );
    expect(() => resultTable([])).throw('resultTable: expected at least one column, got none');
  });
});
