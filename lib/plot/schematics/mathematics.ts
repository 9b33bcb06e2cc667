import { escapeHtml } from '../../display/html';

/** A stretch of a formula in one style. */
interface Run {
  readonly text: string;
  readonly italic: boolean;
  /** −1 below the line, 1 above it, 0 on it. */
  readonly level: -1 | 0 | 1;
}

export const MATH_FONT = "'STIX Two Text', Cambria, 'Times New Roman', 'Noto Serif', serif";
const SMALL = 0.72;
const RAISE = 0.4;
const LOWER = 0.25;

/** A subscript or superscript, `_t` or `_{t-1}`; an upright `\word`; a letter with its accents; any other character. */
const PIECE = /([_^])(?:\{([^}]*)\}|(\S))|\\(\p{L}+)|(\p{L}\p{M}*)|([^_^\\])/gu;

/**
 * The little TeX that a schematic's labels need: letters in italics, `_{…}` and `^{…}` one level deep, `\word` upright,
 * `-` as a minus.
 */
function runsOf(formula: string, level: Run['level'] = 0): Run[] {
  const runs: Run[] = [];
  for (const [, script, braced, single, word, letter, other] of formula.matchAll(PIECE)) {
    if (script) runs.push(...runsOf(braced ?? single, script === '_' ? -1 : 1));
    else runs.push({ text: word ?? letter ?? other.replace('-', '−'), italic: letter !== undefined, level });
  }
  return joined(runs);
}

function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    if (last?.level === run.level && last.italic === run.italic) {
      result[result.length - 1] = { ...last, text: last.text + run.text };
    } else result.push(run);
  }
  return result;
}

/** The formula as the content of a `<text>`: each change of level shifts the baseline, and back. */
export function mathMarkup(formula: string, size: number): string {
  let level = 0;
  return runsOf(formula)
    .map((run) => {
      const shift = (baseline(run.level) - baseline(level)) * size;
      level = run.level;
      const dy = shift ? ` dy="${rounded(shift)}"` : '';
      const small = run.level ? ` font-size="${rounded(size * SMALL)}"` : '';
      return `<tspan${dy}${small}${run.italic ? ' font-style="italic"' : ''}>${escapeHtml(run.text)}</tspan>`;
    })
    .join('');
}

const baseline = (level: number) => (level < 0 ? LOWER : level > 0 ? -RAISE : 0);

/** How wide a formula is in the widest of the fonts, about. */
export function mathWidth(formula: string, size: number): number {
  return runsOf(formula).reduce((sum, run) => sum + textWidth(run.text, run.level ? size * SMALL : size), 0);
}

/** How wide a text is, about: what a browser draws differs with its fonts. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) em += characterWidth(character);
  return em * size;
}

function characterWidth(character: string): number {
  if (/[\p{M}\p{Cf}]/u.test(character)) return 0;
  if (/[\s.,:;|'()[\]ijltfI]/.test(character)) return 0.34;
  if (/[mwMW⋯…=+−≈⊙]/.test(character)) return 0.85;
  return 0.56;
}

export const rounded = (value: number): number => Math.round(value * 100) / 100 + 0;
