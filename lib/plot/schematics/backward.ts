import { written } from '../../display';
import { refuseUnknown, wholeNumber } from '../../errors';
import type { Words } from '../names';
import { type Drawing, GRADIENT, GREY, type Point, type Shape } from './drawing';
import { stepCount } from './options';
import { type Schematic, schematic } from './schematic';

export interface BackwardSchematicOptions {
  /** Steps of the network, 1 to 8; default 3. */
  readonly steps?: number;
  /** Truncated back-propagation: the last steps that the gradient reaches; default all, as with `throughTime`. */
  readonly truncate?: number;
}

const PITCH = 126;
const [IN, TERMS] = [88, -92];
const [FORTH, BACK] = [-9, 9];
const GRADIENT_LINE = { colour: GRADIENT, width: 2.2 };

/**
 * Back-propagation through time (slide 10): the loss is at the end, its gradient flows back from state to state, and
 * the gradient of the shared weights is the sum of what it leaves at each step.
 *
 *   dL/dW = Σ_t ∂L/∂W^(t)
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @example backwardSchematic({ steps: 4, truncate: 2 })
 */
export function backwardSchematic(options: BackwardSchematicOptions = {}): Schematic {
  const where = 'backwardSchematic';
  refuseUnknown(where, options, ['steps', 'truncate']);
  const steps = stepCount(where, options, 'steps', 3);
  const { truncate = steps } = options;
  const reached = Math.min(steps, wholeNumber(where, 'truncate', truncate));
  return schematic(
    reached < steps ? truncated(reached) : WHOLE,
    {
      fa: 'تابع هزینه، L، پس از آخرین گام است. پیکان‌های رنگی گرادیان را از L به عقب، از حالتی به حالت پیش از آن، می‌برند و در هر گام جمله‌ای از گرادیان وزن مشترک W به جا می‌گذارند.',
      en: 'The loss, L, comes after the last step. The coloured arrows take the gradient back from L, from each state to the one before, and leave at every step a term of the gradient of the shared weights W.',
    },
    (drawing) => drawBackward(drawing, steps, reached),
  );
}

const WHOLE: Words = {
  fa: 'گرادیان وزن‌ها جمع گرادیان‌های همهٔ گام‌های زمانی است',
  en: 'the gradient of the weights is a sum over all time steps',
};

const truncated = (reached: number): Words => ({
  fa: `پس‌انتشار کوتاه در زمان: گرادیان تنها به ${written('fa', reached)} گام آخر می‌رسد`,
  en: `truncated back-propagation through time: the gradient reaches only the last ${reached === 1 ? 'step' : `${reached} steps`}`,
});

function drawBackward(drawing: Drawing, steps: number, reached: number): void {
  const isReached = (step: number) => step > steps - reached;
  const places = Array.from({ length: steps }, (_, i) => i * PITCH);
  const start = drawing.circle([-PITCH, 0], 'h_0', { tone: 'state' });
  const cells = places.map((x) => drawing.box([x, 0], 'f_W', { tone: 'state' }));
  const loss = drawing.circle([steps * PITCH, 0], 'L', { radius: 21, tone: 'output', size: 18 });
  drawing.arrow([start.right, cells[0].left], { colour: GREY });
  // Terms that truncation leaves out make a sum that is not the whole gradient.
  const sum = reached < steps ? 'dL/dW ≈' : 'dL/dW =';
  drawing.math([-54, TERMS], sum, { size: 17, colour: GRADIENT, anchor: 'end' });
  for (const [i, cell] of cells.entries()) {
    const step = i + 1;
    const input = drawing.circle([places[i], IN], `x_${step}`, { tone: 'input' });
    drawing.arrow([input.top, cell.bottom], { colour: GREY });
    drawTerm(drawing, cell, isReached(step) ? `∂L/∂W^{(${step})}` : '0', isReached(step));
    if (i > 0) drawing.math([places[i] - PITCH / 2, TERMS], '+', { size: 17, colour: GRADIENT });
    const next = cells[i + 1] ?? loss;
    drawForward(drawing, cell.right, next.left, `h_${step}`);
    const derivative = next === loss ? `∂L/∂h_${step}` : `∂h_${step + 1}/∂h_${step}`;
    if (isReached(step)) drawBack(drawing, next.left, cell.right, derivative);
    else if (isReached(step + 1)) drawCut(drawing, next.left);
  }
}

/** What the gradient leaves at a step: a term of the sum above the cells. */
function drawTerm(drawing: Drawing, cell: Shape, term: string, isReached: boolean): void {
  const [x, y] = cell.top;
  drawing.math([x, TERMS], term, { size: 17, colour: isReached ? GRADIENT : GREY });
  if (isReached)
    drawing.arrow(
      [
        [x, y],
        [x, TERMS + 16],
      ],
      GRADIENT_LINE,
    );
}

function drawForward(drawing: Drawing, from: Point, to: Point, state: string): void {
  drawing.arrow(
    [
      [from[0], from[1] + FORTH],
      [to[0], to[1] + FORTH],
    ],
    { colour: GREY },
  );
  drawing.math([(from[0] + to[0]) / 2, from[1] + FORTH - 14], state, { size: 15 });
}

function drawBack(drawing: Drawing, from: Point, to: Point, derivative: string): void {
  const y = from[1] + BACK;
  drawing.arrow(
    [
      [from[0], y],
      [to[0], y],
    ],
    GRADIENT_LINE,
  );
  drawing.math([(from[0] + to[0]) / 2, y + 16], derivative, { size: 15, colour: GRADIENT });
}

/** Two strokes across a gradient's way, which ends there. */
function drawCut(drawing: Drawing, from: Point): void {
  const [x, y] = [from[0] - 26, from[1] + BACK];
  drawing.wire(
    [
      [from[0], y],
      [x + 4, y],
    ],
    GRADIENT_LINE,
  );
  for (const left of [x - 4, x + 2])
    drawing.wire(
      [
        [left - 3, y + 8],
        [left + 3, y - 8],
      ],
      GRADIENT_LINE,
    );
}
