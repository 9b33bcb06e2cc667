import { inspect } from 'node:util';
import { frameBundle, isDataFrame } from './mime-frame';
import { isTensor, tensorText } from './mime-tensor';
import { isVegaLite, vegaLiteBundle } from './mime-vega';

/** Representations of one value by MIME type, as Jupyter shows them. */
export type MimeBundle = Record<string, unknown>;

const DISPLAY = Symbol.for('Jupyter.display');

/**
 * How a notebook shows `value`. The first that fits:
 *
 * - an object with `[Symbol.for('Jupyter.display')]()`, Deno's convention: the bundle it returns or promises, and nothing if that is empty;
 * - a danfojs `DataFrame` or `Series`: an HTML table of its head and tail with types and shape, and text;
 * - a tensor: shape, type and rounded values as text, long ones elided;
 * - a Vega-Lite specification: `application/vnd.vegalite.v5+json` and `image/svg+xml`;
 * - anything else: the text of Node's inspector, without colours.
 */
export function toMimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (typeof value === 'object' && value !== null) {
    const own = (value as Record<symbol, unknown>)[DISPLAY];
    if (typeof own === 'function') return ownBundle(own.call(value), value);
    if (isDataFrame(value)) return frameBundle(value);
    if (isTensor(value)) return textBundle(tensorText(value));
    if (isVegaLite(value)) return vegaLiteBundle(value);
  }
  return textBundle(inspectPlain(value));
}

function textBundle(text: string): MimeBundle {
  return { 'text/plain': text };
}

function inspectPlain(value: unknown): string {
  return inspect(value, { colors: false });
}

function ownBundle(result: unknown, value: object): MimeBundle | Promise<MimeBundle> {
  if (result instanceof Promise) return result.then((r) => ownBundle(r, value));
  if (typeof result !== 'object' || result === null) {
    throw new TypeError(
      `Symbol.for('Jupyter.display') must return an object of MIME types, got ${inspectPlain(result)}`,
    );
  }
  return result as MimeBundle;
}
