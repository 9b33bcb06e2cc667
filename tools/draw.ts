import { type MimeBundle, toMimeBundle, type VegaLiteSpec } from 'recurrent';
import { writeWhole } from './files';

/** Writes a chart as SVG. */
export const drawn = (path: string, spec: VegaLiteSpec): Promise<void> =>
  writeWhole(path, `${(toMimeBundle(spec) as MimeBundle)['image/svg+xml']}\n`);
