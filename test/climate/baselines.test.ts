import { expect } from 'chai';
import {
  baselines,
  type Duration,
  LECTURE_FEATURES,
  lastValue,
  linearRegression,
  meanSquaredError,
  normalise,
  Random,
  readClimateCsv,
  type Series,
  sameTimeYesterday,
  split,
  trainingMean,
  type WindowDataset,
  type WindowOptions,
  windows,
} from 'recurrent-lab';
import { windowSums } from '#lab/climate/gram';
import { hourly, JENA_HOURLY, readShipped, requireJenaHourly } from './support';

const FORECAST: WindowOptions = { past: '120h', horizon: '1h' };

/** Normalised training and test windows of a climate series, as the lecture cuts it. */
function lectureWindows(
  series: Series,
  options: WindowOptions = FORECAST,
): [train: WindowDataset, test: WindowDataset] {
  const [train, test] = split(series, 0.715);
  const scale = normalise(train, LECTURE_FEATURES);
  return [windows(scale.apply(train), options), windows(scale.apply(test), options)];
}

/** Two noisy columns. */
function noise(rows: number): Series {
  const random = Random.seeded(1);
  return hourly(rows, { x: () => random.normal(), y: () => random.normal() });
}

describe('baselines', () => {
  const xOnly = { features: ['x'], target: 'x' };

  it('last value: on a line of slope 1 it is wrong by the horizon', () => {
    const data = windows(hourly(50, { x: (i) => i }), { past: '4h', horizon: '3h', ...xOnly });
    expect(meanSquaredError(data, lastValue(data))).to.equal(9);
  });

  it('same time yesterday: right on what repeats every day, for horizons of a day and more, too', () => {
    const daily = hourly(200, { x: (i) => (i % 24) ** 2 });
    for (const horizon of ['1h', '23h', '24h', '25h', '50h'] as Duration[]) {
      const data = windows(daily, { past: '24h', horizon, ...xOnly });
      expect(meanSquaredError(data, sameTimeYesterday(data)), horizon).to.equal(0);
    }
  });

  it('same time yesterday: counts rows of 10 minutes at any step, and looks no further than the past', () => {
    const daily = hourly(900, { x: (i) => i % 144 }, 600_000);
    const data = windows(daily, { past: '24h', step: '1h', horizon: '2h', ...xOnly });
    expect(meanSquaredError(data, sameTimeYesterday(data))).to.equal(0);
    const short = windows(daily, { past: '12h', step: '1h', horizon: '2h', ...xOnly });
    expect(() => sameTimeYesterday(short)).to.throw(
      'sameTimeYesterday: needs a past of 22 h 10 min, the windows have 11 h 10 min',
    );
    expect(() => baselines(short, short)).to.throw('baselines: needs a past of 22 h 10 min');
    const odd = windows(hourly(50, { x: (i) => i }, 7 * 3_600_000), { past: '14h', horizon: '7h', ...xOnly });
    expect(() => sameTimeYesterday(odd)).to.throw(
      'a day must be a whole number of rows, which are 7 h apart',
    );
  });

  it('training mean: the mean of the training targets, everywhere', () => {
    const train = windows(hourly(6, { x: (i) => i }), { past: '2h', horizon: '1h', ...xOnly });
    const test = windows(hourly(5, { x: () => 1.5 }), { past: '2h', horizon: '1h', ...xOnly });
    // The targets are 2, 3, 4 and 5.
    expect([...trainingMean(train, test)]).to.deep.equal([3.5, 3.5, 3.5]);
    expect(meanSquaredError(test, trainingMean(train, test))).to.equal(4);
  });

  it('mean squared error: a prediction for every window, or none', () => {
    const data = windows(noise(30), { past: '2h', horizon: '1h', ...xOnly });
    expect(() => meanSquaredError(data, [1, 2])).to.throw(
      'meanSquaredError: expected 28 predictions, one a window, got 2',
    );
  });

  describe('linear regression', () => {
    it('sums over windows as the obvious loop does, whole and with windows left out', () => {
      const broken = noise(90);
      for (let i = 40; i < 90; i++) broken.time[i] += 3_600_000;
      const shape: WindowOptions = {
        past: '10h',
        step: '2h',
        horizon: '3h',
        features: ['x', 'y'],
        target: 'y',
      };
      for (const data of [windows(noise(90), shape), windows(broken, { ...shape, irregular: 'skip' })]) {
        const sums = windowSums(data);
        const { xs, ys } = data.arrays();
        const D = 10;
        expect([sums.inputs, sums.windows]).to.deep.equal([D, ys.length]);
        for (let i = 0; i < D; i++) {
          const column = (k: number) => [...ys.keys()].map((w) => xs[w * D + k]);
          const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
          expect(sums.sums[i]).to.be.closeTo(total(column(i)), 1e-9);
          expect(sums.targetProducts[i]).to.be.closeTo(total(column(i).map((x, w) => x * ys[w])), 1e-9);
          for (let j = 0; j < D; j++) {
            const other = column(j);
            expect(sums.products[i * D + j]).to.be.closeTo(
              total(column(i).map((x, w) => x * other[w])),
              1e-9,
            );
          }
        }
        expect(sums.targetSum).to.be.closeTo(
          ys.reduce((a, b) => a + b, 0),
          1e-9,
        );
      }
    });

    it('finds the rule that made the data: y[t + 2] = 2 x[t] − 0.5 x[t − 3] + 7', () => {
      const { columns } = noise(400);
      const x = columns.x;
      const series = hourly(400, {
        x: (i) => x[i],
        y: (i) => (i < 5 ? 0 : 2 * x[i - 2] - 0.5 * x[i - 5] + 7),
      });
      const data = windows(series.slice(5), { past: '6h', horizon: '2h', features: ['x'], target: 'y' });
      const found = linearRegression(data, { ridge: 0 });
      const weights = [0, 0, -0.5, 0, 0, 2];
      weights.forEach((w, i) => {
        expect(found.weights[i]).to.be.closeTo(w, 1e-6);
      });
      expect(found.bias).to.be.closeTo(7, 1e-6);
      expect(found.parameters).to.equal(7);
      expect(meanSquaredError(data, found.predict(data))).to.be.below(1e-10);
    });

    it('is not changed by a shuffle of the training windows', () => {
      const options: WindowOptions = {
        past: '4h',
        horizon: '1h',
        features: ['x', 'y'],
        target: 'y',
        batch: 16,
      };
      const [plain, mixed] = [
        windows(noise(200), options),
        windows(noise(200), { ...options, shuffle: true, seed: 4 }),
      ];
      expect(linearRegression(mixed).weights).to.deep.equal(linearRegression(plain).weights);
    });

    it('refuses what has no single solution, another shape, and a ridge that is none', () => {
      const few = windows(noise(20), { past: '12h', horizon: '1h', features: ['x', 'y'], target: 'y' });
      expect(() => linearRegression(few, { ridge: 0 })).to.throw(
        '8 windows do not determine 24 weights; give a larger ridge',
      );
      const regression = linearRegression(few, { ridge: 1e-3 });
      const other = windows(noise(20), { past: '6h', horizon: '1h', features: ['x', 'y'], target: 'y' });
      expect(() => regression.predict(other)).to.throw(
        'LinearRegression: expected windows of 12 × 2, got 6 × 2',
      );
      expect(() => linearRegression(few, { ridge: -1 })).to.throw(
        'ridge must be a number of at least 0, got -1',
      );
      expect(() => linearRegression(few, { rigde: 1 } as never)).to.throw('unknown option "rigde"');
    });
  });

  it('make a table of four, of which on the shipped year linear regression is the best', async () => {
    const [train, test] = lectureWindows(await readShipped());
    const rows = baselines(train, test);
    expect(rows.map(({ name }) => name)).to.deep.equal([
      'last value',
      'same time yesterday',
      'training mean',
      'linear regression',
    ]);
    expect(rows.map(({ parameters }) => parameters)).to.deep.equal([0, 0, 1, 841]);
    const errors = rows.map(({ testError }) => testError);
    expect(errors[0]).to.be.closeTo(0.0083, 0.0001);
    expect(Math.min(...errors)).to.equal(errors[3]);
    expect(() => baselines(train, windows(test.series, { past: '24h', horizon: '1h' }))).to.throw(
      /^baselines: expected windows of 120 × 7/,
    );
  });

  it('[slow] score 0.0133 for the last value on ../shared/data/jena_climate_hourly.csv.gz, where it is', async function () {
    requireJenaHourly.call(this);
    const [train, test] = lectureWindows(await readClimateCsv(JENA_HOURLY));
    const [last, , mean, regression] = baselines(train, test);
    expect(last.testError.toFixed(4)).to.equal('0.0133');
    expect(mean.trainError).to.be.closeTo(1, 0.01);
    expect(regression.testError).to.be.below(0.0065);
  });
});
