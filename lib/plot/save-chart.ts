import { vegaLiteSvg } from '../display/mime-vega';
import { fail } from '../errors';
import { writeWhole } from '../files/write-whole';
import type { VegaLiteSpec } from './spec';

/**
 * Draws a chart into a file as SVG, whole or not at all.
 *
 * @param path its folder is made where it is missing
 * @throws RecurrentError for a chart that Vega-Lite can't draw, or whose data lie behind a URL, which is not fetched
 * @example await saveChart(learningCurve(losses, { title: 'Loss' }), 'artefacts/loss.svg');
 */
export async function saveChart(chart: VegaLiteSpec, path: string): Promise<void> {
  await writeWhole(path, `${pictureOf(chart)}\n`);
}

function pictureOf(chart: VegaLiteSpec): string {
  let svg: string | undefined;
  try {
    svg = vegaLiteSvg(chart as never);
  } catch (error) {
    fail('saveChart', (error as Error).message);
  }
  return svg ?? fail('saveChart', 'the chart needs data from a URL');
}
