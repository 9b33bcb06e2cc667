const [ZERO, POINT, MINUS, PLUS, LETTER_E] = [0x30, 0x2e, 0x2d, 0x2b, 0x65];

/** A float32 never needs more digits. */
const MOST_DIGITS = 9;
/** The most bytes that a number takes. */
export const MOST_BYTES = 16;

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** A decimal number: `digits` · 10^(exponent − count + 1), where `digits` has `count` digits. */
const decimal = { digits: 0, count: 0, exponent: 0 };

function setDecimal(digits: number, count: number, exponent: number): void {
  decimal.digits = digits;
  decimal.count = count;
  decimal.exponent = exponent;
}

/**
 * The fewest digits that read as the same float32, and of those the nearest to it.
 *
 * @param x a float32 above 0
 */
function findShortest(x: number): void {
  const exponent = Math.floor(Math.log10(x));
  for (let count = 1; count <= MOST_DIGITS; count++) {
    const shift = count - 1 - exponent;
    if (shift >= POWERS.length || -shift >= POWERS.length) break;
    const scaled = shift >= 0 ? x * POWERS[shift] : x / POWERS[-shift];
    const digits = Math.round(scaled);
    // So near to half-way the product's own rounding would decide.
    if (Math.abs(scaled - Math.floor(scaled) - 0.5) < 1e-6) break;
    const value = shift >= 0 ? digits / POWERS[shift] : digits * POWERS[-shift];
    // The logarithm can be one off at a power of ten; then there is a digit more or less than thought.
    if (digits < POWERS[count - 1] || digits >= POWERS[count]) break;
    if (Math.fround(value) !== x) continue;
    setDecimal(digits, count, exponent);
    return;
  }
  findSlowly(x);
}

function findSlowly(x: number): void {
  for (let count = 1; ; count++) {
    const [digits, exponent] = rounded(x, count);
    if (count < MOST_DIGITS && Math.fround(Number(`${digits}e${exponent - count + 1}`)) !== x) continue;
    setDecimal(digits, count, exponent);
    return;
  }
}

/** A number to `count` digits as a whole number, and the first one's power of ten; half-way to the even digit, as numpy. */
function rounded(x: number, count: number): [digits: number, exponent: number] {
  const [exact, power] = x.toExponential(100).replace('.', '').split('e');
  const digits = Number(exact.slice(0, count));
  if (/^50*$/.test(exact.slice(count)) && digits % 2 === 0) return [digits, Number(power)];
  const [mantissa, exponent] = x.toExponential(count - 1).split('e');
  return [Number(mantissa.replace('.', '')), Number(exponent)];
}

/** Writes `count` digits of the decimal from its digit `from` on. */
function writeDigits(bytes: Buffer, at: number, from: number, count: number): number {
  let rest = Math.floor(decimal.digits / POWERS[decimal.count - from - count]);
  for (let i = at + count - 1; i >= at; i--) {
    bytes[i] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + count;
}

function writeZeros(bytes: Buffer, at: number, count: number): number {
  bytes.fill(ZERO, at, at + count);
  return at + count;
}

function writePlain(bytes: Buffer, start: number, wholePoint: boolean): number {
  const { count, exponent } = decimal;
  let at = start;
  if (exponent < 0) {
    at = writeZeros(bytes, at, 1);
    bytes[at++] = POINT;
    at = writeZeros(bytes, at, -exponent - 1);
    return writeDigits(bytes, at, 0, count);
  }
  const whole = Math.min(count, exponent + 1);
  at = writeDigits(bytes, at, 0, whole);
  at = writeZeros(bytes, at, exponent + 1 - whole);
  if (whole < count) {
    bytes[at++] = POINT;
    return writeDigits(bytes, at, whole, count - whole);
  }
  if (!wholePoint) return at;
  bytes[at++] = POINT;
  return writeZeros(bytes, at, 1);
}

function writeScientific(bytes: Buffer, start: number): number {
  const { count, exponent } = decimal;
  let at = writeDigits(bytes, start, 0, 1);
  if (count > 1) {
    bytes[at++] = POINT;
    at = writeDigits(bytes, at, 1, count - 1);
  }
  bytes[at++] = LETTER_E;
  bytes[at++] = exponent < 0 ? MINUS : PLUS;
  const size = Math.abs(exponent);
  bytes[at++] = ZERO + Math.floor(size / 10);
  bytes[at++] = ZERO + (size % 10);
  return at;
}

/**
 * Writes a float32 with the fewest digits that read as the same one.
 *
 * @param like `'numpy'` writes as `str(numpy.float32(x))` does, and so gensim: `1.0`, `1e-05`; `'c'` as C's `%g`, and so
 *   Stanford's files: `1`, `1e-05`
 * @returns where it ends
 */
export function writeNumber(bytes: Buffer, start: number, x: number, like: 'numpy' | 'c'): number {
  let at = start;
  if (x < 0 || Object.is(x, -0)) bytes[at++] = MINUS;
  const size = Math.abs(x);
  if (size === 0) setDecimal(0, 1, 0);
  else findShortest(size);
  const plain = size === 0 || (size < 1e6 && (like === 'numpy' ? size >= 1e-4 : decimal.exponent >= -4));
  return plain ? writePlain(bytes, at, like === 'numpy') : writeScientific(bytes, at);
}
