/** A Vega-Lite specification; JupyterLab draws it, and `vega` makes SVG of it. */
export interface VegaLiteSpec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

export const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/** A line's colour by its place in the chart; blue and vermilion first, told apart by colour-blind eyes (Okabe and Ito). */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

/** What charts share: a size that fits a notebook's column, a light grid, no box around the plot. */
const style = {
  font: 'Vazirmatn, "Noto Sans", Tahoma, sans-serif',
  view: { stroke: null },
  axis: {
    gridColor: '#e6e6e6',
    domainColor: '#888',
    tickColor: '#888',
    labelFontSize: 11,
    titleFontSize: 12,
  },
  title: { fontSize: 14, anchor: 'start', offset: 10 },
  legend: { labelFontSize: 11, titleFontSize: 12 },
  range: { category: PALETTE },
};

/** Completes a chart with the schema, the course's style and a size in pixels. */
export function chart(body: Record<string, unknown>, width = 640, height = 260): VegaLiteSpec {
  const sized = 'facet' in body || 'hconcat' in body || 'vconcat' in body ? {} : { width, height };
  return { $schema: SCHEMA, background: 'white', ...sized, ...body, config: style };
}

/** A time axis in UTC, which is what the series' clock is read as. */
export function timeAxis(field: string, title: string | null, format?: string): Record<string, unknown> {
  return {
    field,
    type: 'temporal',
    title,
    scale: { type: 'utc' },
    // With more, days would be halved, and of overlapping labels the dates be left out.
    axis: { grid: false, tickCount: 8, ...(format ? { format } : {}) },
  };
}
