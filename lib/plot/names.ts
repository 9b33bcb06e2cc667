import type { Language } from '../display';
import { oneLine } from '../display/plain-text';
import { fail } from '../errors';

/** The same words in both languages. */
export type Words = Readonly<Record<Language, string>>;

/** A title as it stands, or in both languages: the Persian with the English beneath. */
export type Title = string | Words;

export const MEAN_SQUARED_ERROR: Words = { fa: 'میانگین مربعات خطا', en: 'mean squared error' };

/**
 * The lines of a chart with their names, in order.
 *
 * @param lines by name, or as pairs of name and line, such as those of a map, which keep names that are numbers in order
 * @throws RecurrentError in the name of `where` for a name that comes twice
 */
export function namedLines<T>(
  where: string,
  lines: Readonly<Record<string, T>> | Iterable<readonly [string, T]>,
): (readonly [name: string, line: T])[] {
  const named =
    Symbol.iterator in lines ? [...(lines as Iterable<readonly [string, T]>)] : Object.entries(lines);
  const names = named.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail(where, `line "${twice}" is given twice`);
  return named;
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

/** The lines of a title, each as Vega writes it as it stands; the Persian one runs from right to left. */
export function titleLines(title: Title): string | [fa: string, en: string] {
  if (typeof title === 'string') return titleText(title);
  const fa = oneLine(title.fa).replace(LATIN_RUN, '\u2066$&\u2069');
  return [`\u2067${fa}\u2069`, titleText(title.en)];
}

/** Words and units that run from left to right within Persian, such as `GRU` and `°C`. */
const LATIN_RUN = /°?[A-Za-z](?:[\w.+/°²³ -]*[\w°²³])?/g;

function titleText(text: string): string {
  const line = oneLine(text);
  return isVariable(line) ? `${line} ` : line;
}
