import { activation, gate, matrix, sign } from './cell-parts';
import type { Drawing, Shape } from './drawing';

const LINES = { state: 300, input: 350 };
const [WAY, BLEND, GATES, BELOW] = [0, 62, 215, 263];
const [ENTRY, Z, R, CANDIDATE, WXH] = [30, 130, 260, 400, 490];

/** The state's way along the top; below it z, r and the candidate, which read the state and the input from two lines. */
export function drawGru(drawing: Drawing, resetAfter: boolean): void {
  drawing.frame([0, -40], [560, 385]);
  drawing.math([-58, WAY], 'h_{t-1}', { anchor: 'end', size: 18 });
  drawing.math([-58, LINES.input], 'x_t', { anchor: 'end', size: 18 });
  drawing.math([618, WAY], 'h_t', { anchor: 'start', size: 18 });
  const keep = sign(drawing, [Z, WAY], '⊙');
  const mix = sign(drawing, [CANDIDATE, WAY], '+');
  const take = sign(drawing, [CANDIDATE, BLEND], '⊙');
  drawing.arrow([[-50, WAY], keep.left]);
  drawing.dot([ENTRY, WAY]);
  drawing.arrow([keep.right, mix.left]);
  drawing.arrow([mix.right, [610, WAY]]);
  drawing.arrow([take.top, mix.bottom]);

  const { candidate, forget } = drawCandidate(drawing, resetAfter);
  drawing.arrow([candidate.top, take.bottom]);
  drawing.math([CANDIDATE + 12, BLEND + 26], 'h̃_t', { size: 17, anchor: 'start' });

  const z = gate(drawing, [Z, GATES], { name: 'z', symbol: 'σ' }, LINES);
  drawing.arrow([z.top, keep.bottom]);
  drawing.math([Z - 12, GATES - 50], 'z_t', { size: 17, anchor: 'end' });
  const rest = sign(drawing, [R, BLEND], '1-');
  drawing.dot([Z, BLEND]);
  drawing.arrow([[Z, BLEND], rest.left]);
  drawing.arrow([rest.right, take.left]);
  drawing.math([(R + CANDIDATE) / 2, BLEND - 14], '1 - z_t', { size: 16 });

  const { right } = gate(drawing, [R, GATES], { name: 'r', symbol: 'σ' }, LINES);
  const turn = R + 78;
  drawing.arrow(resetAfter ? [right, forget.left] : [right, [turn, GATES], [turn, BELOW], forget.left]);
  drawing.math([R + 55, GATES - 14], 'r_t', { size: 17 });
}

/** h̃_t and where the reset gate acts on the state: after the product with W_hh, or before it. */
function drawCandidate(drawing: Drawing, resetAfter: boolean): { candidate: Shape; forget: Shape } {
  const candidate = activation(drawing, [CANDIDATE, 115]);
  const sum = sign(drawing, [CANDIDATE, 165], '+');
  const product = matrix(drawing, [CANDIDATE, resetAfter ? BELOW : GATES], 'W_{hh}');
  const forget = sign(drawing, [CANDIDATE, resetAfter ? GATES : BELOW], '⊙');
  const input = matrix(drawing, [WXH, BELOW], 'W_{xh}');
  const [first, second] = resetAfter ? [product, forget] : [forget, product];
  drawing.arrow([[ENTRY, WAY], [ENTRY, LINES.state], [CANDIDATE, LINES.state], first.bottom]);
  drawing.arrow([[-50, LINES.input], [WXH, LINES.input], input.bottom]);
  drawing.arrow([first.top, second.bottom]);
  drawing.arrow([second.top, sum.bottom]);
  drawing.arrow([input.top, [WXH, 165], sum.right]);
  drawing.arrow([sum.top, candidate.bottom]);
  return { candidate, forget };
}
