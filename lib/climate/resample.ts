import { fail } from '../errors';
import { isDirection } from './columns';
import { type Duration, milliseconds } from './duration';
import { mapColumns, Series } from './series';

/**
 * The mean of every hour, day or other length of time, as a shorter series. A new row has the time at which its
 * stretch begins, in UTC, and rows are in order of time; where the clock repeats, all rows of a stretch count.
 * Stretches without a row are left out. Directions in degrees get the direction of the mean unit vector.
 *
 * @param every `'hour'`, `'day'`, or a time such as `'3h'`; stretches are counted from 1970-01-01 00:00
 * @throws RecurrentError for a length of time that is none
 * @example resample(series, 'day').column('T (degC)') // daily means
 */
export function resample(series: Series, every: 'hour' | 'day' | Duration): Series {
  const named: Record<string, Duration> = { hour: '1h', day: '1d' };
  const length = milliseconds('resample', 'every', named[every] ?? (every as Duration));
  if (length === 0) fail('resample', 'every must be longer than 0');
  const starts = series.time.map((t) => Math.floor(t / length) * length);
  const time = Float64Array.from(new Set(starts)).sort();
  const placeOf = new Map<number, number>();
  time.forEach((start, place) => {
    placeOf.set(start, place);
  });
  const places = Uint32Array.from(starts, (start) => placeOf.get(start) as number);
  const columns = mapColumns(series, (values, name) =>
    isDirection(name) ? meanDirections(values, places, time.length) : means(values, places, time.length),
  );
  return new Series(time, columns, series.source);
}

/** The mean of the values of every place. */
function means(values: ArrayLike<number>, places: Uint32Array, count: number): Float32Array {
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let i = 0; i < places.length; i++) {
    sums[places[i]] += values[i];
    counts[places[i]]++;
  }
  return Float32Array.from(sums, (sum, place) => sum / counts[place]);
}

/** The direction of the mean of unit vectors, in [0, 360). */
function meanDirections(degrees: Float32Array, places: Uint32Array, count: number): Float32Array {
  const radians = Math.PI / 180;
  const east = means(
    Float64Array.from(degrees, (d) => Math.sin(d * radians)),
    places,
    count,
  );
  const north = means(
    Float64Array.from(degrees, (d) => Math.cos(d * radians)),
    places,
    count,
  );
  return east.map((x, i) => {
    const angle = Math.fround((Math.atan2(x, north[i]) / radians + 360) % 360);
    return angle === 360 ? 0 : angle;
  });
}
