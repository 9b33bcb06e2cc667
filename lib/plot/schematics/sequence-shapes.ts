import { fail, refuseUnknown } from '../../errors';
import type { Words } from '../names';
import { type Drawing, GREY, type Point } from './drawing';
import { oneOf, stepCount } from './options';
import { type Schematic, schematic } from './schematic';

interface SequenceShape {
  readonly title: Words;
  readonly example: Words;
  /** Whether its first or last step alone has an input, an output, or every step; `after`: after the inputs end. */
  readonly inputs: 'first' | 'every';
  readonly outputs: 'last' | 'every' | 'after';
}

/** What goes in and what comes out: one, a sequence, or one sequence after another. */
export type SequenceKind = 'oneToOne' | 'oneToMany' | 'manyToOne' | 'manyToMany' | 'encoderDecoder';

const SHAPES = {
  oneToOne: {
    title: { fa: 'یک به یک', en: 'one to one' },
    example: { fa: 'تصویر به رده', en: 'image to class' },
    inputs: 'first',
    outputs: 'last',
  },
  oneToMany: {
    title: { fa: 'یک به چند', en: 'one to many' },
    example: { fa: 'تصویر به شرح', en: 'image to caption' },
    inputs: 'first',
    outputs: 'every',
  },
  manyToOne: {
    title: { fa: 'چند به یک', en: 'many to one' },
    example: { fa: 'متن به زبان آن', en: 'text to its language' },
    inputs: 'every',
    outputs: 'last',
  },
  manyToMany: {
    title: { fa: 'چند به چند، هم‌تراز', en: 'many to many, aligned' },
    example: { fa: 'حرف به برچسب', en: 'letter to tag' },
    inputs: 'every',
    outputs: 'every',
  },
  encoderDecoder: {
    title: { fa: 'چند به چند، رمزگذار و رمزگشا', en: 'many to many, encoder and decoder' },
    example: { fa: 'ترجمه', en: 'translation' },
    inputs: 'every',
    outputs: 'after',
  },
} as const satisfies Record<SequenceKind, SequenceShape>;

export interface SequenceSchematicOptions {
  /** Steps of a sequence, 2 to 8; default 3. The encoder reads so many, and the decoder writes one more. */
  readonly steps?: number;
}

export interface SequenceShapesOptions extends SequenceSchematicOptions {
  /** The shape that stands out, the others pale; default none. */
  readonly highlight?: SequenceKind;
}

const PITCH = 42;
const [IN, OUT] = [56, -56];
const SLOT = 118;

/**
 * One shape of a task on sequences: which steps have an input (below), which an output (above).
 *
 * @param kind `oneToOne`, `oneToMany`, `manyToOne` (slide 11), `manyToMany` (slide 14), `encoderDecoder` (slide 14)
 * @returns a picture that a notebook shows
 * @throws RecurrentError for another kind, options that are unknown or cannot be drawn, and for the steps of `oneToOne`
 * @see A. Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015
 * @example sequenceSchematic('manyToOne', { steps: 4 })
 */
export function sequenceSchematic(kind: SequenceKind, options: SequenceSchematicOptions = {}): Schematic {
  const where = 'sequenceSchematic';
  oneOf(where, 'kind', kind, SHAPES);
  refuseUnknown(where, options, ['steps']);
  if (kind === 'oneToOne' && options.steps !== undefined)
    fail(where, 'steps has no meaning for oneToOne, which has one step');
  const steps = stepCount(where, options, 'steps', 3, 2);
  const { title, example } = SHAPES[kind];
  return schematic(
    { fa: `${title.fa}: ${example.fa}`, en: `${title.en}: ${example.en}` },
    {
      fa: `ورودی‌ها پایین، سلول‌ها در میان، خروجی‌ها بالا.`,
      en: `Inputs below, cells in the middle, outputs above.`,
    },
    (drawing) => {
      nameRows(drawing, -60);
      drawShape(drawing, kind, steps, [0, 0]);
    },
  );
}

/**
 * The five shapes side by side, each with an example: one to one, one to many, many to one, many to many, and many to
 * many by an encoder and a decoder (slides 11 and 14).
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @example sequenceShapes({ highlight: 'manyToOne' })
 */
export function sequenceShapes(options: SequenceShapesOptions = {}): Schematic {
  const where = 'sequenceShapes';
  refuseUnknown(where, options, ['steps', 'highlight']);
  const steps = stepCount(where, options, 'steps', 3, 2);
  const { highlight } = options;
  if (highlight !== undefined) oneOf(where, 'highlight', highlight, SHAPES);
  const kinds = Object.keys(SHAPES) as SequenceKind[];
  return schematic(
    { fa: 'ورودی و خروجی: یکی یا یک دنباله', en: 'input and output: one, or a sequence' },
    {
      fa: kinds.map((kind) => `${SHAPES[kind].title.fa} (مثال: ${SHAPES[kind].example.fa})`).join('؛ '),
      en: kinds.map((kind) => `${SHAPES[kind].title.en} (${SHAPES[kind].example.en})`).join('; '),
    },
    (drawing) => {
      nameRows(drawing, -34);
      let left = 0;
      for (const kind of kinds) {
        const width = (cellsOf(kind, steps) - 1) * PITCH;
        const slot = Math.max(width + 36, SLOT);
        drawing.faded(highlight !== undefined && kind !== highlight, () => {
          drawShape(drawing, kind, steps, [left + (slot - width) / 2, 0]);
          drawing.words([left + slot / 2, 104], SHAPES[kind].title, { size: 14 });
          drawing.words([left + slot / 2, 144], SHAPES[kind].example, { size: 13 });
        });
        left += slot + 22;
      }
    },
  );
}

const cellsOf = (kind: SequenceKind, steps: number): number =>
  kind === 'oneToOne' ? 1 : SHAPES[kind].outputs === 'after' ? 2 * steps + 1 : steps;

/** What stands in each row, to the left of the first cells. */
function nameRows(drawing: Drawing, x: number): void {
  drawing.words([x, OUT], { fa: 'خروجی', en: 'output' }, { size: 13, colour: GREY });
  drawing.words([x, 0], { fa: 'سلول', en: 'cell' }, { size: 13, colour: GREY });
  drawing.words([x, IN], { fa: 'ورودی', en: 'input' }, { size: 13, colour: GREY });
}

/** Draws a shape whose first cell is in the middle of `origin`. */
function drawShape(drawing: Drawing, kind: SequenceKind, steps: number, [x, y]: Point): void {
  const { inputs, outputs }: SequenceShape = SHAPES[kind];
  const cells = cellsOf(kind, steps);
  const read = inputs === 'first' ? 1 : Math.min(cells, steps);
  const firstOut = { last: cells - 1, every: 0, after: read }[outputs];
  const small = { width: 26, height: 26, round: 5 };
  for (let i = 0; i < cells; i++) {
    const at = x + i * PITCH;
    const tone = outputs === 'after' && i >= read ? 'decoder' : 'state';
    const cell = drawing.box([at, y], '', { ...small, tone });
    if (i < read)
      drawing.arrow([drawing.box([at, y + IN], '', { ...small, tone: 'input' }).top, cell.bottom]);
    if (i >= firstOut)
      drawing.arrow([cell.top, drawing.box([at, y + OUT], '', { ...small, tone: 'output' }).bottom]);
    if (i > 0) drawing.arrow([[at - PITCH + 13, y], cell.left]);
  }
}
