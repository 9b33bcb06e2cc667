let letters: Intl.Segmenter | undefined;

/** How far a letter is looked for on either side of a cut, in UTF-16 units; the longest emoji has 35. */
const LONGEST_LETTER = 100;

/**
 * The beginning of a text, cut between letters as readers count them: not within an emoji, nor between a letter and
 * its diacritics or the half-space after it.
 *
 * @param most the greatest length, in UTF-16 units
 * @see Unicode Standard Annex #29, "Grapheme Cluster Boundaries"
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  letters ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const cut = letters.segment(text.slice(0, most + LONGEST_LETTER)).containing(most)!.index;
  if (most - cut <= LONGEST_LETTER) return text.slice(0, cut);
  const withinPair = text.codePointAt(most - 1)! > 0xffff;
  return text.slice(0, withinPair ? most - 1 : most);
}
