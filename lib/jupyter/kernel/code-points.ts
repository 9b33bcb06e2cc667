/** Jupyter counts a cursor's place in code points, TypeScript in UTF-16 units; they differ after an emoji. */
export function codeUnitOffset(text: string, codePoints: unknown): number {
  if (typeof codePoints !== 'number') return text.length;
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--) {
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  }
  return units;
}

/** The inverse of {@link codeUnitOffset}. */
export function codePointOffset(text: string, codeUnits: number): number {
  return Array.from(text.slice(0, codeUnits)).length;
}
