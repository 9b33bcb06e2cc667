import { refuseUnknown } from '../../errors';
import { type Drawing, GREY, type Point, type Tone } from './drawing';
import { stepCount } from './options';
import { type Schematic, schematic } from './schematic';

export interface StateSchematicOptions {
  /** Symbols of the past that are drawn, 2 to 8; default 4. */
  readonly past?: number;
  /** Symbols of the future that are drawn, 1 to 8; default 2. */
  readonly future?: number;
}

const PITCH = 50;
const DEPTH = 96;
const STATE = { width: 74, height: 44 };

/**
 * The hidden state as all that the future gets to know of the past (slide 6).
 *
 *   P(x_t | x_{t-1}, …, x_1) ≈ P(x_t | h_{t-1}),   h_t = f(x_t, h_{t-1})
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @example stateSchematic({ past: 5 })
 */
export function stateSchematic(options: StateSchematicOptions = {}): Schematic {
  const where = 'stateSchematic';
  refuseUnknown(where, options, ['past', 'future']);
  const past = stepCount(where, options, 'past', 4, 2);
  const future = stepCount(where, options, 'future', 2);
  return schematic(
    {
      fa: 'آینده گذشته را تنها از راه حالت پنهان می‌بیند',
      en: 'the future sees the past through the hidden state alone',
    },
    {
      fa: 'توکن‌های گذشته در حالت پنهان، برداری با اندازهٔ ثابت، خلاصه می‌شوند و آینده از همان پیش‌بینی می‌شود.',
      en: 'The tokens of the past are summed up in the hidden state, a vector of fixed size, and the future is predicted from it.',
    },
    (drawing) => drawState(drawing, past, future),
  );
}

function drawState(drawing: Drawing, past: number, future: number): void {
  const seen = [...Array.from({ length: past - 1 }, (_, i) => `x_{${i + 1}}`), '⋯', 'x_{t-1}'];
  const coming = [...Array.from({ length: future }, (_, i) => (i === 0 ? 'x_t' : `x_{t+${i}}`)), '⋯'];
  const before = drawRow(drawing, -PITCH * (past + 0.8), seen, 'input');
  const after = drawRow(drawing, PITCH * 0.8, coming, 'output');
  drawing.words([middleOf(before), -48], { fa: 'گذشته', en: 'past' }, { size: 15 });
  drawing.words([middleOf(after), -48], { fa: 'آینده', en: 'future' }, { size: 15 });
  drawing.box([0, DEPTH], 'h_{t-1}', { ...STATE, tone: 'state', size: 19 });
  drawing.words([0, DEPTH + 52], { fa: 'حالت پنهان', en: 'hidden state' }, { size: 15 });
  const [from, to] = [drawBrace(drawing, before), drawBrace(drawing, after)];
  drawing.arrow([from, [from[0], DEPTH], [-STATE.width / 2, DEPTH]]);
  drawing.arrow([[STATE.width / 2, DEPTH], [to[0], DEPTH], to]);
  drawing.math([0, DEPTH + 100], 'P(x_t | x_{t-1}, …, x_1) ≈ P(x_t | h_{t-1})', { size: 18 });
  drawing.math([0, DEPTH + 132], 'h_t = f(x_t, h_{t-1})', { size: 18 });
}

/** A row of tokens from left to right in a pale frame; an ellipsis stands without a box. */
function drawRow(drawing: Drawing, left: number, labels: readonly string[], tone: Tone): Point[] {
  const places = labels.map((_, i): Point => [left + i * PITCH, 0]);
  for (const [i, place] of places.entries()) {
    if (labels[i] === '⋯') drawing.math(place, '⋯', { size: 20 });
    else drawing.box(place, labels[i], { width: 42, height: 38, tone });
  }
  return places;
}

/** Holds a row together from below, and gives the place where an arrow touches it. */
function drawBrace(drawing: Drawing, row: readonly Point[]): Point {
  const [left, right] = [row[0][0] - 20, row[row.length - 1][0] + 20];
  drawing.wire(
    [
      [left, 25],
      [left, 33],
      [right, 33],
      [right, 25],
    ],
    { colour: GREY, round: 5 },
  );
  return [middleOf(row), 34];
}

const middleOf = (places: readonly Point[]): number => (places[0][0] + places[places.length - 1][0]) / 2;
