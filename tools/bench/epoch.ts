import { loadClimate, normalise, windows } from 'recurrent-lab';
import { buildModel } from './ours';
import { type BenchRow, measured } from './result';
import { LECTURE } from './rows';

/** Batches of an epoch of the lecture: 300,693 windows, 256 at a time. */
const BATCHES = 1175;
/** What is timed: some passes over the station's windows, or the first batches of one where a pass takes long */
const TIMED = {
  fc: { epochs: 8 },
  'simple-rnn': { epochs: 1, batchesPerEpoch: 12 },
  gru: { epochs: 1, batchesPerEpoch: 8 },
  lstm: { epochs: 1, batchesPerEpoch: 8 },
} as const;

/** Epochs through `fitDataset`, windows gathered from a station's hours; 1,175 batches' time from fewer. */
export async function epochRows(rounds: number, wanted: (row: string) => boolean): Promise<BenchRow[]> {
  const series = await loadClimate({ size: 'quick' });
  const features = series.names.slice(0, LECTURE.features);
  const rows: BenchRow[] = [];
  for (const kind of ['fc', 'simple-rnn', 'gru', 'lstm'] as const) {
    const name = `epoch/${kind}`;
    if (!wanted(name)) continue;
    const options = {
      past: '240h',
      horizon: '1h',
      features,
      target: features[0],
      batch: LECTURE.batch,
    } as const;
    const data = windows(normalise(series).apply(series), { ...options, shuffle: true, seed: 1 });
    const model = buildModel('ours', kind, { ...LECTURE, time: data.steps });
    const timed: { epochs: number; batchesPerEpoch?: number } = TIMED[kind];
    const batches = timed.epochs * (timed.batchesPerEpoch ?? data.size);
    const trainEpoch = () => model.fitDataset(data, { ...timed, verbose: 0 });
    await trainEpoch();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await trainEpoch();
      times.push(((performance.now() - start) / batches) * (BATCHES / 1000));
    }
    model.dispose();
    rows.push({ name, unit: 's', ours: measured(times), peers: {} });
  }
  return rows;
}
