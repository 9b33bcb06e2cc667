import { fail } from '../errors';
import { type ByName, namedPairs, type Pairs } from './named';
import { columnOf, mapColumns, Series, selectColumns } from './series';

/** Mean and standard deviation of one column. */
export interface ZScore {
  readonly mean: number;
  readonly std: number;
}

/**
 * The z-scores z = (x − mean) / std of columns, with means and standard deviations measured on one series, the
 * training rows, and applied to any.
 */
export class ZScores {
  readonly columns: Readonly<Record<string, ZScore>>;
  readonly #names: readonly string[];

  /** @param columns of every column, in order; pairs, a Map or a record */
  constructor(columns: Pairs<ZScore>);
  constructor(columns: ByName<ZScore>);
  constructor(columns: ByName<ZScore>) {
    const pairs = namedPairs('ZScores', columns);
    this.#names = pairs.map(([name]) => name);
    this.columns = Object.fromEntries(pairs);
  }

  /** The mean and standard deviation of a column. */
  of(name: string): ZScore {
    const known = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    return known ?? fail('ZScores', `no column "${name}"; there are ${this.#names.join(', ')}`);
  }

  /**
   * The normalised columns of a series; columns that were not measured are left out.
   *
   * @throws RecurrentError where the series lacks a measured column
   */
  apply(series: Series): Series {
    const measured = selectColumns('ZScores', series, this.#names);
    const columns = mapColumns(measured, (values, name) => {
      const { mean, std } = this.columns[name];
      return values.map((x) => (x - mean) / std);
    });
    return new Series(series.time, columns, series.source, series.report);
  }

  /** Normalised values of a column back in its own unit: x = z std + mean. */
  invert(name: string, values: Float32Array): Float32Array {
    const { mean, std } = this.of(name);
    return values.map((z) => z * std + mean);
  }

  /** A mean squared error of normalised values as a root mean squared error in the column's own unit: √mse · std. */
  rootError(name: string, mse: number): number {
    return Math.sqrt(mse) * this.of(name).std;
  }
}

/**
 * Measures mean and standard deviation (dividing by the number of rows, as the lecture's code does) of every column.
 *
 * @param series the training rows, and only they: a test row must not shape what the network sees
 * @param names the columns to measure; default all
 * @throws RecurrentError for a constant column: it has no z-score
 * @example
 * const scale = normalise(train);
 * const [trainZ, testZ] = [scale.apply(train), scale.apply(test)];
 */
export function normalise(series: Series, names: readonly string[] = series.names): ZScores {
  const pairs = names.map((name) => [name, measure(name, columnOf('normalise', series, name))] as const);
  return new ZScores(namedPairs('normalise', pairs));
}

function measure(name: string, values: Float32Array): ZScore {
  let sum = 0;
  for (const x of values) sum += x;
  const mean = sum / values.length;
  let squares = 0;
  for (const x of values) squares += (x - mean) ** 2;
  const std = Math.sqrt(squares / values.length);
  // Rounding alone makes the mean of equal numbers differ from them a little.
  if (!(std > 1e-12 * Math.abs(mean)))
    fail('normalise', `column "${name}" is ${mean} in every row and has no z-score; leave it out`);
  return { mean, std };
}
