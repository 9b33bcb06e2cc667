/** An error the library raises on bad input; its message names the function, what was expected and what came. */
export class RecurrentError extends Error {
  override name = 'RecurrentError';
}

/** Throws `where: message`, e.g. `GRU: input has 5 features, weights expect 7`. */
export function fail(where: string, message: string): never {
  throw new RecurrentError(`${where}: ${message}`);
}

/** Refuses options that a function does not know, so that a misspelt one is never silently ignored. */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) fail(where, `unknown option "${name}"; known are ${known.join(', ')}`);
  }
}

/** Requires a whole number of at least `min` and returns it. */
export function wholeNumber(where: string, name: string, value: unknown, min = 1): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    fail(where, `${name} must be a whole number of at least ${min}, got ${String(value)}`);
  }
  return value;
}
