import { isMap } from 'node:util/types';
import { oneLine } from '../display/plain-text';

/** Things by the names they have in a chart. A record moves names that are whole numbers to the front, a map does not. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/** The names and what they stand for, in order. */
export function namedEntries<T>(named: Named<T>): [string, T][] {
  return isMap(named) ? [...named] : Object.entries(named);
}

/**
 * Whether Vega takes a text for a variable: the parser of its expressions does so even in quotes, since it looks the
 * text up in an object that has inherited more than its keywords (vega-expression 5.2).
 */
const isVariable = (text: string) => text === 'if' || text in Object.prototype;

/** Whether a name can be a field as it stands: others are paths to Vega-Lite, such as `a.b` and `a[0]`. */
export function isPlainField(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !isVariable(name);
}

/**
 * Whether rows can be told apart by these names alone. Vega keeps groups of rows in an object by name, which breaks
 * for `__proto__`; it joins the names of two fields by `|`; and it writes names into expressions.
 */
export function arePlainNames(names: readonly string[]): boolean {
  return names.every((name) => !isVariable(name) && !/[|\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name));
}

/** A title that Vega writes as it stands, on one line. */
export function titleText(text: string): string {
  const line = oneLine(text);
  return isVariable(line) ? `${line} ` : line;
}
