import { expect } from 'chai';
import { cellSchematic, type Schematic } from 'recurrent-lab';
import { count, describePicture, textsOf } from './picture';
import { parseSvg } from './svg';
import { computedBy } from './wiring';

const ALL: Record<string, () => Schematic> = {
  rnn: () => cellSchematic('rnn'),
  gru: () => cellSchematic('gru'),
  'gru, reset before': () => cellSchematic('gru', { resetAfter: false }),
  lstm: () => cellSchematic('lstm'),
  'lstm without equations': () => cellSchematic('lstm', { equations: false }),
};

describe('schematics of cells', () => {
  for (const [name, draw] of Object.entries(ALL)) describePicture(name, draw);

  it('write the equations that the library carries out', () => {
    expect(textsOf(cellSchematic('rnn'))).to.include('ht = φ(xt Wxh + ht−1 Whh + bh)');
    expect(textsOf(cellSchematic('gru'))).to.include.members([
      'zt = σ(xt Wxz + ht−1 Whz + bz)',
      'rt = σ(xt Wxr + ht−1 Whr + br)',
      'h̃t = φ(xt Wxh + bxh + rt ⊙ (ht−1 Whh + bhh))',
      'ht = zt ⊙ ht−1 + (1 − zt) ⊙ h̃t',
    ]);
    expect(textsOf(cellSchematic('gru', { resetAfter: false }))).to.include(
      'h̃t = φ(xt Wxh + bxh + (rt ⊙ ht−1) Whh)',
    );
    expect(textsOf(cellSchematic('lstm'))).to.include.members([
      'it = σ(xt Wxi + ht−1 Whi + bi)',
      'ft = σ(xt Wxf + ht−1 Whf + bf)',
      'gt = φ(xt Wxg + ht−1 Whg + bg)',
      'ot = σ(xt Wxo + ht−1 Who + bo)',
      'ct = ft ⊙ ct−1 + it ⊙ gt',
      'ht = ot ⊙ φ(ct)',
    ]);
  });

  it('have every symbol of the equations in the wiring itself', () => {
    const wiring = (kind: 'rnn' | 'gru' | 'lstm') => textsOf(cellSchematic(kind, { equations: false }));
    expect(wiring('rnn')).to.include.members(['xt', 'ht−1', 'ht', 'Wxh', 'Whh', 'bh', 'φ', '+']);
    const gru = wiring('gru');
    for (const gate of ['z', 'r']) expect(gru).to.include.members([`${gate}t`, `Wx${gate}`, `Wh${gate}`]);
    expect(gru).to.include.members(['xt', 'ht−1', 'ht', 'h̃t', '1 − zt', 'Wxh', 'Whh']);
    expect([count(gru, 'σ'), count(gru, 'φ'), count(gru, '⊙')]).to.deep.equal([2, 1, 3]);
    const lstm = wiring('lstm');
    for (const gate of ['i', 'f', 'g', 'o'])
      expect(lstm).to.include.members([`${gate}t`, `Wx${gate}`, `Wh${gate}`]);
    expect(lstm).to.include.members(['xt', 'ht−1', 'ht', 'ct−1', 'ct']);
    expect([count(lstm, 'σ'), count(lstm, 'φ'), count(lstm, '⊙')]).to.deep.equal([3, 2, 3]);
  });

  it('are wired as the equations say', () => {
    const computed = (kind: 'rnn' | 'gru' | 'lstm', options = {}) =>
      computedBy(parseSvg(cellSchematic(kind, { ...options, equations: false }).toSvg()));
    const gate = (sign: string, name: string) => `${sign}(ht−1 Wh${name} + xt Wx${name})`;
    const [z, r] = [gate('σ', 'z'), gate('σ', 'r')];
    const mixed = (candidate: string) => `((1 − ${z}) ⊙ φ(${candidate})) + (ht−1 ⊙ ${z})`;
    const memory = `(ct−1 ⊙ ${gate('σ', 'f')}) + (${gate('σ', 'i')} ⊙ ${gate('φ', 'g')})`;
    expect(computed('rnn')).to.deep.equal({ ht: 'φ(bh + ht−1 Whh + xt Wxh)' });
    expect(computed('gru')).to.deep.equal({ ht: mixed(`(ht−1 Whh ⊙ ${r}) + xt Wxh`) });
    expect(computed('gru', { resetAfter: false })).to.deep.equal({ ht: mixed(`(ht−1 ⊙ ${r}) Whh + xt Wxh`) });
    expect(computed('lstm')).to.deep.equal({ ct: memory, ht: `(${gate('σ', 'o')} ⊙ φ(${memory}))` });
  });

  it('refuse what they do not know', () => {
    const bad: [() => unknown, string][] = [
      [
        () => cellSchematic('toString' as never),
        'cellSchematic: kind must be one of rnn, gru, lstm, got toString',
      ],
      [
        () => cellSchematic('rnn', { resetAfter: true }),
        'cellSchematic: resetAfter is an option of gru, not of rnn',
      ],
      [() => cellSchematic('gru', { resetAfter: 1 as never }), 'resetAfter must be true or false, got 1'],
    ];
    for (const [draw, message] of bad) expect(draw, message).to.throw(message);
  });
});
