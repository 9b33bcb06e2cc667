import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { type Drawing, GREY, type Shape } from './drawing';
import { type Schematic, schematic } from './schematic';

/** What may follow a beginning, with its probability: `{ '': { A: 0.6, B: 0.4 }, A: { C: 1 }, B: { C: 1 } }`. */
export type NextTokens = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface SearchTreeOptions {
  /** Beginnings that are kept at every step: 1 is greedy; default all, which shows the whole tree alike. */
  width?: number;
}

const [ACROSS, DOWN] = [150, 52];
const MOST_ENDS = 12;

interface Beginning {
  readonly tokens: string;
  readonly token: string;
  readonly p: number;
  readonly step: number;
  readonly after: Beginning[];
}

/** The tree below a beginning, a level a step. */
function treeOf(next: NextTokens, tokens = '', token = '', p = 1, step = 0): Beginning {
  if (step > MOST_ENDS) fail('searchTree', `beginnings must come to an end within ${MOST_ENDS} steps`);
  const follows = Object.hasOwn(next, tokens) ? Object.entries(next[tokens]) : [];
  const after = follows.map(([word, q]) => {
    if (!(q >= 0 && q <= 1)) fail('searchTree', `P(${word}|${tokens}) must be from 0 to 1, got ${q}`);
    return treeOf(next, tokens + word, word, p * q, step + 1);
  });
  return { tokens, token, p, step, after };
}

const endsOf = (node: Beginning): Beginning[] =>
  node.after.length === 0 ? [node] : node.after.flatMap(endsOf);

/** The beginnings that a beam of a width keeps at each step, the root among them. */
function keptOf(root: Beginning, width: number): Set<Beginning> {
  const kept = new Set([root]);
  for (let level = [root]; level.length > 0; ) {
    const grown = level.flatMap((node) => node.after);
    level = grown.sort((a, b) => b.p - a.p).slice(0, width);
    for (const node of level) kept.add(node);
  }
  return kept;
}

/**
 * The tree of all sequences of a small table of probabilities, and what a search of a width keeps of it: the kept
 * branches are drawn thick, the others pale. On each branch stands P(y_j | y_{j-1}, …), at each end the product.
 *
 * @param next what may follow each beginning; a beginning that is not in it is an end
 * @returns a picture that a notebook shows
 * @throws RecurrentError for a table without a first step, numbers that are no probabilities, and more than 12 ends
 * @example searchTree({ '': { A: 0.6, B: 0.4 }, A: { C: 0.5, D: 0.5 } }, { width: 1 })
 */
export function searchTree(next: NextTokens, options: SearchTreeOptions = {}): Schematic {
  refuseUnknown('searchTree', options, ['width']);
  const root = treeOf(next);
  const ends = endsOf(root);
  if (root.after.length === 0) fail('searchTree', `expected the first step's tokens at '', got none`);
  if (ends.length > MOST_ENDS) fail('searchTree', `expected at most ${MOST_ENDS} ends, got ${ends.length}`);
  const width = wholeNumber('searchTree', 'width', options.width ?? ends.length);
  const kept = keptOf(root, width);
  const found = ends.filter((end) => kept.has(end)).sort((a, b) => b.p - a.p)[0];
  const name = {
    fa:
      options.width === undefined
        ? 'همهٔ دنباله‌ها'
        : width === 1
          ? 'حریصانه'
          : `پرتو با پهنای ${persian(width)}`,
    en: options.width === undefined ? 'all sequences' : width === 1 ? 'greedy' : `a beam of width ${width}`,
  };
  const ended = found ? `${found.tokens}, ${written(found.p)}` : '–';
  return schematic(
    name,
    {
      fa: `درختی با ${persian(ends.length)} برگ؛ محتمل‌ترین برگی که نگه داشته شده: ${ended}.`,
      en: `A tree with ${ends.length} ends; the likeliest one that is kept: ${ended}.`,
    },
    (drawing) => drawNode(drawing, root, placesOf(ends), kept),
  );
}

const persian = (n: number) => n.toLocaleString('fa', { useGrouping: false });
const written = (p: number) => String(Number(p.toFixed(4)));

const placesOf = (ends: readonly Beginning[]) => new Map(ends.map((end, i) => [end, i * DOWN]));

/** Draws a node and all that follows it, and gives its box. */
function drawNode(
  drawing: Drawing,
  node: Beginning,
  places: ReadonlyMap<Beginning, number>,
  kept: ReadonlySet<Beginning>,
): Shape {
  const ends = endsOf(node).map((end) => places.get(end)!);
  const y = (ends[0] + ends[ends.length - 1]) / 2;
  const tone = kept.has(node) ? 'state' : 'plain';
  const label = node.step === 0 ? '<\\start>' : node.token;
  const box = drawing.box([node.step * ACROSS, y], label, { width: node.step === 0 ? 66 : 44, tone });
  for (const child of node.after) {
    const to = drawNode(drawing, child, places, kept);
    const thick = kept.has(child);
    drawing.arrow([box.right, to.left], thick ? { width: 3 } : { colour: GREY, width: 1, dashed: true });
    const [x, middle] = [(box.right[0] + to.left[0]) / 2, (box.right[1] + to.left[1]) / 2];
    const q = node.p > 0 ? child.p / node.p : 0;
    drawing.math([x, middle + (to.middle[1] > y ? 15 : -13)], written(q), {
      size: 14,
      ...(thick ? {} : { colour: GREY }),
    });
  }
  if (node.after.length === 0)
    drawing.math([box.right[0] + 14, y], `P = ${written(node.p)}`, { size: 15, anchor: 'start' });
  return box;
}
