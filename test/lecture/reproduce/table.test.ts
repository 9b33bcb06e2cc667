import { expect } from 'chai';
import { Outlook } from '#lab/lecture/reproduce/progress';
import { RECIPE } from '#lab/lecture/reproduce/recipe';
import { markdownReport } from '#lab/lecture/reproduce/report';
import { inTableOrder, type RowFile, spread, tableRow, unlike } from '#lab/lecture/reproduce/results';
import { LECTURE_ROWS } from '#lab/lecture/reproduce/rows';
import type { DataFacts, Protocol } from '#lab/lecture/reproduce/study';

const data: DataFacts = {
  source: 'x.csv',
  rows: 1000,
  from: '2013-01-01 00:00',
  to: '2013-02-11 15:00',
  minutesPerRow: 60,
  sha256: 'ab'.repeat(32),
};

const protocol = {
  past: '120h',
  step: '1h',
  epochs: 2,
  features: ['T (degC)'],
  trainingShare: 0.715,
  recipe: RECIPE,
};

const rowFile = (row: string, testMses: number[], changed: object = {}): RowFile => ({
  data,
  protocol: { ...protocol, ...changed } as unknown as Protocol,
  row,
  machine: 'm',
  runs: testMses.map((testMse, i) => ({
    seed: i + 1,
    epochs: 2,
    parameters: 4673,
    secondsPerEpoch: 2,
    trainMse: testMse / 2,
    testMse,
    losses: [1, testMse],
  })),
  baselines: [{ name: 'last value', parameters: 0, trainError: 0.5, testError: 0.4 }],
  sample: { time: [0, 1], truth: [1, 2], forecast: [1, 3] },
});

describe('npm run reproduce: the table', () => {
  it('has the numbers of slides 12 and 13', () => {
    const printed = LECTURE_ROWS.map(({ id, lecture }) => [id, lecture?.trainMse, lecture?.testMse]);
    expect(printed).to.deep.equal([
      ['fc-2h', 0.1377, 0.1413],
      ['simple-rnn-2h', 0.0403, 0.0599],
      ['simple-rnn-1h', 0.0158, 0.0311],
      ['simple-rnn-6h', 0.2193, 0.2516],
      ['simple-rnn-12h', 0.2752, 0.4135],
      ['gru-1h', 0.0127, 0.0165],
      ['gru-6h', 0.0662, 0.0831],
      ['gru-12h', 0.0986, 0.1313],
    ]);
  });

  it('gives mean and standard deviation over seeds, and none for one', () => {
    expect(spread([1, 2, 3])).to.equal(1);
    expect(spread([1])).to.equal(null);
    const row = tableRow(rowFile('gru-6h', [0.05, 0.06, 0.07]), 'GRU');
    expect(row.testMse).to.be.closeTo(0.06, 1e-12);
    expect(row.testMseSpread).to.be.closeTo(0.01, 1e-12);
    expect(row).to.deep.include({ seeds: [1, 2, 3], horizonHours: 6, baselines: { 'last value': 0.4 } });
  });

  it('writes the lecture beside ours, and which rows are missing', () => {
    const rows = [tableRow(rowFile('gru-6h', [0.05, 0.06]), 'GRU(64) + FC(1)')];
    const report = markdownReport(data, protocol as unknown as Protocol, rows);
    expect(report).to.contain('| GRU(64) + FC(1) | 6 h |').and.contain('**0.0550 ± 0.0071** | 0.0831 |');
    expect(report).to.contain('Not trained: fc-2h, simple-rnn-2h,');
    expect(report).to.contain('batch 256').and.contain('the first 0.715');
  });

  it('is Markdown whatever the file of the data is called', () => {
    const rows = [tableRow(rowFile('gru-6h', [0.05]), 'GRU | `64`\\')];
    const source = '# <b>a|b</b>\n`c` [d](e)\\.csv';
    const report = markdownReport({ ...data, source }, protocol as unknown as Protocol, rows);
    expect(report).to.contain('\nData: # \\<b>a\\|b\\</b> \\`c\\` \\[d](e)&#92;.csv, 1,000 rows');
    expect(report).to.contain('| GRU \\| \\`64\\`&#92; | 6 h |');
  });

  it('merges rows in the order of the lecture, and refuses what does not belong together', () => {
    const [gru, fc] = [rowFile('gru-6h', [0.05]), rowFile('fc-2h', [0.1])];
    expect(inTableOrder([gru, fc], ['a', 'b']).map(({ row }) => row)).to.deep.equal(['fc-2h', 'gru-6h']);
    expect(() => inTableOrder([gru, gru], ['a', 'b'])).to.throw(
      'row gru-6h is in a and in b; expected it once',
    );
    const longer = rowFile('fc-2h', [0.1], { epochs: 3 });
    expect(() => inTableOrder([gru, longer], ['a', 'b'])).to.throw(
      "can't be in one table, they differ in epochs: 2 and 3",
    );
    expect(unlike(gru, { data: { ...data, sha256: 'x' }, protocol: gru.protocol })).to.match(
      /^data\.sha256: /,
    );
  });

  it('tells the time left of runs whose kind is not met yet from the pace of the others', () => {
    const runs = [
      { name: 'a', kind: 'fc', work: 1 },
      { name: 'b', kind: 'gru', work: 3 },
      { name: 'c', kind: 'gru', work: 3 },
    ];
    const outlook = new Outlook(runs);
    expect(outlook.secondsLeft()).to.equal(null);
    outlook.advance(0, 1, 10);
    expect(outlook.secondsLeft()).to.equal(60);
    outlook.advance(1, 0.5, 30); // a gru takes 20 s a unit, not 10
    expect(outlook.secondsLeft()).to.equal(30 + 60);
    expect(outlook.share()).to.be.closeTo(2.5 / 7, 1e-12);
    outlook.advance(1, 1, 0); // there already: no news of the pace
    expect(outlook.secondsLeft()).to.equal(60);
  });
});
