import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { type Chain, indicesOf, labelLink, linkCells, placesOf } from './chain';
import { type Drawing, type Point, type Shape, WEIGHT } from './drawing';
import { flag, stepCount } from './options';
import { type Schematic, schematic } from './schematic';

export interface UnrolledSchematicOptions {
  /** Cells of the unrolled network, 1 to 8; default 3. */
  readonly steps?: number;
  /** Whether every step has an output o_t = h_t W_hq + b_q; default true. */
  readonly outputs?: boolean;
  /** Whether the last step is T, after an ellipsis; needs two steps; default false. */
  readonly general?: boolean;
  /** The step that stands out, from 1 to `steps`, the others pale; default none. */
  readonly highlight?: number;
}

const [IN, OUT] = [88, -88];

/**
 * The network folded, a cell with a loop, and unrolled: the same f_W at every step, with the same weights (slides 7 and 8).
 *
 *   h_t = f_W(h_{t-1}, x_t)
 *
 * @returns a picture that a notebook shows; `toSvg()` gives it as a document
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @example unrolledSchematic({ steps: 4, highlight: 2 })
 */
export function unrolledSchematic(options: UnrolledSchematicOptions = {}): Schematic {
  const where = 'unrolledSchematic';
  refuseUnknown(where, options, ['steps', 'outputs', 'general', 'highlight']);
  const general = flag(where, options, 'general', false);
  const outputs = flag(where, options, 'outputs', true);
  const count = stepCount(where, options, 'steps', 3, general ? 2 : 1);
  const { highlight } = options;
  if (highlight !== undefined && wholeNumber(where, 'highlight', highlight) > count)
    fail(where, `highlight must be at most ${count}, the last step, got ${highlight}`);
  const chain: Chain = {
    x: 266,
    pitch: 108,
    steps: count,
    gap: general ? { last: 'T', before: 'T-1' } : undefined,
  };
  return schematic(
    { fa: 'در هر گام زمانی همان وزن‌ها', en: 'the same weights at every time step' },
    {
      fa: `شبکهٔ عصبی بازگشتی، یک بار با حلقه و یک بار باز‌شده در طول زمان: سلول f_W در هر گام حالت پیشین و ورودی تازه را می‌گیرد و حالت تازه را می‌دهد.`,
      en: `A recurrent neural network, folded with a loop and unrolled in time: at every step the cell f_W takes the state before and the new input, and gives the new state.`,
    },
    (drawing) => {
      drawFolded(drawing, outputs);
      drawing.math([136, 0], '=', { size: 26 });
      drawUnrolled(drawing, chain, outputs, highlight);
    },
  );
}

function drawFolded(drawing: Drawing, outputs: boolean): void {
  const cell = drawStep(drawing, [0, 0], 't', outputs);
  const [x, y] = cell.right;
  const far = x + 34;
  drawing.arrow([
    [x, y - 11],
    [far, y - 11],
    [far, y + 11],
    [x, y + 11],
  ]);
  drawing.math([far + 24, y], 'W_{hh}', { size: 14, colour: WEIGHT });
  drawing.math([far - 6, y - 25], 'h_t', { size: 15 });
}

function drawUnrolled(drawing: Drawing, chain: Chain, outputs: boolean, highlight?: number): void {
  const pale = (step: number) => highlight !== undefined && step !== highlight - 1;
  const [places, indices] = [placesOf(chain), indicesOf(chain)];
  const cells: Shape[] = [];
  for (const [i, x] of places.entries()) {
    drawing.faded(pale(i), () => {
      cells.push(drawStep(drawing, [x, 0], indices[i], outputs));
    });
  }
  drawing.faded(pale(0), () => {
    const start = drawing.circle([places[0] - 88, 0], 'h_0', { tone: 'state' });
    drawing.arrow([start.right, cells[0].left]);
    labelLink(drawing, start.right, cells[0].left, '', 'W_{hh}');
  });
  linkCells(drawing, cells, chain, 'h', { weight: 'W_{hh}', pale });
  const [last, end] = [cells.length - 1, cells[cells.length - 1].right];
  drawing.faded(pale(last), () => {
    const tip: Point = [end[0] + 50, end[1]];
    drawing.arrow([end, tip]);
    labelLink(drawing, end, tip, `h_{${indices[last]}}`);
  });
}

/** A cell with its input below and its output above. */
function drawStep(drawing: Drawing, [x, y]: Point, index: string, outputs: boolean): Shape {
  const cell = drawing.box([x, y], 'f_W', { tone: 'state' });
  const input = drawing.circle([x, y + IN], `x_{${index}}`, { tone: 'input' });
  drawing.arrow([input.top, cell.bottom]);
  const beside = { size: 14, anchor: 'start' as const, colour: WEIGHT };
  drawing.math([x + 7, (input.top[1] + cell.bottom[1]) / 2], 'W_{xh}', beside);
  if (!outputs) return cell;
  const output = drawing.circle([x, y + OUT], `o_{${index}}`, { tone: 'output' });
  drawing.arrow([cell.top, output.bottom]);
  drawing.math([x + 7, (output.bottom[1] + cell.top[1]) / 2], 'W_{hq}', beside);
  return cell;
}
