import { join } from 'node:path';
import { errorByHorizon, type HorizonError, learningCurve, linesOverTime, saveChart } from '../../plot';
import type { RowFile, TableRow } from './results';

/** Ours, the lecture's, and the baselines of the same horizons. */
function horizonErrors(rows: readonly TableRow[]): HorizonError[] {
  const recurrent = rows.filter((row) => !row.id.startsWith('fc-'));
  const short = (row: TableRow) => row.network.replace(' + FC(1)', '');
  const printed = recurrent.filter((row) => row.lecture);
  const baseline = (name: string) => {
    const hours = [...new Set(rows.map((row) => row.horizonHours))];
    return hours.map((horizonHours) => {
      const row = rows.find((candidate) => candidate.horizonHours === horizonHours) as TableRow;
      return { name, horizonHours, mse: row.baselines[name], kind: 'baseline' };
    });
  };
  return [
    ...recurrent.map((row) => ({
      name: short(row),
      horizonHours: row.horizonHours,
      mse: row.testMse,
      spread: row.testMseSpread ?? 0,
      kind: 'ours',
    })),
    ...printed.map((row) => ({
      name: short(row),
      horizonHours: row.horizonHours,
      mse: row.lecture?.testMse ?? Number.NaN,
      kind: 'lecture',
    })),
    ...baseline('last value'),
    ...baseline('linear regression'),
  ];
}

/** The pictures of a row: its learning curves, and ten days of predictions over the truth with their residuals. */
async function drawRow(folder: string, file: RowFile, row: TableRow): Promise<string[]> {
  const title = `${row.network}, ${row.horizonHours} h ahead`;
  const curve = `curve-${row.id}.svg`;
  const losses = Object.fromEntries(file.runs.map((run) => [`seed ${run.seed}`, run.losses]));
  await saveChart(learningCurve(losses, { title: `${title}: training loss` }), join(folder, curve));
  const { time, truth, forecast } = file.sample;
  if (time.length === 0) return [curve];
  const predictions = `predictions-${row.id}.svg`;
  const residuals = `residuals-${row.id}.svg`;
  const lines = { truth: { time, values: truth }, forecast: { time, values: forecast } };
  await saveChart(
    linesOverTime(lines, { title: `${title}, test rows`, y: 'T (°C)' }),
    join(folder, predictions),
  );
  const error = { time, values: forecast.map((value, i) => value - truth[i]) };
  await saveChart(
    linesOverTime({ error }, { title: `${title}: residuals`, y: 'forecast − truth (°C)', height: 160 }),
    join(folder, residuals),
  );
  return [curve, predictions, residuals];
}

/**
 * Draws error against horizon, and the curves, predictions and residuals of every row.
 *
 * @returns the names of the files
 */
export async function drawFigures(
  folder: string,
  files: readonly RowFile[],
  rows: readonly TableRow[],
): Promise<string[]> {
  const errors = horizonErrors(rows).filter(({ mse }) => mse > 0 && Number.isFinite(mse));
  await saveChart(errorByHorizon(errors, { title: 'Test error by horizon' }), join(folder, 'horizons.svg'));
  const names = ['horizons.svg'];
  for (const [i, file] of files.entries()) names.push(...(await drawRow(folder, file, rows[i])));
  return names;
}
