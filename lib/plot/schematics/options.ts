import { fail, wholeNumber } from '../../errors';

/** More steps than this are too small to read in a notebook's column. */
const MOST_STEPS = 8;

/** Requires a number of steps that can be drawn, where the option is given. */
export function stepCount<K extends string>(
  where: string,
  options: { readonly [name in K]?: number },
  name: K,
  fallback: number,
  min = 1,
): number {
  const { [name]: value = fallback } = options;
  const steps = wholeNumber(where, name, value, min);
  if (steps > MOST_STEPS)
    fail(where, `${name} must be at most ${MOST_STEPS}, which is what fits a page, got ${steps}`);
  return steps;
}

/** Requires true or false, where the option is given. */
export function flag<K extends string>(
  where: string,
  options: { readonly [name in K]?: boolean },
  name: K,
  fallback: boolean,
): boolean {
  const { [name]: value = fallback } = options;
  if (typeof value !== 'boolean') fail(where, `${name} must be true or false, got ${String(value)}`);
  return value;
}

/** Requires one of the names of a table. */
export function oneOf<K extends string>(
  where: string,
  name: string,
  value: unknown,
  table: Record<K, unknown>,
): K {
  if (typeof value !== 'string' || !Object.hasOwn(table, value))
    fail(where, `${name} must be one of ${Object.keys(table).join(', ')}, got ${String(value)}`);
  return value as K;
}
