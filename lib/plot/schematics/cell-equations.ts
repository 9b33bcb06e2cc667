import type { Words } from '../names';

/** An equation of a cell, and what its left side is called. */
export interface Equation {
  readonly formula: string;
  readonly name: Words;
}

const HIDDEN_STATE: Words = { fa: 'حالت پنهان', en: 'hidden state' };

/** What is written with a cell. */
export interface CellTexts {
  readonly title: Words;
  readonly description: Words;
  readonly equations: readonly Equation[];
}

/** The equation of `simpleRnnStep`. */
export const rnnTexts = (): CellTexts => ({
  title: { fa: 'سلول RNN ساده', en: 'the simple RNN cell' },
  description: {
    fa: 'ورودی و حالت پیشین هر یک در ماتریس وزن خود ضرب و با بایاس جمع می‌شوند؛ تابع فعال‌سازی φ از آن حالت تازه را می‌سازد.',
    en: 'The input and the state before are each multiplied by their weight matrix and added to the bias; the activation function φ makes the new state of it.',
  },
  equations: [{ formula: 'h_t = φ(x_t W_{xh} + h_{t-1} W_{hh} + b_h)', name: HIDDEN_STATE }],
});

/** The equations of `gruStep`. */
export const gruTexts = (resetAfter: boolean): CellTexts => ({
  title: resetAfter
    ? { fa: 'سلول GRU: بازنشانی پس از ضرب در ماتریس', en: 'the GRU cell: reset after the matrix product' }
    : { fa: 'سلول GRU: بازنشانی پیش از ضرب در ماتریس', en: 'the GRU cell: reset before the matrix product' },
  description: {
    fa: 'دروازهٔ z می‌گوید چه اندازه از حالت پیشین بماند و چه اندازه از نامزد h̃ جای آن را بگیرد؛ دروازهٔ r می‌گوید نامزد چه اندازه از حالت پیشین را ببیند.',
    en: 'The gate z tells how much of the state before stays and how much of the candidate h̃ takes its place; the gate r tells how much of the state before the candidate sees.',
  },
  equations: [
    {
      formula: 'z_t = σ(x_t W_{xz} + h_{t-1} W_{hz} + b_z)',
      name: { fa: 'دروازهٔ به‌روزرسانی', en: 'update gate' },
    },
    {
      formula: 'r_t = σ(x_t W_{xr} + h_{t-1} W_{hr} + b_r)',
      name: { fa: 'دروازهٔ بازنشانی', en: 'reset gate' },
    },
    {
      formula: resetAfter
        ? 'h̃_t = φ(x_t W_{xh} + b_{xh} + r_t ⊙ (h_{t-1} W_{hh} + b_{hh}))'
        : 'h̃_t = φ(x_t W_{xh} + b_{xh} + (r_t ⊙ h_{t-1}) W_{hh})',
      name: { fa: 'نامزد', en: 'candidate' },
    },
    { formula: 'h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ h̃_t', name: HIDDEN_STATE },
  ],
});

/** The equations of `lstmStep`. */
export const lstmTexts = (): CellTexts => ({
  title: { fa: 'سلول LSTM', en: 'the LSTM cell' },
  description: {
    fa: 'حافظهٔ سلول، c، از بالا می‌گذرد: دروازهٔ f می‌گوید چه اندازه از آن بماند، دروازهٔ i چه اندازه از نامزد g به آن افزوده شود، و دروازهٔ o چه اندازه از آن در حالت پنهان دیده شود.',
    en: 'The cell memory, c, passes along the top: the gate f tells how much of it stays, the gate i how much of the candidate g is added, and the gate o how much of it the hidden state shows.',
  },
  equations: [
    {
      formula: 'i_t = σ(x_t W_{xi} + h_{t-1} W_{hi} + b_i)',
      name: { fa: 'دروازهٔ ورودی', en: 'input gate' },
    },
    {
      formula: 'f_t = σ(x_t W_{xf} + h_{t-1} W_{hf} + b_f)',
      name: { fa: 'دروازهٔ فراموشی', en: 'forget gate' },
    },
    { formula: 'g_t = φ(x_t W_{xg} + h_{t-1} W_{hg} + b_g)', name: { fa: 'نامزد', en: 'candidate' } },
    {
      formula: 'o_t = σ(x_t W_{xo} + h_{t-1} W_{ho} + b_o)',
      name: { fa: 'دروازهٔ خروجی', en: 'output gate' },
    },
    { formula: 'c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t', name: { fa: 'حافظهٔ سلول', en: 'cell memory' } },
    { formula: 'h_t = o_t ⊙ φ(c_t)', name: HIDDEN_STATE },
  ],
});
