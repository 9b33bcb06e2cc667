import { activation, gate, sign } from './cell-parts';
import type { Drawing } from './drawing';

const LINES = { state: 250, input: 296 };
const GATES = 165;
const [F, I, G, O, OUT] = [100, 220, 340, 460, 560];

/** The memory's way along the top; the four gates below it, which read the state and the input from two lines. */
export function drawLstm(drawing: Drawing): void {
  drawing.frame([0, -40], [620, 330]);
  drawing.math([-58, 0], 'c_{t-1}', { anchor: 'end', size: 18 });
  drawing.math([-58, LINES.state], 'h_{t-1}', { anchor: 'end', size: 18 });
  drawing.math([-58, LINES.input], 'x_t', { anchor: 'end', size: 18 });
  const o = gate(drawing, [O, GATES], { name: 'o', symbol: 'σ' }, LINES, -50);
  const f = gate(drawing, [F, GATES], { name: 'f', symbol: 'σ' }, LINES);
  const i = gate(drawing, [I, GATES], { name: 'i', symbol: 'σ' }, LINES);
  const g = gate(drawing, [G, GATES], { name: 'g', symbol: 'φ' }, LINES);
  const keep = sign(drawing, [F, 0], '⊙');
  const add = sign(drawing, [G, 0], '+');
  const write = sign(drawing, [G, 70], '⊙');
  const phi = activation(drawing, [OUT, 70]);
  const show = sign(drawing, [OUT, GATES], '⊙');
  drawing.arrow([[-50, 0], keep.left]);
  drawing.arrow([keep.right, add.left]);
  drawing.arrow([add.right, [670, 0]]);
  drawing.arrow([f.top, keep.bottom]);
  drawing.arrow([i.top, [I, 70], write.left]);
  drawing.arrow([g.top, write.bottom]);
  drawing.arrow([write.top, add.bottom]);
  drawing.dot([OUT, 0]);
  drawing.arrow([[OUT, 0], phi.top]);
  drawing.arrow([phi.bottom, show.top]);
  drawing.arrow([o.right, show.left]);
  drawing.arrow([show.right, [670, GATES]]);
  drawing.math([F + 10, GATES - 45], 'f_t', { size: 17, anchor: 'start' });
  drawing.math([I + 10, GATES - 45], 'i_t', { size: 17, anchor: 'start' });
  drawing.math([G + 10, GATES - 45], 'g_t', { size: 17, anchor: 'start' });
  drawing.math([(o.right[0] + show.left[0]) / 2 - 4, GATES - 15], 'o_t', { size: 17 });
  drawing.math([678, 0], 'c_t', { anchor: 'start', size: 18 });
  drawing.math([678, GATES], 'h_t', { anchor: 'start', size: 18 });
}
