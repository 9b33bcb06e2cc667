import { refuseUnknown } from '../../errors';
import { type Drawing, GREY, PANEL, type Point, type Shape } from './drawing';
import { stepCount } from './options';
import { type Schematic, schematic } from './schematic';

export interface BidirectionalSchematicOptions {
  /** Steps of the sequence, 2 to 8; default 3. */
  readonly steps?: number;
}

const PITCH = 128;
const ASIDE = 25;
const [IN, FORTH, BACK, OUT] = [132, 52, -28, -108];

/**
 * The bidirectional network (slide 14): one cell reads from the first step to the last, another with weights of its
 * own from the last to the first, and the output of every step sees the states of both.
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @see M. Schuster, K. Paliwal, "Bidirectional recurrent neural networks", 1997
 * @example bidirectionalSchematic({ steps: 4 })
 */
export function bidirectionalSchematic(options: BidirectionalSchematicOptions = {}): Schematic {
  refuseUnknown('bidirectionalSchematic', options, ['steps']);
  const steps = stepCount('bidirectionalSchematic', options, 'steps', 3, 2);
  return schematic(
    { fa: 'دنباله از دو سو خوانده می‌شود', en: 'the sequence is read both ways' },
    {
      fa: 'سلول f از آغاز به پایان می‌خواند و سلول f′، با وزن‌های خودش، از پایان به آغاز؛ خروجی هر گام حالت هر دو را می‌بیند.',
      en: 'The cell f reads from the beginning to the end, and the cell f′, with weights of its own, from the end to the beginning; the output of each step sees the states of both.',
    },
    (drawing) => drawBothWays(drawing, steps),
  );
}

function drawBothWays(drawing: Drawing, steps: number): void {
  const places = Array.from({ length: steps }, (_, i) => i * PITCH);
  const small = { width: 40, height: 36 };
  const forth = places.map((x) => drawing.box([x - ASIDE, FORTH], 'f', { ...small, tone: 'state' }));
  const back = places.map((x) => drawing.box([x + ASIDE, BACK], 'f′', { ...small, tone: 'decoder' }));
  for (const [i, cell] of forth.slice(1).entries()) drawing.arrow([forth[i].right, cell.left]);
  for (const [i, cell] of back.slice(1).entries()) drawing.arrow([cell.left, back[i].right]);
  for (const [i, x] of places.entries()) {
    const input = drawing.circle([x, IN], `x_{${i + 1}}`, { tone: 'input' });
    const output = drawing.circle([x, OUT], `o_{${i + 1}}`, { tone: 'output' });
    slanted(drawing, input.top, forth[i].bottom, -6);
    slanted(drawing, input.top, back[i].bottom, 6);
    slanted(drawing, forth[i].top, output.bottom, -6);
    slanted(drawing, back[i].top, output.bottom, 6);
  }
  nameRow(drawing, forth[0], places[0] - 110, { fa: 'از آغاز به پایان', en: 'first to last' });
  nameRow(drawing, back[0], places[0] - 110, { fa: 'از پایان به آغاز', en: 'last to first' });
}

/** An arrow beside the middle of the circle that it leaves or meets, above the lines that it crosses. */
function slanted(drawing: Drawing, from: Point, to: Point, aside: number): void {
  const isFromCircle = from[1] > FORTH;
  const [start, end]: [Point, Point] = isFromCircle
    ? [[from[0] + aside, from[1] + 1], to]
    : [from, [to[0] + aside, to[1] + 1]];
  drawing.arrow([start, end], { over: PANEL });
}

function nameRow(drawing: Drawing, cell: Shape, x: number, name: { fa: string; en: string }): void {
  drawing.words([x, cell.middle[1]], name, { size: 13, colour: GREY });
}
