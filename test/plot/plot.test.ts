import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  errorBars,
  learningCurve,
  letterChart,
  lineChart,
  linesOverTime,
  saveChart,
  type VegaLiteSpec,
  windowChart,
} from 'recurrent-lab';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { drawn, texts } from './support';

async function svg(spec: VegaLiteSpec): Promise<string> {
  const warnings: string[] = [];
  const note = (...args: unknown[]) => warnings.push(args.join(' '));
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  const { spec: compiled } = compile(spec as never, { logger: logger as never });
  const drawn = await new vega.View(vega.parse(compiled), { renderer: 'none' }).toSVG();
  expect(warnings).to.deep.equal([]);
  return drawn;
}

/** How many marks of a role the drawing has, e.g. bars or lines. */
const marks = (drawn: string, role: string) =>
  drawn
    .match(new RegExp(`class="mark-${role} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs'))
    ?.join('')
    .match(/<path/g)?.length ?? 0;

const hours = (n: number) => Float64Array.from({ length: n }, (_, i) => Date.UTC(2013, 0, 1) + i * 3_600_000);

describe('plots', () => {
  it('draws numbers at the letters of a text, the first at the right', async () => {
    const title = { title: 'Gaps', y: 'P', marked: [2] };
    const drawn = await svg(
      letterChart([...'سیزده'], { one: [0, 0.5, 1, 0, 1], two: [0, 0, 0, 0, 1] }, title),
    );
    expect([marks(drawn, 'line'), marks(drawn, 'symbol')]).to.deep.equal([2, 10]);
    const labels = [...drawn.matchAll(/translate\(([\d.]+),[^)]*\)"[^>]*>([سیزده])</g)];
    const places = new Map(labels.map(([, x, letter]) => [letter, Number(x)]));
    expect(
      [...places]
        .sort((a, b) => b[1] - a[1])
        .map(([letter]) => letter)
        .join(''),
    ).to.equal('سیزده');
    const bad: [() => unknown, string][] = [
      [() => letterChart([], { a: [] }, { title: '', y: '' }), 'expected letters and a line, got 0 and 1'],
      [() => letterChart(['a'], {}, { title: '', y: '' }), 'expected letters and a line, got 1 and 0'],
      [() => letterChart(['a'], { a: [] }, { title: '', y: '' }), 'line "a" has 0 numbers, expected 1'],
      [() => letterChart(['a'], { a: [2] }, { title: '', y: '' }), 'line "a" has 2, expected 0 to 1'],
      [() => letterChart(['a'], { a: [1] }, { title: '', y: '', marked: [1] }), 'places from 0 to 0, got 1'],
    ];
    for (const [draw, message] of bad)
      expect(draw).to.throw(`letterChart: `).with.property('message').that.contains(message);
  });

  it('draws one line for each name, with a legend, and a gap where a reading is missing', async () => {
    const truth = { time: hours(5), values: [1, 2, Number.NaN, 4, 5] };
    const drawn = await svg(
      linesOverTime(
        { truth, model: { time: hours(5), values: [1, 2, 3, 4, 5] } },
        { title: 'T', y: 'T (°C)' },
      ),
    );
    expect(marks(drawn, 'line')).to.equal(2);
    expect(drawn).to.contain('T (°C)').and.contain('>truth<').and.contain('>model<');
    const lines = drawn.match(/aria-roledescription="line mark"[^>]* d="[^"]*"/g)!;
    expect(lines.map((line) => line.match(/M/g)!.length)).to.deep.equal([2, 1]);
  });

  it('reads the clock as UTC', async () => {
    const drawn = await svg(
      linesOverTime({ a: { time: hours(3), values: [1, 2, 3] } }, { title: '', y: '', timeFormat: '%H:%M' }),
    );
    expect(drawn).to.contain('>00:00<').and.contain('>02:00<');
  });

  it('names the days of ten days', async () => {
    const days = { time: hours(240), values: hours(240) };
    const drawn = await svg(linesOverTime({ a: days }, { title: '', y: '' }));
    expect(drawn).to.contain('>Wed 02<').and.contain('>Thu 10<').and.not.contain('>12 PM<');
  });

  it('marks how far ahead the target of a window is', async () => {
    const past = { time: hours(24), values: hours(24).map((_, i) => i) };
    const drawn = await svg(
      windowChart(past, { time: hours(30)[29], value: 29 }, { title: 'a window', y: 'T' }),
    );
    expect(drawn).to.contain('>\u2067۶ ساعت بعد\u2069 · \u20666 h ahead\u2069<');
  });

  it('orders error bars from the least', async () => {
    const bars = [
      { name: 'bad', mse: 2, kind: 'baseline' },
      { name: 'good', mse: 0.5, kind: 'model' },
    ];
    const drawn = await svg(errorBars(bars, { title: 'errors' }));
    expect(drawn.indexOf('>good<')).to.be.below(drawn.indexOf('>bad<'));
    expect(drawn).to.contain('>0.500<').and.contain('>2.00<');
  });

  it('draws a learning curve with whole epochs, also of none', async () => {
    const drawn = await svg(learningCurve({ train: [1, 0.5, 0.3], test: [1, 0.6] }, { title: 'curve' }));
    expect(marks(drawn, 'line')).to.equal(2);
    expect(drawn).to.not.contain('>1.5<');
    await svg(learningCurve({ train: [] }, { title: 'nothing yet' }));
  });

  it('draws lines through rows, told apart by a field, on logarithmic axes', async () => {
    const rows = ['b', 'a'].flatMap((name) => [1, 10, 100].map((n) => ({ name, n, cost: n * n })));
    const drawn = await svg(
      lineChart(rows, { title: 'cost', x: 'n', y: 'cost', by: 'name', log: ['x', 'y'] }),
    );
    expect(marks(drawn, 'line')).to.equal(2);
    expect(drawn.indexOf('>b<')).to.be.below(drawn.indexOf('>a<'));
    await svg(lineChart(rows, { title: 'one line', x: 'n', y: 'cost' }));
    expect(() => lineChart([{ n: 0, cost: 1 }], { title: '', x: 'n', y: 'cost', log: ['x'] })).to.throw(
      'expected numbers above 0 in "n", got 0',
    );
    expect(() => lineChart([{ n: 0 }], { title: '', x: 'n', y: 'cost' })).to.throw(
      'expected numbers in "cost", got undefined',
    );
    expect(() => lineChart([], { title: '', x: 'n', y: 'cost' })).to.throw('at least one row');
  });

  it('writes a title in both languages, the Persian from right to left, the English beneath', () => {
    const words = (fa: string, en: string) => ({ fa, en });
    const picture = drawn(
      lineChart([{ n: 1, cost: 2 }], {
        title: words('هزینهٔ خواندن (GRU)', 'Cost (GRU)'),
        x: 'n',
        y: 'cost',
        xTitle: words('تعداد', 'count'),
        yTitle: words('هزینه (°C)', 'cost (°C)'),
      }),
    );
    const lines = texts(picture).filter((text) => /[^\d.]/.test(text));
    const isolated = (fa: string) => `\u2067${fa}\u2069`.replace(/GRU|°C/, '\u2066$&\u2069');
    expect(lines).to.have.members([
      ...[isolated('هزینهٔ خواندن (GRU)'), 'Cost (GRU)'],
      ...[isolated('تعداد'), 'count', isolated('هزینه (°C)'), 'cost (°C)'],
    ]);
  });

  it('is the picture that Vega makes', async () => {
    const chart = lineChart([{ n: 1, cost: 2 }], { title: 't', x: 'n', y: 'cost' });
    expect(drawn(chart)).to.equal(await svg(chart));
  });

  it('saves a chart whole, or says what is wrong with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recurrent-'));
    const path = join(folder, 'made', 'chart.svg');
    const chart = learningCurve({ train: [2, 1] }, { title: 'curve' });
    try {
      await saveChart(chart, path);
      expect(readFileSync(path, 'utf8')).to.match(/^<svg[^>]*>[\s\S]*<\/svg>\n$/);
      const thrown = async (changed: object) =>
        saveChart({ ...chart, ...changed }, path).catch((error) => error.message);
      expect(await thrown({ mark: 'nonsense' })).to.match(/^saveChart: Vega-Lite cannot draw this chart: /);
      expect(await thrown({ data: { url: 'x.csv' } })).to.equal('saveChart: the chart needs data from a URL');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses what it cannot draw', () => {
    expect(() => linesOverTime({ a: { time: [1, 2], values: [1] } }, { title: '', y: '' })).to.throw(
      'linesOverTime: line "a" has 2 times and 1 values',
    );
    expect(() =>
      linesOverTime({ a: { time: hours(5001), values: hours(5001) } }, { title: '', y: '' }),
    ).to.throw('linesOverTime: line "a" has 5001 points, expected at most 5000');
    const past = { time: [1, 2], values: [1] };
    expect(() => windowChart(past, { time: 3, value: 1 }, { title: '', y: '' })).to.throw(
      'windowChart: line "past" has 2 times and 1 values',
    );
    expect(() => linesOverTime({}, { title: '', y: '' })).to.throw('at least one line');
    expect(() => errorBars([{ name: 'x', mse: Number.NaN, kind: 'model' }], { title: '' })).to.throw(
      'x: expected an error of 0 or more, got NaN',
    );
  });
});
