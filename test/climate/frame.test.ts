import { expect } from 'chai';
import { describe as describeSeries, normalise, resample, Series, toDataFrame } from 'recurrent-lab';
import { hourly, readShipped } from './support';

const HOUR = 3_600_000;

/** Names that a plain object would put into another order, or has already. */
const ODD_NAMES = ['x', '10', '2', '__proto__', 'toString', '0', 'constructor', 'valueOf'];
type Pairs = readonly (readonly [string, Float32Array])[];

describe('Series', () => {
  const series = hourly(10, { x: (i) => i / 10, y: (i) => -i });

  it('shares its memory with its parts', () => {
    const part = series.slice(2, 5).select(['y']);
    expect([part.length, part.names, [...part.column('y')]]).to.deep.equal([3, ['y'], [-2, -3, -4]]);
    expect(part.column('y').buffer).to.equal(series.column('y').buffer);
    expect(part.interval).to.equal(HOUR);
  });

  it('prints itself as a line and as a table', () => {
    expect(String(series)).to.equal('10 rows, every 1 h, 2020-01-01 00:00 … 2020-01-01 09:00 UTC; x, y');
    const show = (shown: Series) =>
      (shown as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]();
    expect(show(series)['text/html'].match(/<tr>/g)).to.have.length(8);
    expect(show(series)['text/html'])
      .to.contain('<td>2020-01-01 01:00</td><td>0.1</td><td>-1</td>')
      .contain('…');
    expect(show(hourly(2, { '<b>': (i) => i }))['text/html'])
      .to.contain('&lt;b&gt;')
      .not.contain('…');
  });

  for (const [what, given] of [
    ['pairs', (pairs: Pairs) => pairs],
    ['a Map', (pairs: Pairs) => new Map(pairs)],
  ] as const) {
    it(`keeps any names in the order of ${what}, and so does what is made of it`, () => {
      const pairs = ODD_NAMES.map((name, i) => [name, Float32Array.of(i, i + 1, i + 3)] as const);
      const odd = new Series(Float64Array.of(0, HOUR, 2 * HOUR), given(pairs));
      const made = [odd, odd.slice(1), odd.select(ODD_NAMES), normalise(odd).apply(odd), resample(odd, '2h')];
      for (const series of made) {
        expect(series.names).to.deep.equal(ODD_NAMES);
        expect(ODD_NAMES.map((name) => series.columns[name])).to.deep.equal(
          ODD_NAMES.map((name) => series.column(name)),
        );
      }
      expect(ODD_NAMES.map((name) => odd.column(name)[0])).to.deep.equal(ODD_NAMES.map((_, i) => i));
      expect(odd.select(['2', '10']).names).to.deep.equal(['2', '10']);
      expect(String(odd)).to.contain(`UTC; ${ODD_NAMES.join(', ')}`);
      const html = (odd as unknown as Record<symbol, () => Record<string, string>>)[
        Symbol.for('Jupyter.display')
      ]()['text/html'];
      expect(html).to.contain(['UTC', ...ODD_NAMES].map((name) => `<th>${name}</th>`).join(''));
      expect(html).to.contain('<td>1970-01-01 00:00</td><td>0</td><td>1</td><td>2</td>');
    });
  }

  it('refuses a name that is given twice', () => {
    const x = new Float32Array(10);
    expect(
      () =>
        new Series(series.time, [
          ['x', x],
          ['y', x],
          ['x', x],
        ]),
    ).to.throw('Series: column "x" is given twice');
    expect(() => series.select(['y', 'y'])).to.throw('Series: column "y" is given twice');
  });

  it('refuses no rows, no columns, unequal lengths, and names the columns that are there', () => {
    const time = Float64Array.of(0, HOUR);
    expect(() => new Series(new Float64Array(0), {})).to.throw('expected at least one row');
    expect(() => new Series(time, {})).to.throw('expected at least one column');
    expect(() => new Series(time, { x: new Float32Array(3) })).to.throw(
      'column "x" has 3 values for 2 times',
    );
    expect(() => series.column('toString')).to.throw('no column "toString"; there are x, y');
  });
});

describe('toDataFrame', () => {
  const series = hourly(48, { 'T (degC)': (i) => i + 0.1, 'wd (deg)': (i) => i });

  it('shows a selection by time and column', () => {
    const frame = toDataFrame(series, {
      from: '2020-01-01 22:00',
      to: '2020-01-02 01:00',
      columns: ['T (degC)'],
    });
    expect(frame.columns).to.deep.equal(['Date Time', 'T (degC)']);
    expect(frame.values).to.deep.equal([
      ['2020-01-01 22:00', 22.1],
      ['2020-01-01 23:00', 23.1],
      ['2020-01-02 00:00', 24.1],
    ]);
    expect(toDataFrame(series).head(2).shape).to.deep.equal([2, 3]);
    expect(toDataFrame(series, { from: '2020-01-02' }).shape).to.deep.equal([24, 3]);
  });

  it('keeps any names in their order', () => {
    const names = ODD_NAMES.filter((name) => !['toString', 'constructor'].includes(name));
    const series = new Series(
      Float64Array.of(0, HOUR),
      names.map((name, i) => [name, Float32Array.of(i, i + 10)] as const),
    );
    const frame = toDataFrame(series);
    expect(frame.columns).to.deep.equal(['Date Time', ...names]);
    expect((frame.values as unknown[][])[1]).to.deep.equal([
      '1970-01-01 01:00',
      ...names.map((_, i) => i + 10),
    ]);
    expect(describeSeries(series).columns).to.deep.equal(names);
    expect((describeSeries(series).values as number[][])[7]).to.deep.equal(names.map((_, i) => i + 10));
  });

  it('refuses names that a data frame has parts of', () => {
    for (const name of ['index', 'shape', 'columns', 'head', 'toString', 'constructor', '$data']) {
      const series = hourly(2, { x: (i) => i, [name]: (i) => i });
      for (const [where, make] of [
        ['toDataFrame', toDataFrame],
        ['describe', describeSeries],
      ] as const) {
        expect(() => make(series)).to.throw(`${where}: a data frame cannot have a column "${name}"`);
        expect(make(series, { columns: ['x'] }).columns).to.include('x');
      }
    }
    const fine = ['max', 'count', '$ per kWh', 'size'];
    const series = new Series(
      Float64Array.of(0),
      fine.map((name) => [name, Float32Array.of(1)] as const),
    );
    expect(toDataFrame(series).head(1).columns).to.deep.equal(['Date Time', ...fine]);
  });

  it('refuses an empty selection, a time in words, an unknown column, and too many rows', () => {
    expect(() => toDataFrame(series, { from: '2021-01-01' })).to.throw(
      'no row from 2021-01-01 to the last; there is 2020-01-01 00:00 to 2020-01-02 23:00',
    );
    expect(() => toDataFrame(series, { to: 'noon' })).to.throw("to must be a time such as '2013-02-01'");
    expect(() => toDataFrame(series, { columns: ['x'] })).to.throw(
      'toDataFrame: no column "x"; there are T (degC), wd (deg)',
    );
    expect(() => toDataFrame(series, { rows: 3 } as never)).to.throw('unknown option "rows"');
    expect(() => toDataFrame(hourly(100_001, { x: () => 0 }))).to.throw(
      'expected at most 100,000 rows, got 100,001',
    );
  });
});

describe('describe', () => {
  it('agrees with danfo on a real column', async () => {
    const series = (await readShipped()).slice(0, 500);
    const ours = describeSeries(series, { columns: ['p (mbar)', 'T (degC)'] });
    const danfo = toDataFrame(series, { columns: ['p (mbar)', 'T (degC)'] })
      .loc({ columns: ['p (mbar)', 'T (degC)'] })
      .describe();
    for (const statistic of ['count', 'mean', 'std', 'min', 'max']) {
      const [mine, theirs] = [ours, danfo].map(
        (frame) => frame.values[frame.index.indexOf(statistic)] as number[],
      );
      mine.forEach((value, column) => {
        expect(value, statistic).to.be.closeTo(theirs[column], 1e-3);
      });
    }
  });

  it('interpolates quartiles as pandas does, and leaves the series as it was', () => {
    const series = hourly(4, { x: (i) => [4, 1, 3, 2][i] });
    const frame = describeSeries(series);
    expect(frame.index).to.deep.equal(['count', 'mean', 'std', 'min', '25%', '50%', '75%', 'max']);
    expect((frame.values as number[][]).slice(4, 7)).to.deep.equal([[1.75], [2.5], [3.25]]);
    expect([...series.column('x')]).to.deep.equal([4, 1, 3, 2]);
  });

  it('takes the whole of 420,551 rows in about a second', () => {
    const series = hourly(420_551, { x: (i) => Math.sin(i), y: (i) => i % 977 }, 600_000);
    describeSeries(hourly(2, { x: (i) => i }));
    const before = process.cpuUsage();
    describeSeries(series);
    expect(process.cpuUsage(before).user / 1e6).to.be.below(2);
  });
});

describe('resample', () => {
  it('takes means of hours and days, named by their beginning', () => {
    const series = hourly(36, { x: (i) => i });
    const days = resample(series, 'day');
    expect([...days.time]).to.deep.equal([Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 2)]);
    expect([...days.column('x')]).to.deep.equal([11.5, 29.5]);
    expect([...resample(series, '6h').column('x')]).to.deep.equal([2.5, 8.5, 14.5, 20.5, 26.5, 32.5]);
    expect(resample(hourly(12, { x: (i) => i }, 600_000), 'hour').length).to.equal(2);
    expect(days.interval).to.equal(24 * HOUR);
  });

  it('leaves out stretches without rows, and puts repeated times where they belong', () => {
    const at = (...hours: number[]) => Float64Array.from(hours, (h) => h * HOUR);
    const series = new Series(at(0, 1, 48, 49, 0), { x: Float32Array.of(1, 3, 5, 7, 8) });
    const days = resample(series, 'day');
    expect([...days.time]).to.deep.equal([0, 48 * HOUR]);
    expect([...days.column('x')]).to.deep.equal([4, 6]);
  });

  it('takes the mean direction of winds, not the mean of their degrees', () => {
    const series = hourly(4, { 'wd (deg)': (i) => [350, 10, 80, 100][i] });
    const [north, east] = resample(series, '2h').column('wd (deg)');
    expect(Math.min(north, 360 - north)).to.be.below(1e-3);
    expect(east).to.be.closeTo(90, 1e-3);
  });

  it('refuses what is no length of time', () => {
    const series = hourly(4, { x: (i) => i });
    expect(() => resample(series, 'week' as never)).to.throw(
      "every must be a time with its unit such as '120h', '10min' or '1d', got week",
    );
    expect(() => resample(series, '0h')).to.throw('every must be longer than 0');
  });
});
