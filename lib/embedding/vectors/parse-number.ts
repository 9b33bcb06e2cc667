const [SPACE, PLUS, MINUS, POINT, ZERO, UPPER_E, LOWER_E] = [0x20, 0x2b, 0x2d, 0x2e, 0x30, 0x45, 0x65];

/** Powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Significant digits that make a whole number that a float64 holds exactly. */
const EXACT_DIGITS = 15;
/** Digits that make a whole number of 32 bits. */
const SHORT = 9;

const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10;

/** m · 10^exponent, rounded once; NaN where that takes more than one operation. */
function scaled(m: number, exponent: number): number {
  if (exponent >= 0) return exponent < POWERS.length ? m * POWERS[exponent] : Number.NaN;
  return -exponent < POWERS.length ? m / POWERS[-exponent] : Number.NaN;
}

/**
 * The number that a whole token is, as `Number` reads it and a Float32Array then keeps it: rounded to float64, then to
 * float32. C's and Python's decimal numbers are known: `-1`, `.5`, `5.`, `+1.5e-3`.
 *
 * Digits beyond the fifteenth are read only where they could matter: m · 10^e and (m + 1) · 10^e lie on either side
 * of the number, and where both are the same float32, it is that one too.
 *
 * @returns NaN where the token is not a number, an infinity where it is too large for float32
 */
export function parseNumber(bytes: Buffer, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  let [mantissa, kept, exponent, digits, point, rest] = [0, 0, 0, 0, false, false];
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === POINT && !point) {
      point = true;
      continue;
    }
    if (!isDigit(byte)) break;
    digits++;
    if (kept < EXACT_DIGITS) {
      mantissa = mantissa * 10 + (byte - ZERO);
      if (mantissa > 0) kept++;
      if (point) exponent--;
    } else {
      if (byte !== ZERO) rest = true;
      if (!point) exponent++;
    }
  }
  if (digits === 0) return Number.NaN;
  if (at < end) {
    const written = parseExponent(bytes, at, end);
    if (Number.isNaN(written)) return Number.NaN;
    exponent += written;
  }
  const low = scaled(mantissa, exponent);
  const sure = rest ? Math.fround(low) === Math.fround(scaled(mantissa + 1, exponent)) : !Number.isNaN(low);
  if (sure) return Math.fround(negative ? -low : low);
  return Math.fround(Number(bytes.toString('latin1', start, end)));
}

/** What stands after the digits: e, perhaps a sign, digits. */
function parseExponent(bytes: Buffer, start: number, end: number): number {
  let at = start;
  if (bytes[at] !== LOWER_E && bytes[at] !== UPPER_E) return Number.NaN;
  at++;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  if (at >= end) return Number.NaN;
  let exponent = 0;
  for (; at < end; at++) {
    if (!isDigit(bytes[at])) return Number.NaN;
    // Beyond this it is 0 or infinite, whatever the digits.
    exponent = Math.min(exponent * 10 + (bytes[at] - ZERO), 1e9);
  }
  return negative ? -exponent : exponent;
}

/**
 * Reads `count` numbers, each after one or more spaces, as `parseNumber` does. Almost all numbers of word vectors have
 * a sign, at most nine digits and a point: those are read here, in one loop that calls nothing.
 *
 * @param at where the first of the spaces stands
 * @param end where the line ends: a byte that no number has stands there
 * @param to takes the numbers, from `first` on
 * @returns where the last number ends; -1 where there are fewer, or one is not a finite float32
 */
export function readNumbers(
  bytes: Buffer,
  at: number,
  end: number,
  to: Float32Array,
  first: number,
  count: number,
): number {
  const last = first + count;
  for (let i = first; i < last; i++) {
    if (bytes[at] !== SPACE) return -1;
    do at++;
    while (bytes[at] === SPACE);
    const start = at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const digits = at;
    let mantissa = 0;
    let digit = bytes[at] - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      digit = bytes[++at] - ZERO;
    }
    let read = at - digits;
    let fraction = 0;
    if (bytes[at] === POINT) {
      const after = ++at;
      digit = bytes[at] - ZERO;
      while (digit >= 0 && digit <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0;
        digit = bytes[++at] - ZERO;
      }
      fraction = at - after;
      read += fraction;
    }
    if (read > 0 && read <= SHORT && (bytes[at] === SPACE || at === end)) {
      const value = mantissa / POWERS[fraction];
      to[i] = negative ? -value : value;
      continue;
    }
    while (at < end && bytes[at] !== SPACE) at++;
    const value = parseNumber(bytes, start, at);
    if (!Number.isFinite(value)) return -1;
    to[i] = value;
  }
  return at;
}
