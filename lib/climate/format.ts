/** A time as `2013-01-31 23:50:00`, in UTC; seconds only where there are any. */
export function formatTime(ms: number): string {
  const text = new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  return text.endsWith(':00') ? text.slice(0, 16) : text;
}

/** A whole number with thousands separated: `420,551`. */
export function formatCount(n: number): string {
  return n.toLocaleString('en-GB');
}

/** A single-precision number without the digits that only double precision has: 7 significant ones. */
export function tidyNumber(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const scale = 10 ** (6 - Math.floor(Math.log10(Math.abs(x))));
  return Math.round(x * scale) / scale;
}
