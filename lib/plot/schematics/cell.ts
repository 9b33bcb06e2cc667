import { fail, refuseUnknown } from '../../errors';
import { type CellTexts, type Equation, gruTexts, lstmTexts, rnnTexts } from './cell-equations';
import { drawGru } from './cell-gru';
import { drawLstm } from './cell-lstm';
import { drawRnn } from './cell-rnn';
import { type Drawing, GREY } from './drawing';
import { mathWidth } from './mathematics';
import { flag, oneOf } from './options';
import { type Schematic, schematic } from './schematic';

export interface CellSchematicOptions {
  /** GRU only: whether the reset gate acts after the state's matrix product (default) or before it. */
  readonly resetAfter?: boolean;
  /** Whether the equations stand below the picture; default true. */
  readonly equations?: boolean;
}

interface Cell {
  readonly texts: (resetAfter: boolean) => CellTexts;
  readonly draw: (drawing: Drawing, resetAfter: boolean) => void;
}

/** The cells that are drawn: the simple RNN, the gated recurrent unit, the long short-term memory. */
export type CellName = 'rnn' | 'gru' | 'lstm';

const CELLS = {
  rnn: { texts: rnnTexts, draw: drawRnn },
  gru: { texts: gruTexts, draw: drawGru },
  lstm: { texts: lstmTexts, draw: drawLstm },
} satisfies Record<CellName, Cell>;

/**
 * A recurrent cell as a wiring diagram (slides 9 and 13) with its equations, which are those that `simpleRnnStep`,
 * `gruStep` and `lstmStep` carry out. φ is tanh unless the layer's activation says otherwise; ⊙ multiplies number by
 * number, a dot is a branch. The biases of GRU and LSTM are within the boxes; the equations have them.
 *
 * @param kind `rnn`, `gru` or `lstm`
 * @returns a picture that a notebook shows
 * @throws RecurrentError for another kind, and for options that are unknown or not the cell's
 * @see K. Cho et al., 2014 (GRU); S. Hochreiter, J. Schmidhuber, 1997 (LSTM)
 * @example cellSchematic('gru', { resetAfter: false })
 */
export function cellSchematic(kind: CellName, options: CellSchematicOptions = {}): Schematic {
  const where = 'cellSchematic';
  oneOf(where, 'kind', kind, CELLS);
  refuseUnknown(where, options, ['resetAfter', 'equations']);
  if (kind !== 'gru' && options.resetAfter !== undefined)
    fail(where, `resetAfter is an option of gru, not of ${kind}`);
  const resetAfter = flag(where, options, 'resetAfter', true);
  const withEquations = flag(where, options, 'equations', true);
  const { texts, draw }: Cell = CELLS[kind];
  const { title, description, equations } = texts(resetAfter);
  return schematic(title, description, (drawing) => {
    draw(drawing, resetAfter);
    if (withEquations) writeEquations(drawing, equations);
  });
}

/** The widths of the columns with an equation's name. */
const NAMES = { fa: 135, en: 110 };

/** One equation below the other, with the names of their left sides beside them. */
function writeEquations(drawing: Drawing, equations: readonly Equation[]): void {
  const { left, right, bottom } = drawing.bounds();
  const formulas = Math.max(...equations.map(({ formula }) => mathWidth(formula, 17)));
  const width = formulas + NAMES.fa + NAMES.en;
  const start = (left + right) / 2 - width / 2;
  for (const [i, { formula, name }] of equations.entries()) {
    const y = bottom + 34 + i * 30;
    drawing.math([start, y], formula, { size: 17, anchor: 'start' });
    drawing.text([start + width, y], 'fa', name.fa, { size: 14, anchor: 'start' });
    drawing.text([start + width - NAMES.fa, y], 'en', name.en, { size: 12, anchor: 'end', colour: GREY });
  }
}
