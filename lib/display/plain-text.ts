/** Breaks of a line, and tabs, in any writing: what would tear a table's row or a title apart. */
const BREAKS = /[\t\v\f\r\n\u0085\u2028\u2029]+/g;
/** Characters without a look of their own, halves of characters, and what XML has no place for. */
const UNPRINTABLE = /(?![\t\r\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

/** Text with `�` for every character that a terminal would obey, or that an XML file can't hold. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

/** Printable text on one line: a break of it becomes a space. */
export function oneLine(text: string): string {
  return printable(text.replace(BREAKS, ' '));
}
