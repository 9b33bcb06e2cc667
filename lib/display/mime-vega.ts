import type { Data, Mark, Padding, Spec, View } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { printable } from './plain-text';

/** A top-level Vega-Lite specification names its schema, or has a mark or a composition beside data or an encoding. */
export function isVegaLite(value: object): value is TopLevelSpec {
  const spec = value as Record<string, unknown>;
  if (typeof spec.$schema === 'string') return spec.$schema.includes('/vega-lite/');
  const drawn = 'mark' in spec && ('encoding' in spec || 'data' in spec);
  const composed = ['layer', 'hconcat', 'vconcat', 'concat'].some((key) => Array.isArray(spec[key]));
  return drawn || (composed && 'data' in spec) || ('spec' in spec && ('repeat' in spec || 'facet' in spec));
}

/**
 * The specification for front ends that draw it, and its picture for those that do not. The picture is left out
 * where it needs data from a URL, which is not fetched here.
 */
export function vegaLiteBundle(spec: TopLevelSpec): Record<string, unknown> {
  const bundle: Record<string, unknown> = {
    'application/vnd.vegalite.v5+json': spec,
    'text/plain': `Vega-Lite chart${title(spec)}`,
  };
  const svg = vegaLiteSvg(spec);
  if (svg) bundle['image/svg+xml'] = svg;
  return bundle;
}

/**
 * The chart as SVG text, or undefined if its data has to be fetched. Synchronous, so that a chart stands where its
 * cell drew it, and so that a training loop that never yields can still show one.
 *
 * @throws with what Vega-Lite or Vega says of a specification they cannot draw
 */
export function vegaLiteSvg(spec: TopLevelSpec): string | undefined {
  try {
    // Drawn is what a front end gets; besides, Vega marks the rows that it reads as its own.
    return draw(JSON.parse(JSON.stringify(spec)));
  } catch (cause) {
    throw new Error(`Vega-Lite cannot draw this chart: ${(cause as Error).message}`, { cause });
  }
}

function draw(spec: TopLevelSpec): string | undefined {
  const vega = require('vega') as typeof import('vega') & { SVGStringRenderer: SvgRendererClass };
  const vegaLite = require('vega-lite') as typeof import('vega-lite');
  const log = errorLog();
  const compiled = vegaLite.compile(spec, { logger: log.logger as never }).spec as Spec;
  if (needsFetching(compiled)) return undefined;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: log.logger as never });
  try {
    view.run();
    if (log.first) throw log.first;
    const sized = view as View & { _viewWidth: number; _viewHeight: number; _origin: [number, number] };
    const { left = 0, right = 0, top = 0, bottom = 0 } = view.padding() as Exclude<Padding, number>;
    const [x, y] = sized._origin;
    const size = [sized._viewWidth + left + right, sized._viewHeight + top + bottom] as const;
    const svg = new vega.SVGStringRenderer(undefined)
      .initialize(null, ...size, [left + x, top + y], 1)
      .background(view.background())
      .render((view.scenegraph() as unknown as { root: unknown }).root)
      .svg();
    return printable(svg);
  } finally {
    view.finalize();
  }
}

/** Whether Vega would fetch something: data, or the pictures that are a mark. */
function needsFetching({ data = [], marks = [] }: { data?: Data[]; marks?: Mark[] }): boolean {
  return (
    data.some((source) => 'url' in source) ||
    marks.some((mark) => mark.type === 'image' || (mark.type === 'group' && needsFetching(mark)))
  );
}

/** A silent log that keeps the first error: what is thrown while Vega draws would end as a rejection nobody awaits. */
function errorLog(): { first?: Error; logger: object } {
  const log: { first?: Error; logger: object } = { logger: {} };
  // Vega calls these with a `this` of its own.
  const quiet = () => log.logger;
  const error = (...message: unknown[]) => {
    log.first ??= message[0] instanceof Error ? message[0] : new Error(message.map(String).join(' '));
    return log.logger;
  };
  log.logger = { level: quiet, error, warn: quiet, info: quiet, debug: quiet };
  return log;
}

interface SvgRenderer {
  initialize(
    element: null,
    width: number,
    height: number,
    origin: [number, number],
    scale: number,
  ): SvgRenderer;
  background(colour: unknown): SvgRenderer;
  render(scene: unknown): SvgRenderer;
  svg(): string;
}
type SvgRendererClass = new (loader: undefined) => SvgRenderer;

function title(spec: TopLevelSpec): string {
  const text =
    typeof spec.title === 'string' ? spec.title : (spec.title as { text?: unknown } | undefined)?.text;
  return text ? `: ${Array.isArray(text) ? text.join(' ') : String(text)}` : '';
}
