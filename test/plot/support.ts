import { toMimeBundle, type VegaLiteSpec } from 'recurrent-lab';

/** A chart as a notebook draws it. */
export const drawn = (chart: VegaLiteSpec): string =>
  (toMimeBundle(chart) as Record<string, string>)['image/svg+xml'];

/** The elements of a role, e.g. `line mark` or `bar`. */
export const elements = (svg: string, role: string): string[] =>
  svg.match(new RegExp(`<path [^>]*aria-roledescription="${role}"[^>]*>`, 'g')) ?? [];

export const attribute = (element: string, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1];

/** How many points each line goes through. */
export const pointsOfLines = (svg: string): number[] =>
  elements(svg, 'line mark').map((line) => attribute(line, 'd')?.match(/[ML]/g)?.length ?? 0);

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** The texts that are drawn, as one reads them. */
export const texts = (svg: string): string[] =>
  [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) =>
    text
      .replace(/\s/g, ' ')
      .replace(/&(lt|gt|amp|quot);/g, (_, name) => ENTITIES[name])
      .trim(),
  );
