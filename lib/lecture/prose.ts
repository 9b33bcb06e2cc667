/**
 * What is held to be true of the course's prose, of the Persian above all; `npm test` applies it to every notebook.
 */

/** The little of a notebook's cell that its prose is checked by. */
export interface ProseCell {
  readonly id: string;
  readonly kind: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly tags: readonly string[];
}

/** A word that the course does not use, and the term it has for the idea. */
export interface Variant {
  readonly variant: string;
  readonly term: string;
}

const MOST_LINES = 12;
const MOST_CODE_CELLS = 2;

const LETTER = '[\\u0621-\\u064A\\u0671-\\u06D3\\u06F0-\\u06F9\\u200c\\u0640-\\u0655]';
/** Letters that look Persian and are Arabic ones, with those to write. */
const ARABIC: Readonly<Record<string, string>> = { ي: 'ی', ى: 'ی', ك: 'ک', ـ: '' };
/** Affixes that a half-space joins to their word, as they look with a space. */
const SPACED_AFFIX = new RegExp(
  [
    `(?<!${LETTER})ن?می (?=${LETTER})`,
    `(?<=${LETTER}) (?:ها|های|هایی|هایش|هایشان|تر|ترین|ای|اند|ام)(?!${LETTER})`,
    `(?<=ه) ی(?!${LETTER})`,
  ].join('|'),
  'g',
);
const LATIN_PUNCTUATION = new RegExp(`(?<=${LETTER})\\s?[,;?](?=\\s|$)`, 'g');
/** A Latin run with a Persian digit or an opening bracket beside it: there the order on the page is not that of the text. */
const JUMPING = /[A-Za-z][\w.+-]*\s?[۰-۹]+|[۰-۹]+\s?[A-Za-z][\w.+-]*/g;
const LATIN_DIGIT = /(?<![A-Za-z\d])\d+(?![A-Za-z\d])/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;
/** Code, in which a dollar sign is no formula's; and formulas, displayed or within a line. */
const FORMULA =
  /```[\s\S]*?```|`[^`\n]+`|<code\b[\s\S]*?<\/code>|\$\$([\s\S]+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$/g;

/** The formulas of a text, without their signs: `h_t` of `$h_t$`. */
export function formulasOf(source: string): string[] {
  return [...source.matchAll(FORMULA)].map(([, displayed, inline]) => displayed ?? inline).filter(Boolean);
}

/** The terms of `glossary.md`: a row's last column has the words that are not used, divided by «،». */
export function readGlossary(markdown: string): Variant[] {
  const rows = markdown.split('\n').filter((line) => /^\| *[\u0600-\u06FF]/.test(line));
  return rows.flatMap((row) => {
    const cells = row.split('|').slice(1, -1);
    const [term, variants] = [cells[0].trim(), cells.at(-1)!.trim()];
    return variants
      .split('،')
      .map((variant) => variant.trim())
      .filter(Boolean)
      .map((variant) => ({ variant, term }));
  });
}

const BLOCK = /<div\b[^>]*\blang="fa"[^>]*>([\s\S]*?)<\/div>/g;

/** The Persian blocks of a Markdown cell, and what stands outside them. */
function languages(source: string): { fa: string; en: string } {
  const fa = [...source.matchAll(BLOCK)].map(([, text]) => text).join('\n');
  return { fa, en: source.replace(BLOCK, '') };
}

/** Prose alone: without code, formulas, tags, link targets and what is marked as running from left to right. */
function proseOf(text: string): string {
  return text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/\$\$[\s\S]*?\$\$/g, ' ')
    .replace(/\$[^$\n]+\$/g, '⟦⟧')
    .replace(/<(code|span|bdi|b|i|em|kbd|a)\b[^>]*\bdir="ltr"[^>]*>[\s\S]*?<\/\1>/g, '⟦⟧')
    .replace(/<(code|bdi|kbd)\b[^>]*>[\s\S]*?<\/\1>/g, '⟦⟧')
    .replace(/`[^`\n]+`/g, '⟦⟧')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<[^>]+>/g, ' ');
}

function persianProblems(text: string, variants: readonly Variant[]): string[] {
  const prose = proseOf(text);
  const problems: string[] = [];
  for (const [arabic, persian] of Object.entries(ARABIC)) {
    if (prose.includes(arabic)) problems.push(`has the Arabic ${arabic}, write «${persian}»`);
  }
  const found = (pattern: RegExp, message: (match: string) => string) => {
    for (const [match] of prose.matchAll(pattern)) problems.push(message(match));
  };
  found(/[٠-٩]+/g, (match) => `has the Arabic digits ${match}`);
  found(LATIN_DIGIT, (match) => `has the Latin digits ${match}, write ${persianDigits(match)}`);
  found(SPACED_AFFIX, (match) => `«${match}» wants a half-space`);
  found(LATIN_PUNCTUATION, (match) => `has the Latin sign ${match.trim()}, write ، ؛ or ؟`);
  found(JUMPING, (match) => `«${match}» would change places: isolate the Latin word with <bdi>`);
  for (const [code] of text.matchAll(/`[^`\n]+`/g)) {
    if (!/^`[A-Za-z][\w.]*`$/.test(code)) problems.push(`${code} wants <code dir="ltr">`);
  }
  for (const { variant, term } of variants) {
    if (new RegExp(`(?<!${LETTER})${variant}(?!${LETTER})`).test(prose))
      problems.push(`says «${variant}», the course says «${term}»`);
  }
  return problems;
}

const persianDigits = (digits: string) => digits.replace(/\d/g, (d) => '۰۱۲۳۴۵۶۷۸۹'[Number(d)]);

/**
 * What is wrong with a notebook's prose and layout.
 *
 * - Persian: the glossary's terms, ی and ک, half-spaces, Persian digits and punctuation, Latin words isolated where
 *   digits would jump
 * - every cell of prose in both languages
 * - code cells of at most 12 lines (an exercise may be longer), at most two in a row
 *
 * @returns a line a fault, with the cell's id
 */
export function proseProblems(cells: readonly ProseCell[], variants: readonly Variant[]): string[] {
  const problems: string[] = [];
  let inARow = 0;
  for (const { id, kind, source, tags } of cells) {
    const say = (problem: string) => problems.push(`${id}: ${problem}`);
    inARow = kind === 'code' ? inARow + 1 : 0;
    if (inARow === MOST_CODE_CELLS + 1)
      say(`is the ${inARow}rd code cell in a row, expected at most ${MOST_CODE_CELLS}`);
    if (kind === 'code') {
      const lines = source.split('\n').length;
      if (lines > MOST_LINES && !tags.includes('exercise'))
        say(`has ${lines} lines of code, expected at most ${MOST_LINES}`);
    }
    if (CONTROL.test(source))
      say('has a control character, such as the \\b of a \\binom that was taken for an escape');
    if (kind !== 'markdown') continue;
    const { fa, en } = languages(source);
    const [hasPersian, hasEnglish] = [/[\u0621-\u06D3]/.test(proseOf(fa)), /[A-Za-z]{2}/.test(proseOf(en))];
    if (hasPersian && !hasEnglish) say('is in Persian alone');
    if (hasEnglish && !hasPersian) say('is in English alone');
    if (/[\u0621-\u06D3]/.test(proseOf(en))) say('has Persian outside <div dir="rtl" lang="fa">');
    if (/<div\b[^>]*\blang="fa"/.test(source) && !/<div dir="rtl" lang="fa">/.test(source))
      say('has Persian without dir="rtl"');
    for (const problem of persianProblems(fa, variants)) say(problem);
  }
  return problems;
}

/** The targets of a text's links that are files: `10-many-to-many.ipynb`. */
export function linkedFiles(source: string): string[] {
  const targets = [...source.matchAll(/\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"/g)].map(([, a, b]) => a ?? b);
  return targets.filter((target) => !/^(https?:|mailto:|#|data:|attachment:)/.test(target));
}
