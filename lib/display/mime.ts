import { inspect } from 'node:util';
import { cutText } from './cut-text';
import { frameBundle, isDataFrame } from './mime-frame';
import { isTensor, tensorText } from './mime-tensor';
import { isVegaLite, vegaLiteBundle } from './mime-vega';

/** Representations of one value by MIME type, as Jupyter shows them. */
export type MimeBundle = Record<string, unknown>;

/** The inspector elides arrays and maps, but shows every property of an object. */
const MAX_TEXT = 100_000;
const DISPLAY = Symbol.for('Jupyter.display');

/**
 * How a notebook shows `value`. The first that fits:
 *
 * - an object with `[Symbol.for('Jupyter.display')]()`, Deno's convention: the bundle it returns or promises, and nothing if that is empty;
 * - a danfojs `DataFrame` or `Series`: an HTML table of its head and tail with types and shape, and text;
 * - a tensor: shape, type and rounded values as text, long ones elided;
 * - a Vega-Lite specification: `application/vnd.vegalite.v5+json` and `image/svg+xml`;
 * - anything else: the text of Node's inspector, without colours, cut after 100,000 characters.
 */
export function toMimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const hasProperties = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const make = hasProperties ? richBundle(value) : undefined;
  return make ? make() : textBundle(inspectPlain(value));
}

/** How an object is shown that is more than text. */
function richBundle(value: object): (() => MimeBundle | Promise<MimeBundle>) | undefined {
  try {
    const own = (value as Record<symbol, unknown>)[DISPLAY];
    if (typeof own === 'function') return () => ownBundle(own.call(value));
    if (isDataFrame(value)) return () => frameBundle(value);
    if (isTensor(value)) return () => textBundle(tensorText(value));
    if (isVegaLite(value)) return () => vegaLiteBundle(value);
  } catch {
    // A proxy's trap or a getter has thrown, and the inspector calls neither.
  }
  return undefined;
}

function textBundle(text: string): MimeBundle {
  return { 'text/plain': text };
}

/** A value as Node's inspector shows it, without colours, and not longer than a person would read. */
export function inspectPlain(value: unknown): string {
  const text = inspect(value, { colors: false });
  const shown = cutText(text, MAX_TEXT);
  return shown === text ? text : `${shown}\n... ${text.length - shown.length} more characters`;
}

function ownBundle(result: unknown): MimeBundle | Promise<MimeBundle> {
  if (result instanceof Promise) return result.then(ownBundle);
  if (typeof result !== 'object' || result === null) {
    throw new TypeError(
      `Symbol.for('Jupyter.display') must return an object of MIME types, got ${inspectPlain(result)}`,
    );
  }
  return result as MimeBundle;
}
