import { oneLine } from './plain-text';

/** What means something wherever it stands: the end of a cell, an entity, a link, a tag, an address. */
const SINGLE = /\\|&(?=#|\w+;)|[|[]|<(?=[A-Za-z/!?])|:(?=\/\/)|(?<=\bwww)\./gi;
/** What means something in pairs: emphasis, deletion, code and mathematics. */
const PAIRED = [/\*+/g, /_+/g, /~+/g, /`+/g, /\$+/g];
/** What makes a paragraph something else: a heading, a list, a quotation, a rule, a block of code. */
const BLOCK = /^(?:[#>+=~`*_-]|\d+(?=[.)]))/;

/** A backslash is an entity, since before a bracket JupyterLab takes even two of them for mathematics. */
const escaped = (sign: string) => (sign === '\\' ? '&#92;' : `\\${sign}`);

/** Text as Markdown shows it literally within a line, a cell of a table included. */
export function escapeMarkdown(text: string): string {
  const line = oneLine(text).replace(SINGLE, escaped);
  return PAIRED.reduce((done, sign) => {
    const alone = (done.match(sign)?.length ?? 0) < 2;
    return alone ? done : done.replace(sign, (run) => run.replace(/./g, escaped));
  }, line);
}

/** Text as a paragraph of Markdown, whatever it begins with. */
export function markdownParagraph(text: string): string {
  const line = escapeMarkdown(text).trimStart();
  return line.replace(BLOCK, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}
