import { refuseUnknown } from '../../errors';
import type { Words } from '../names';
import { type Chain, drawGap, indexBefore, indicesOf, linkCells, placesOf } from './chain';
import { type Drawing, GREY, PANEL, type Shape, TONES } from './drawing';
import { flag, stepCount } from './options';
import { type Schematic, schematic } from './schematic';

export interface EncoderDecoderSchematicOptions {
  /** Steps of the encoder, 1 to 8; default 3. */
  readonly inputs?: number;
  /** Steps of the decoder, the one that writes <end> among them, 2 to 8; default 3. */
  readonly outputs?: number;
  /** Whether the decoder is fed the right answer, as in training, not what it has written; default false. */
  readonly teacherForcing?: boolean;
  /** Whether the encoder's last step is T and the decoder's S + 1, after an ellipsis each; default false. */
  readonly general?: boolean;
}

const [IN, OUT] = [84, -84];
const PITCH = 118;

/**
 * The encoder and the decoder (slide 14). The encoder reads x_1 … x_T; its last state is the decoder's first; the
 * decoder is fed <start>, y_1, … and writes y_1, …, <end>.
 *
 *   c = h_T,   s_0 = c,   s_j = f'(y_{j-1}, s_{j-1})
 *
 * @returns a picture that a notebook shows
 * @throws RecurrentError for options that are unknown or cannot be drawn
 * @see I. Sutskever, O. Vinyals, Q. Le, "Sequence to sequence learning with neural networks", 2014
 * @example encoderDecoderSchematic({ inputs: 3, outputs: 4, teacherForcing: true })
 */
export function encoderDecoderSchematic(options: EncoderDecoderSchematicOptions = {}): Schematic {
  const where = 'encoderDecoderSchematic';
  refuseUnknown(where, options, ['inputs', 'outputs', 'teacherForcing', 'general']);
  const general = flag(where, options, 'general', false);
  const taught = flag(where, options, 'teacherForcing', false);
  const read = stepCount(where, options, 'inputs', 3, general ? 2 : 1);
  const written = stepCount(where, options, 'outputs', 3, 2);
  const gap = (last: string, before: string) => (general ? { last, before } : undefined);
  const encoder: Chain = { x: 0, pitch: 96, steps: read, gap: gap('T', 'T-1') };
  const x = placesOf(encoder)[read - 1] + 150;
  const decoder: Chain = { x, pitch: PITCH, steps: written, gap: gap('S+1', 'S') };
  return schematic(
    taught ? TAUGHT.title : FREE.title,
    taught ? TAUGHT.description : FREE.description,
    (drawing) => {
      const last = drawEncoder(drawing, encoder);
      const first = drawDecoder(drawing, decoder, taught);
      drawing.arrow([last.right, first.left], { colour: TONES.state, width: 2.6 });
      const middle = (last.right[0] + first.left[0]) / 2 - 3;
      drawing.math([middle, -16], `c = h_{${indicesOf(encoder).at(-1)}}`, { size: 15 });
      drawing.math([middle, 16], 's_0 = c', { size: 15 });
    },
  );
}

const FREE = {
  title: {
    fa: 'هر توکنی که رمزگشا می‌نویسد، ورودی گام بعدی آن است',
    en: 'each token that the decoder writes is its next input',
  },
  description: {
    fa: 'رمزگذار ورودی را تا پایان می‌خواند؛ آخرین حالت آن، c، حالت آغازین رمزگشا است. رمزگشا با \u2066<start>\u2069 آغاز می‌کند و تا \u2066<end>\u2069 می‌نویسد.',
    en: 'The encoder reads the input to its end; its last state, c, is the state in which the decoder starts. The decoder begins with <start> and writes until <end>.',
  },
};

const TAUGHT = {
  title: {
    fa: 'اجبار معلم: در آموزش، ورودی رمزگشا پاسخ درست است',
    en: 'teacher forcing: in training, the decoder is fed the right answer',
  },
  description: {
    fa: 'رمزگذار ورودی را تا پایان می‌خواند؛ آخرین حالت آن، c، حالت آغازین رمزگشا است. ورودی رمزگشا پاسخ درست است، یک گام به عقب، و خروجی آن پیش‌بینی همان گام.',
    en: 'The encoder reads the input to its end; its last state, c, is the state in which the decoder starts. The decoder is fed the right answer, shifted by one step, and predicts that of the step.',
  },
};

function drawEncoder(drawing: Drawing, chain: Chain): Shape {
  const indices = indicesOf(chain);
  const cells = placesOf(chain).map((x, i) => {
    const cell = drawing.box([x, 0], 'f', { tone: 'state' });
    const input = drawing.circle([x, IN], `x_{${indices[i]}}`, { tone: 'input' });
    drawing.arrow([input.top, cell.bottom]);
    return cell;
  });
  linkCells(drawing, cells, chain, 'h');
  nameRow(drawing, cells, { fa: 'رمزگذار', en: 'encoder' });
  return cells[cells.length - 1];
}

/** A step of the decoder: the token it is fed below, the token it writes above. */
interface DecoderStep {
  readonly cell: Shape;
  readonly input: Shape;
  readonly output: Shape;
}

function drawDecoder(drawing: Drawing, chain: Chain, taught: boolean): Shape {
  const token = { width: 66, height: 34, round: 17, size: 15 };
  const symbol = taught ? 'ŷ' : 'y';
  const steps = placesOf(chain).map((x, i): DecoderStep => {
    const fed = i === 0 ? '<\\start>' : `y_{${indexBefore(chain, i)}}`;
    const wrote = i === chain.steps - 1 ? '<\\end>' : `${symbol}_{${i + 1}}`;
    const cell = drawing.box([x, 0], 'f′', { tone: 'decoder' });
    const input = drawing.box([x, IN], fed, { ...token, tone: taught ? 'plain' : 'output' });
    const output = drawing.box([x, OUT], wrote, { ...token, tone: 'output' });
    drawing.arrow([input.top, cell.bottom]);
    drawing.arrow([cell.top, output.bottom]);
    return { cell, input, output };
  });
  const cells = steps.map(({ cell }) => cell);
  linkCells(drawing, cells, chain, 's');
  if (!taught) feedBack(drawing, steps, chain.gap !== undefined);
  nameRow(drawing, cells, { fa: 'رمزگشا', en: 'decoder' });
  return cells[0];
}

/** What a step has written goes into the next one; an ellipsis stands on the way into the last where steps are left out. */
function feedBack(drawing: Drawing, steps: readonly DecoderStep[], gap: boolean): void {
  const style = { colour: GREY, dashed: true };
  for (const [i, { input }] of steps.slice(1).entries()) {
    const x = input.left[0] - 10;
    let from = steps[i].output.right;
    if (gap && i === steps.length - 2) {
      const [before, beyond] = drawGap(drawing, from, [x, OUT]);
      drawing.wire([from, before], style);
      from = beyond;
    }
    drawing.arrow([from, [x, OUT], [x, IN], input.left], { ...style, over: PANEL });
  }
}

function nameRow(drawing: Drawing, cells: readonly Shape[], name: Words): void {
  const x = (cells[0].middle[0] + cells[cells.length - 1].middle[0]) / 2;
  drawing.words([x, IN + 50], name, { size: 15 });
}
