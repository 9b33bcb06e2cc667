import { fail } from '../errors';
import { PALETTE } from './spec';

/** The palette as it is, then each colour half-way to white, then half-way to black. */
const ROUNDS = [null, 255, 0];
const MOST = ROUNDS.length * PALETTE.length;

/** How often the palette was used up before a place: 0, 1 or 2. */
export const roundOf = (place: number): number => Math.floor(place / PALETTE.length);

/**
 * A colour of its own for each name, where a dash is no way to tell them apart.
 *
 * @throws RecurrentError for more than 21 names: further colours would look like these
 */
export function shades(where: string, what: string, names: readonly string[]): string[] {
  if (names.length > MOST) {
    fail(where, `expected at most ${MOST} ${what}, which colours can tell apart, got ${names.length}`);
  }
  const count = Math.max(names.length, PALETTE.length);
  return Array.from({ length: count }, (_, i) => shade(PALETTE[i % PALETTE.length], ROUNDS[roundOf(i)]));
}

/** A colour half-way to white, 255, or black, 0; black itself, which has no darker shade, becomes two greys. */
function shade(colour: string, towards: number | null): string {
  if (towards === null) return colour;
  const share = colour === '#000000' && towards === 0 ? 0.3 : 0.5;
  const end = colour === '#000000' ? 255 : towards;
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const mixed = parts.map((part) => Math.round(part + (end - part) * share));
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
