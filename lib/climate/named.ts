import { fail } from '../errors';

/** Things by their names, in an order: pairs of name and thing, such as those of a `Map`. */
export type Pairs<T> = Iterable<readonly [name: string, thing: T]>;

/**
 * Things by their names: pairs or a record. JavaScript puts a record's names that are whole numbers, such as
 * `'2013'`, before all others; where there are any, pairs keep the order.
 */
export type ByName<T> = Pairs<T> | Readonly<Record<string, T>>;

/**
 * The pairs of name and thing, in order.
 *
 * @throws RecurrentError in the name of `where` for a name that comes twice
 */
export function namedPairs<T>(where: string, named: ByName<T>): (readonly [name: string, thing: T])[] {
  const pairs = Symbol.iterator in named ? [...(named as Pairs<T>)] : Object.entries(named);
  const seen = new Set<string>();
  for (const [name] of pairs) {
    if (seen.has(name)) fail(where, `column "${name}" is given twice`);
    seen.add(name);
  }
  return pairs;
}
