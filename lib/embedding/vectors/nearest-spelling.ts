/** Changes of a letter that make a spelling another word's. */
const MOST_CHANGES = 2;
/** Words that are compared at the most; the first are the most frequent, in files as they are given out. */
const MOST_COMPARED = 200_000;

/**
 * Letters to be put in, left out, replaced, or exchanged with the next to come from one word to another; `most + 1` where it
 * is more than `most`.
 */
function changes(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : replaced;
      next.push(Math.min(replaced, exchanged, row[j] + 1, next[j - 1] + 1));
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return Math.min(row[b.length], most + 1);
}

/** The word that is spelt most like one that is not there: in other letters' case, or with a letter or two changed. */
export function nearestSpelling(word: string, words: readonly string[]): string | null {
  const folded = word.toLowerCase();
  // Of a short word, two changes would leave nothing.
  let least = Math.min(MOST_CHANGES, Math.floor(folded.length / 2)) + 1;
  let nearest: string | null = null;
  const compared = Math.min(words.length, MOST_COMPARED);
  for (let i = 0; i < compared && least > 0; i++) {
    const distance = changes(folded, words[i].toLowerCase(), least - 1);
    if (distance < least) {
      least = distance;
      nearest = words[i];
    }
  }
  return nearest;
}
