import { fail, refuseUnknown, wholeNumber } from '../../errors';
import { type Drawing, GRADIENT, GREY, type Point, TONES } from './drawing';
import { type Schematic, schematic } from './schematic';

export interface WindowSchematicOptions {
  /** Readings that a window sees, at least 2; default 3. */
  readonly steps?: number;
  /** Rows from one of them to the next; default 3. */
  readonly stride?: number;
  /** Rows from the last of them to the target; default 2. */
  readonly horizon?: number;
}

/** More rows than this are too small to read in a notebook's column. */
const MOST_ROWS = 18;
const PITCH = 40;
const BOX = { width: 32, height: 32, round: 5, size: 15 };
const SECOND = 100;

/**
 * A window over the readings 0, 1, 2, … and the next one, a row later (slide 12): the readings that a network sees, and
 * the target that it is to tell. With `stride` s and `horizon` N, a window whose last reading is r sees
 *
 *   x_{r-(steps-1)s}, …, x_{r-s}, x_r   and is to tell   y = T_{r+N}
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown, no whole numbers, or of more rows than fit a page
 * @example windowSchematic({ steps: 3, stride: 3, horizon: 2 })
 */
export function windowSchematic(options: WindowSchematicOptions = {}): Schematic {
  const where = 'windowSchematic';
  refuseUnknown(where, options, ['steps', 'stride', 'horizon']);
  const steps = wholeNumber(where, 'steps', options.steps ?? 3, 2);
  const stride = wholeNumber(where, 'stride', options.stride ?? 3);
  const horizon = wholeNumber(where, 'horizon', options.horizon ?? 2);
  // Both windows, and a row after them that neither touches.
  const rows = (steps - 1) * stride + horizon + 3;
  if (rows > MOST_ROWS)
    fail(where, `the windows must lie in ${MOST_ROWS} rows, which is what fits a page, got ${rows}`);
  return schematic(
    {
      fa: 'هر پنجره یک سطر جلوتر از پنجرهٔ پیش است',
      en: 'each window is one row further than the one before',
    },
    {
      fa: 'سطرهای زمان از چپ به راست؛ خانه‌های رنگی را شبکه می‌بیند و هدف پس از آخرینِ آن‌هاست.',
      en: 'The rows of time from left to right; the network sees the coloured ones, and the target lies after the last of them.',
    },
    (drawing) => {
      const last = (steps - 1) * stride;
      drawWindow(drawing, 0, 0, { rows, steps, stride, horizon });
      drawing.words([-74, 0], { fa: 'پنجرهٔ نخست', en: 'first window' }, { size: 13, colour: GREY });
      drawWindow(drawing, SECOND, 1, { rows, steps, stride, horizon });
      drawing.words([-74, SECOND], { fa: 'پنجرهٔ دوم', en: 'second window' }, { size: 13, colour: GREY });
      drawSpan(drawing, 0, stride, { fa: 'پرش', en: 'stride' });
      drawSpan(drawing, last, last + horizon, { fa: 'افق', en: 'horizon' });
    },
  );
}

/** A row of readings; those that the window from row `first` on sees are coloured, its target stands out. */
function drawWindow(
  drawing: Drawing,
  y: number,
  first: number,
  { rows, steps, stride, horizon }: Required<WindowSchematicOptions> & { rows: number },
): void {
  const last = first + (steps - 1) * stride;
  for (let row = 0; row < rows; row++) {
    const seen = row >= first && row <= last && (row - first) % stride === 0;
    const target = row === last + horizon;
    const tone = seen ? 'input' : target ? 'output' : 'plain';
    drawing.faded(!seen && !target, () => drawing.box([row * PITCH, y], String(row), { ...BOX, tone }));
  }
  const from: Point = [last * PITCH, y + BOX.height / 2];
  const to: Point = [(last + horizon) * PITCH, y + BOX.height / 2];
  drawing.arrow([from, [from[0], y + 34], [to[0], y + 34], to], { colour: TONES.output });
}

/** A measure above the first window, from the middle of one row to that of another. */
function drawSpan(
  drawing: Drawing,
  from: number,
  to: number,
  words: { readonly fa: string; readonly en: string },
): void {
  const [left, right, y] = [from * PITCH, to * PITCH, -30];
  for (const x of [left, right])
    drawing.wire(
      [
        [x, y - 5],
        [x, y + 5],
      ],
      { colour: GRADIENT },
    );
  drawing.wire(
    [
      [left, y],
      [right, y],
    ],
    { colour: GRADIENT },
  );
  drawing.words([(left + right) / 2, y - 26], words, { size: 13 });
}
