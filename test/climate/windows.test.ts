import { expect } from 'chai';
import {
  type Duration,
  ready,
  type Series,
  seed,
  split,
  tf,
  type WindowDataset,
  type WindowOptions,
  windows,
} from 'recurrent-lab';
import { hourly } from './support';

const MINUTES = 60_000;

/** Rows 0, 1, 2, … in a column, with another that is 1000 more. */
const counting = (rows: number, interval?: number) =>
  hourly(rows, { x: (i) => i, y: (i) => i + 1000 }, interval);

const hours = (n: number): Duration => `${n}h`;

/** The windows of a series, made in the obvious way: row by row, number by number. */
function slowWindows(
  series: Series,
  steps: number,
  stepRows: number,
  horizonRows: number,
  names: string[],
  target: string,
) {
  const found: { x: number[]; y: number }[] = [];
  for (let last = 0; last + horizonRows < series.length; last++) {
    const rows = Array.from({ length: steps }, (_, k) => last - (steps - 1 - k) * stepRows);
    if (rows[0] < 0) continue;
    const x = rows.flatMap((row) => names.map((name) => series.column(name)[row]));
    found.push({ x, y: series.column(target)[last + horizonRows] });
  }
  return found;
}

async function collect(data: WindowDataset): Promise<number[][]> {
  const batches: number[][] = [];
  await data.forEachAsync(({ xs, ys }) => {
    expect(xs.shape.slice(1)).to.deep.equal(data.inputShape);
    expect(ys.shape).to.deep.equal([xs.shape[0], 1]);
    batches.push(Array.from(ys.dataSync()));
    tf.dispose([xs, ys]);
  });
  return batches;
}

describe('windows', () => {
  before(async () => {
    await ready();
  });

  describe('on 0, 1, 2, …', () => {
    it('end with the last row seen, and the horizon counts from it', () => {
      const data = windows(counting(10), { past: '4h', horizon: '2h', features: ['x'], target: 'x' });
      const { xs, ys, shape } = data.arrays();
      expect(shape).to.deep.equal([5, 4, 1]);
      expect([...xs.subarray(0, 4)]).to.deep.equal([0, 1, 2, 3]);
      expect([...ys]).to.deep.equal([5, 6, 7, 8, 9]);
      expect([...xs.subarray(16)]).to.deep.equal([4, 5, 6, 7]);
    });

    it('never look past their last row, whatever past, step and horizon', () => {
      for (const [past, step, horizon] of [
        [1, 1, 1],
        [6, 2, 1],
        [6, 3, 7],
        [12, 4, 5],
      ]) {
        const options: WindowOptions = {
          past: hours(past),
          step: hours(step),
          horizon: hours(horizon),
          features: ['x'],
          target: 'x',
        };
        const data = windows(counting(60), options);
        for (const { xs, ys } of data.batches()) {
          for (let i = 0; i < ys.length; i++) {
            const seen = xs.subarray(i * data.steps, (i + 1) * data.steps);
            expect(Math.max(...seen)).to.equal(ys[i] - horizon);
            expect(Math.min(...seen)).to.equal(ys[i] - horizon - (past - step));
          }
        }
      }
    });

    it('reach the first and the last row of the series', () => {
      const data = windows(counting(100), {
        past: '10h',
        step: '2h',
        horizon: '3h',
        features: ['x'],
        target: 'x',
      });
      expect(data.window(0).x[0]).to.equal(0);
      expect(data.window(-1).y).to.equal(99);
      expect(data.length).to.equal(100 - (5 - 1) * 2 - 3);
    });
  });

  it('equal the slow, obvious ones for many shapes', () => {
    const series = hourly(83, { a: (i) => Math.sin(i), b: (i) => i * i, c: (i) => -i });
    for (const [steps, step, horizon] of [
      [1, 1, 1],
      [2, 5, 3],
      [7, 1, 12],
      [5, 7, 1],
      [4, 16, 9],
      [82, 1, 1],
    ]) {
      for (const names of [['a'], ['c', 'a', 'b']]) {
        const options: WindowOptions = {
          past: hours(steps * step),
          step: hours(step),
          horizon: hours(horizon),
          features: names,
          target: 'b',
          batch: 10,
        };
        const data = windows(series, options);
        const slow = slowWindows(series, steps, step, horizon, names, 'b');
        expect(data.length).to.equal(slow.length);
        const { xs, ys } = data.arrays();
        expect([...xs]).to.deep.equal(slow.flatMap(({ x }) => x));
        expect([...ys]).to.deep.equal(slow.map(({ y }) => y));
        expect([...data.targets()]).to.deep.equal([...ys]);
        const joined = [...data.batches()].flatMap((batch) => [...batch.xs]);
        expect(joined).to.deep.equal([...xs]);
        expect([...data.window(0).x]).to.deep.equal(slow[0].x);
      }
    }
  });

  it('count as the lecture does, but from the last row seen: 420,551 rows, 120 h at 30 min, horizon 2 h', () => {
    const series = hourly(420_551, { x: (i) => i }, 10 * MINUTES);
    const [train, test] = split(series, 0.715);
    expect(train.length).to.equal(300_693);
    expect(test.length).to.equal(119_858);
    const options: WindowOptions = {
      past: '120h',
      step: '30min',
      horizon: '2h',
      features: ['x'],
      target: 'x',
    };
    const data = windows(test, options);
    expect(data.inputShape).to.deep.equal([240, 1]);
    // The lecture counts 720 + 12 rows from a window's start; of those 720 the last one seen is the 718th.
    expect(data.length).to.equal(119_126 + 3);
    const { x, y, times, targetTime } = data.window(0);
    expect([x[0], x[1], x[239], y]).to.deep.equal([300_693, 300_696, 300_693 + 717, 300_693 + 729]);
    expect(targetTime - times[239]).to.equal(2 * 60 * MINUTES);
    expect(times[239] - times[0]).to.equal((120 * 60 - 30) * MINUTES);
    expect(windows(train, options).window(-1).y).to.equal(300_692);
  });

  it('give batches with the last one smaller', async () => {
    const data = windows(counting(14), {
      past: '2h',
      horizon: '2h',
      features: ['x', 'y'],
      target: 'x',
      batch: 4,
    });
    expect([data.length, data.size, data.batchesPerEpoch]).to.deep.equal([11, 3, 3]);
    expect(await collect(data)).to.deep.equal([
      [3, 4, 5, 6],
      [7, 8, 9, 10],
      [11, 12, 13],
    ]);
    expect(String(data)).to.equal('11 windows of 2 steps of 2 features in 3 batches of 4, target x');
  });

  it('take the lecture’s columns by default', () => {
    const names = [
      'p (mbar)',
      'T (degC)',
      'VPmax (mbar)',
      'VPdef (mbar)',
      'sh (g/kg)',
      'rho (g/m**3)',
      'wv (m/s)',
    ];
    const series = hourly(10, Object.fromEntries(names.map((name) => [name, (i: number) => i])));
    const data = windows(series, { past: '3h', horizon: '1h' });
    expect([data.inputShape, data.target, data.batchSize]).to.deep.equal([[3, 7], 'T (degC)', 256]);
  });

  describe('shuffled', () => {
    const make = (options: Partial<WindowOptions> = {}) =>
      windows(counting(40), {
        past: '2h',
        horizon: '1h',
        features: ['x'],
        target: 'x',
        batch: 16,
        shuffle: true,
        ...options,
      });

    it('show every window once, in another order each pass', async () => {
      const data = make({ seed: 5 });
      const [first, second] = [(await collect(data)).flat(), (await collect(data)).flat()];
      expect(first).to.not.deep.equal(second);
      const sorted = Array.from({ length: 38 }, (_, i) => i + 2);
      for (const pass of [first, second]) expect([...pass].sort((a, b) => a - b)).to.deep.equal(sorted);
    });

    it('repeat with the seed, and go on from an epoch', async () => {
      const one = make({ seed: 5 });
      const passes = [await collect(one), await collect(one), await collect(one)];
      expect(one.epoch).to.equal(3);
      const resumed = make({ seed: 5 });
      resumed.epoch = 2;
      expect(await collect(resumed)).to.deep.equal(passes[2]);
      expect(await collect(make({ seed: 6 }))).to.not.deep.equal(passes[0]);
    });

    it('follow seed(n) where they have none of their own', async () => {
      const draw = async () => {
        seed(3);
        return [await collect(make()), await collect(make())];
      };
      const [first, second] = [await draw(), await draw()];
      expect(first).to.deep.equal(second);
      expect(first[0]).to.not.deep.equal(first[1]);
    });

    it('keep xs and ys together, and batches() in time order', async () => {
      const data = make({ seed: 1 });
      await data.forEachAsync(({ xs, ys }) => {
        const last = xs.dataSync().filter((_, i) => i % 2 === 1);
        expect([...ys.dataSync()]).to.deep.equal([...last].map((x) => x + 1));
        tf.dispose([xs, ys]);
      });
      expect([...[...data.batches()][0].ys.subarray(0, 3)]).to.deep.equal([2, 3, 4]);
    });
  });

  it('keep each tensor’s own numbers, though a buffer is used again', async () => {
    const data = windows(counting(30), { past: '2h', horizon: '1h', features: ['x'], target: 'x', batch: 7 });
    const held = await data.toArray();
    const firsts = held.map(({ xs }) => xs.dataSync()[0]);
    expect(firsts).to.deep.equal([0, 7, 14, 21]);
    tf.dispose(held);
  });

  it('train and evaluate a model, epoch after epoch, and leave no tensor behind', async () => {
    const data = windows(counting(200), {
      past: '3h',
      horizon: '1h',
      features: ['x'],
      target: 'x',
      batch: 32,
      shuffle: true,
    });
    const before = tf.memory().numTensors;
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: data.inputShape }), tf.layers.dense({ units: 1 })],
    });
    model.compile({ optimizer: tf.train.sgd(1e-9), loss: 'meanSquaredError' });
    await model.fitDataset(data, { epochs: 1, verbose: 0 });
    const during = tf.memory().numTensors;
    const { epoch } = await model.fitDataset(data, { epochs: 2, verbose: 0, validationData: data });
    expect(epoch).to.deep.equal([0, 1]);
    // One pass, then two of training and two of validation: an iterator that fitDataset never uses is no pass.
    expect(data.epoch).to.equal(5);
    tf.dispose(await model.evaluateDataset(data as never, {}));
    expect(tf.memory().numTensors).to.equal(during);
    model.dispose();
    (model.optimizer as tf.Optimizer).dispose();
    expect(tf.memory().numTensors - before).to.be.below(3);
  });

  describe('across an irregular clock', () => {
    /** Rows 0 … 19, with three hours missing before row 10. */
    const jumping = () => {
      const series = counting(20);
      for (let i = 10; i < 20; i++) series.time[i] += 3 * 3_600_000;
      return series;
    };
    const options: WindowOptions = { past: '3h', horizon: '2h', features: ['x'], target: 'x' };

    it('count rows by default, and say how many windows that concerns', () => {
      const data = windows(jumping(), options);
      expect([data.length, data.acrossIrregular]).to.deep.equal([16, 4]);
      expect(windows(counting(20), options).acrossIrregular).to.equal(0);
    });

    it('are left out on demand: those that see row 9 or less and aim at row 10 or more', () => {
      const data = windows(jumping(), { ...options, irregular: 'skip' });
      expect([...data.lastRows]).to.deep.equal([2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17]);
      expect(data.acrossIrregular).to.equal(4);
      for (let i = 0; i < data.length; i++) {
        const { times, targetTime } = data.window(i);
        expect(targetTime - times[0]).to.equal(4 * 3_600_000);
      }
    });

    it('are refused where none is left', () => {
      const series = counting(6);
      series.time[3] += 1;
      const skip: WindowOptions = {
        past: '3h',
        horizon: '2h',
        features: ['x'],
        target: 'x',
        irregular: 'skip',
      };
      expect(() => windows(series, skip)).to.throw('every window reaches across an irregular step');
    });
  });

  const bad: [what: string, options: Record<string, unknown>, message: string][] = [
    [
      'a number for a time',
      { past: 120 },
      "past must be a time with its unit such as '120h', '10min' or '1d', got 120",
    ],
    ['an unknown unit', { horizon: '2w' }, 'horizon must be a time with its unit'],
    ['no horizon', { horizon: undefined }, 'horizon must be a time with its unit'],
    [
      'half a row',
      { horizon: '30min' },
      'horizon must be a whole number of rows, which are 1 h apart, got 30min',
    ],
    ['no time at all', { horizon: '0h' }, 'horizon must be a whole number of rows'],
    [
      'a past that is no whole number of steps',
      { past: '5h', step: '2h' },
      'past 5h is not a whole number of steps of 2h',
    ],
    ['too long a window', { past: '20h' }, 'a window with its target takes 21 rows, the series has 20'],
    ['an unknown column', { features: ['z'] }, 'windows: no column "z"; there are x, y'],
    ['an unknown target', { target: 'z' }, 'no column "z"'],
    ['no features', { features: [] }, 'expected at least one feature'],
    ['an empty batch', { batch: 0 }, 'batch must be a whole number of at least 1, got 0'],
    ['a shuffle that is no yes or no', { shuffle: 'yes' }, 'shuffle must be true or false, got yes'],
    ['a seed without shuffle', { seed: 3 }, 'seed is only for shuffle: true'],
    ['another irregular', { irregular: 'drop' }, 'irregular must be "keep" or "skip", got drop'],
    ['a misspelt option', { horizn: '1h' }, 'unknown option "horizn"'],
  ];
  for (const [what, options, message] of bad) {
    it(`refuse ${what}`, () => {
      const all = { past: '3h', horizon: '1h', features: ['x'], target: 'x', ...options } as WindowOptions;
      expect(() => windows(counting(20), all))
        .to.throw(message)
        .with.property('name', 'RecurrentError');
    });
  }

  it('refuse numbers that are none, a single row, and a window or epoch that is not there', () => {
    const options: WindowOptions = { past: '3h', horizon: '1h', features: ['x'], target: 'x' };
    const gap = counting(20);
    gap.column('x')[7] = Number.NaN;
    expect(() => windows(gap, options)).to.throw('column "x" must be numbers, row 7 is NaN');
    expect(() => windows(counting(1), options)).to.throw('expected a series of several rows in time');
    const data = windows(counting(20), options);
    expect(() => data.window(17)).to.throw('expected a window from 0 to 16, got 17');
    expect(() => {
      data.epoch = -1;
    }).to.throw('epoch must be a whole number of at least 0');
  });
});
