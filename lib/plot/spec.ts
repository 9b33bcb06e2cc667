import { type Title, titleLines } from './names';

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
  title: { fontSize: 14, anchor: 'start', offset: 10, subtitleFontSize: 12, subtitleColor: '#666' },
  legend: { labelFontSize: 11, titleFontSize: 12 },
  range: { category: PALETTE },
};

/** What a chart draws by: a field, with its title. */
export interface Channel {
  readonly title?: Title | null;
  readonly axis?: { readonly format?: unknown; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** A chart, or a layer of one. */
interface ChartBody {
  readonly title?: Title;
  readonly encoding?: Readonly<Record<string, Channel>>;
  readonly layer?: readonly ChartBody[];
  readonly [key: string]: unknown;
}

/** Completes a chart with the schema, the course's style and a size in pixels; its titles are shown as they stand. */
export function chart(body: ChartBody, width = 640, height = 260): VegaLiteSpec {
  const sized = 'facet' in body || 'hconcat' in body || 'vconcat' in body ? {} : { width, height };
  const titled = withTitles(body);
  // Vega-Lite writes titles and formats into code that describes each mark for those who can't see it; not all it can.
  const described = isCodeSafe(titled) ? {} : { mark: { description: lineOf(body.title ?? '') } };
  return { $schema: SCHEMA, background: 'white', ...sized, ...titled, config: { ...style, ...described } };
}

const lineOf = (title: Title) => [titleLines(title)].flat().join(' · ');

interface DrawnChannel {
  readonly title?: unknown;
  readonly axis?: { readonly format?: unknown };
}

/** The body as Vega-Lite reads it. */
interface TitledBody {
  readonly encoding?: Readonly<Record<string, DrawnChannel>>;
  readonly layer?: readonly TitledBody[];
  readonly [key: string]: unknown;
}

function withTitles(body: ChartBody): TitledBody {
  const { title, encoding, layer } = body;
  const shown = (channel: Channel) =>
    channel.title ? { ...channel, title: titleLines(channel.title) } : channel;
  const channels = Object.entries(encoding ?? {}).map(([name, channel]) => [name, shown(channel)]);
  return {
    ...body,
    ...(title === undefined ? {} : { title: chartTitle(title) }),
    ...(encoding ? { encoding: Object.fromEntries(channels) } : {}),
    ...(layer ? { layer: layer.map(withTitles) } : {}),
  };
}

function chartTitle(title: Title): string | { text: string; subtitle: string } {
  const lines = titleLines(title);
  return typeof lines === 'string' ? lines : { text: lines[0], subtitle: lines[1] };
}

function isCodeSafe({ encoding = {}, layer = [] }: TitledBody): boolean {
  const channels = Object.values(encoding);
  const titles = channels.map(({ title }) => String(title));
  const formats = channels.map(({ axis }) => String(axis?.format));
  return (
    titles.every((title) => !title.includes('\\')) &&
    formats.every((format) => !/['\\\n\r\u2028\u2029]/.test(format)) &&
    layer.every(isCodeSafe)
  );
}

/** A time axis in UTC, which is what the series' clock is read as. */
export function timeAxis(field: string, title: Title | null, format?: string): Channel {
  return {
    field,
    type: 'temporal',
    title,
    scale: { type: 'utc' },
    // With more, days would be halved, and of overlapping labels the dates be left out.
    axis: { grid: false, tickCount: 8, ...(format ? { format } : {}) },
  };
}
