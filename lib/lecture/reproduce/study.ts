import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  type BaselineRow,
  baselines,
  LECTURE_FEATURES,
  LECTURE_TARGET,
  LECTURE_TRAINING_SHARE,
  loadClimate,
  normalise,
  readClimateCsv,
  type Series,
  split,
  type WindowDataset,
  windows,
  type ZScores,
} from '../../climate';
import { fail } from '../../errors';
import { RECIPE, type Recipe } from './recipe';

/** Which readings the table is about. */
export interface DataFacts {
  readonly source: string;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly minutesPerRow: number;
  /** SHA-256 of the times and the columns used, as they were after reading; two files that differ only in form agree. */
  readonly sha256: string;
}

/** What was done, in full: with the data and the seed it decides every number of a run. */
export interface Protocol {
  readonly past: '120h';
  readonly step: '30min' | '1h';
  readonly horizonCountedFrom: 'the last row that the network sees';
  readonly features: readonly string[];
  readonly target: string;
  readonly normalisation: 'z-scores, with mean and standard deviation of the training rows';
  readonly trainingShare: number;
  readonly windowsAcrossClockJumps: 'kept';
  readonly units: 64;
  readonly loss: 'mean squared error of the normalised temperature';
  readonly epochs: number;
  readonly recipe: Recipe;
  readonly errors: 'over all windows of a part, with the weights after the last epoch';
}

/** The data of the table, cut and normalised, and how they are used. */
export interface Study {
  readonly data: DataFacts;
  readonly protocol: Protocol;
  readonly scale: ZScores;
  readonly trainZ: Series;
  readonly testZ: Series;
}

const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

function digest(series: Series): string {
  const hash = createHash('sha256');
  const bytes = (values: Float64Array | Float32Array) =>
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  bytes(series.time);
  for (const name of series.names) bytes(series.column(name));
  return hash.digest('hex');
}

function stepOf(series: Series): Protocol['step'] {
  const minutes = series.interval / 60_000;
  if (30 % minutes === 0) return '30min';
  if (60 % minutes === 0) return '1h';
  return fail('--data', `rows must divide half an hour or be an hour apart, these are ${minutes} min apart`);
}

/**
 * Reads the data, cuts them at the lecture's share and normalises them.
 *
 * @param data `quick`, `full` or a path
 * @throws RecurrentError for a file that is not there or is no climate file, or rows too far apart
 */
export async function openStudy(data: string, epochs: number): Promise<Study> {
  const columns = [...LECTURE_FEATURES];
  const whole =
    data === 'quick' || data === 'full'
      ? await loadClimate({ size: data, columns })
      : await readClimateCsv(data, { columns });
  const series = whole.select(columns);
  const step = stepOf(series);
  const [train, test] = split(series, LECTURE_TRAINING_SHARE);
  const scale = normalise(train);
  return {
    data: {
      source: series.source || basename(data),
      rows: series.length,
      from: day(series.time[0]),
      to: day(series.time[series.length - 1]),
      minutesPerRow: series.interval / 60_000,
      sha256: digest(series),
    },
    protocol: {
      past: '120h',
      step,
      horizonCountedFrom: 'the last row that the network sees',
      features: columns,
      target: LECTURE_TARGET,
      normalisation: 'z-scores, with mean and standard deviation of the training rows',
      trainingShare: LECTURE_TRAINING_SHARE,
      windowsAcrossClockJumps: 'kept',
      units: 64,
      loss: 'mean squared error of the normalised temperature',
      epochs,
      recipe: RECIPE,
      errors: 'over all windows of a part, with the weights after the last epoch',
    },
    scale,
    trainZ: scale.apply(train),
    testZ: scale.apply(test),
  };
}

/** The windows of a part for one horizon, in the order of time. */
export function orderedWindows(study: Study, part: 'train' | 'test', horizonHours: number): WindowDataset {
  const { past, step } = study.protocol;
  return windows(part === 'train' ? study.trainZ : study.testZ, {
    past,
    step,
    horizon: `${horizonHours}h`,
    batch: 256,
  });
}

/** The training windows, in an order of its own each epoch. */
export function shuffledWindows(study: Study, horizonHours: number): WindowDataset {
  const { past, step, recipe } = study.protocol;
  return windows(study.trainZ, {
    past,
    step,
    horizon: `${horizonHours}h`,
    batch: recipe.batch,
    shuffle: true,
  });
}

const baselineCache = new WeakMap<Study, Map<number, BaselineRow[]>>();

/** The forecasts without a network, worked out once for each horizon. */
export function baselinesAt(study: Study, horizonHours: number): BaselineRow[] {
  let known = baselineCache.get(study);
  if (!known) baselineCache.set(study, (known = new Map()));
  const there = known.get(horizonHours);
  if (there) return there;
  const rows = baselines(
    orderedWindows(study, 'train', horizonHours),
    orderedWindows(study, 'test', horizonHours),
  );
  known.set(horizonHours, rows);
  return rows;
}
