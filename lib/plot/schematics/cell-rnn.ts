import { activation, matrix, sign } from './cell-parts';
import type { Drawing } from './drawing';

/** h_t = φ(x_t W_xh + h_{t-1} W_hh + b_h), from left to right. */
export function drawRnn(drawing: Drawing): void {
  drawing.frame([-70, -80], [330, 130]);
  const state = matrix(drawing, [20, 0], 'W_{hh}');
  const input = matrix(drawing, [120, 78], 'W_{xh}');
  const sum = sign(drawing, [120, 0], '+');
  const phi = activation(drawing, [210, 0]);
  drawing.arrow([[-120, 0], state.left]);
  drawing.math([-128, 0], 'h_{t-1}', { anchor: 'end', size: 18 });
  drawing.arrow([state.right, sum.left]);
  drawing.arrow([[120, 168], input.bottom]);
  drawing.math([120, 184], 'x_t', { size: 18 });
  drawing.arrow([input.top, sum.bottom]);
  drawing.math([120, -58], 'b_h', { size: 16 });
  drawing.arrow([[120, -44], sum.top]);
  drawing.arrow([sum.right, phi.left]);
  drawing.arrow([phi.right, [380, 0]]);
  drawing.math([388, 0], 'h_t', { anchor: 'start', size: 18 });
}
