// biome-ignore lint/suspicious/noTsIgnore: it stands in the declarations, where with danfojs-node installed nothing is wrong
/** @ts-ignore An optional peer: where it is not installed, the type is `any`, and who needs no frames is not told. */
import type { DataFrame } from 'danfojs-node';
import { fail, refuseUnknown } from '../errors';
import { TIME_COLUMN } from './columns';
import { formatCount, formatTime, tidyNumber } from './format';
import { type Series, selectColumns } from './series';

/** Which part of a series to look at. */
export interface Selection {
  /** Rows from this time on, `'2013-02-01'` or `'2013-02-01 06:00'`, in UTC. Default: the first. */
  from?: string;
  /** Rows before this time. Default: to the last. */
  to?: string;
  /** The columns. Default: all. */
  columns?: readonly string[];
}

/** A data frame of more rows takes seconds and gigabytes to make; the numbers themselves are in the series. */
const MOST_ROWS = 100_000;

/**
 * A part of a series as a danfo `DataFrame`, for looking at: `head`, `print`, `loc`, a notebook's table. Its first
 * column is the time as text. The networks never go through it: danfo keeps rows as JavaScript arrays.
 *
 * @throws RecurrentError for a selection without rows, with more than 100,000, or of columns that are not there, and where
 *   the package danfojs-node is not installed; it says how to
 * @example toDataFrame(series, { from: '2013-02-01', to: '2013-02-02', columns: ['T (degC)'] })
 */
export function toDataFrame(series: Series, selection: Selection = {}): DataFrame {
  const rows = selectRows('toDataFrame', series, selection);
  if (rows.length > MOST_ROWS) {
    const got = formatCount(rows.length);
    fail(
      'toDataFrame',
      `expected at most ${formatCount(MOST_ROWS)} rows, got ${got}; select less or resample first`,
    );
  }
  const { names, columns } = chooseColumns('toDataFrame', series, selection);
  const table = Array.from(rows, (row) => [
    formatTime(series.time[row]),
    ...names.map((name) => tidyNumber(columns[name][row])),
  ]);
  return new (danfo('toDataFrame').DataFrame)(table, { columns: [TIME_COLUMN, ...names] });
}

const STATISTICS = ['count', 'mean', 'std', 'min', '25%', '50%', '75%', 'max'];

/**
 * Count, mean, standard deviation (dividing by n − 1, as pandas does), least, quartiles (interpolated linearly) and
 * greatest value of every column of a selection, as a danfo `DataFrame`. Computed on the typed columns: the whole
 * Jena file takes a second, where danfo's own `describe` takes minutes.
 *
 * @throws RecurrentError for a selection without rows, or of columns that are not there, and where the package
 *   danfojs-node is not installed; it says how to
 */
export function describe(series: Series, selection: Selection = {}): DataFrame {
  const rows = selectRows('describe', series, selection);
  const { names, columns } = chooseColumns('describe', series, selection);
  const described = names.map((name) => {
    const values = columns[name];
    return statistics(Float32Array.from(rows, (row) => values[row])).map(tidyNumber);
  });
  const table = STATISTICS.map((_, statistic) => described.map((column) => column[statistic]));
  return new (danfo('describe').DataFrame)(table, { columns: names, index: STATISTICS });
}

/** The values of STATISTICS; sorts `values`. */
function statistics(values: Float32Array): number[] {
  values.sort();
  const n = values.length;
  let sum = 0;
  for (const x of values) sum += x;
  const mean = sum / n;
  let squares = 0;
  for (const x of values) squares += (x - mean) ** 2;
  const quantile = (share: number) => {
    const place = share * (n - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, n - 1);
    return values[below] + (place - below) * (values[above] - values[below]);
  };
  const std = n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
  return [n, mean, std, values[0], quantile(0.25), quantile(0.5), quantile(0.75), values[n - 1]];
}

/** Parts of every data frame that a column of their name would take the place of, and leave it broken. */
const FRAME_PARTS =
  /^(columns|constructor|describe|dtypes|head|iloc|index|loc|print|shape|tail|toString|values|\$[A-Za-z]\w*)$/;

/** The columns of a selection, in its order. */
function chooseColumns(where: string, series: Series, { columns }: Selection): Series {
  const chosen = columns === undefined ? series : selectColumns(where, series, columns);
  for (const name of chosen.names) {
    if (FRAME_PARTS.test(name))
      fail(where, `a data frame cannot have a column "${name}", which is a part of its own; leave it out`);
  }
  return chosen;
}

/** The rows of a selection, in the series' order. */
function selectRows(where: string, series: Series, selection: Selection): Uint32Array {
  refuseUnknown(where, selection, ['from', 'to', 'columns']);
  const from =
    selection.from === undefined ? Number.NEGATIVE_INFINITY : parseMoment(where, 'from', selection.from);
  const to = selection.to === undefined ? Number.POSITIVE_INFINITY : parseMoment(where, 'to', selection.to);
  const rows = new Uint32Array(series.length);
  let count = 0;
  for (let row = 0; row < series.length; row++) {
    if (series.time[row] >= from && series.time[row] < to) rows[count++] = row;
  }
  if (count === 0) {
    const span = `${formatTime(series.time[0])} to ${formatTime(series.time[series.length - 1])}`;
    fail(
      where,
      `no row from ${selection.from ?? 'the first'} to ${selection.to ?? 'the last'}; there is ${span}`,
    );
  }
  return rows.subarray(0, count);
}

function parseMoment(where: string, name: string, text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?Z?$/.exec(String(text));
  const time = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00'}Z`) : Number.NaN;
  if (Number.isNaN(time))
    fail(where, `${name} must be a time such as '2013-02-01' or '2013-02-01 06:00', got ${text}`);
  return time;
}

/** Two of danfo's own dependencies are out of npm's reach: one has an address outside the registry, one a native library. */
const OVERRIDES =
  '"overrides": { "danfojs-node": { "xlsx": "npm:@e965/xlsx@0.20.3", "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@4.22.0" } }';

/** danfo takes a second to load, so it is loaded when the first table is made. */
function danfo(where: string): typeof import('danfojs-node') {
  try {
    return require('danfojs-node') as typeof import('danfojs-node');
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    return fail(
      where,
      `needs the package danfojs-node, which does not load (${reason}). Put ${OVERRIDES} into your package.json, ` +
        'and run "npm install danfojs-node@1.2.0"',
    );
  }
}
