import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ready, tf } from 'recurrent-lab';
import { CELLS, type SequenceResult } from '#lab/simd/index';
import { bernoulli, distance, draw } from './numbers';
import { computed } from './support';

interface Case {
  cell: 'simpleRnn' | 'gru' | 'lstm';
  activation: 'tanh';
  recurrentActivation: 'sigmoid';
  resetAfter: boolean;
  batch: number;
  time: number;
  features: number;
  units: number;
  seed: number;
  bias: boolean;
  initialState: boolean;
  mask: boolean;
  goBackwards: boolean;
  returnSequences: boolean;
  dropout: boolean;
  recurrentDropout: boolean;
  results: Record<string, number[]>;
}

const cases: Case[] = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'sequences.json'), 'utf8'));

function describeCase(c: Case): string {
  const flags = [
    'mask',
    'initialState',
    'goBackwards',
    'returnSequences',
    'dropout',
    'recurrentDropout',
  ] as const;
  const sizes = `${c.batch} × ${c.time} × ${c.features} → ${c.units}`;
  const before = c.cell === 'gru' && !c.resetAfter ? ' reset before' : '';
  const slow =
    c.batch * c.time * c.features > 150_000 || c.batch * c.time * c.units > 400_000 ? ' [slow]' : '';
  return `${c.cell}${before} ${c.activation} ${sizes} ${flags.filter((flag) => c[flag]).join(' ')}${slow}`;
}

/** The case's result and gradients, by the names of the fixture. */
function compute(c: Case): Record<string, tf.Tensor> {
  const { batch: B, time: T, features: F, units: H, seed } = c;
  const columns = CELLS[c.cell].gates * H;
  const tensor = (n: number, shape: number[], scale: number) =>
    tf.tensor(draw(seed + n, shape, scale), shape);
  const inputs: Record<string, tf.Tensor> = {
    x: tensor(1, [B, T, F], 1.5),
    kernel: tensor(2, [F, columns], 1 / Math.sqrt(F)),
    recurrentKernel: tensor(3, [H, columns], 1 / Math.sqrt(H)),
  };
  if (c.bias) inputs.bias = tensor(4, c.cell === 'gru' && c.resetAfter ? [2, columns] : [columns], 0.5);
  if (c.initialState) inputs.h0 = tensor(5, [B, H], 1);
  if (c.initialState && c.cell === 'lstm') inputs.c0 = tensor(6, [B, H], 1);
  const { resetAfter, goBackwards, returnSequences } = c;
  const constants = {
    ...{ resetAfter, goBackwards, returnSequences },
    mask: c.mask ? tf.tensor2d(bernoulli(seed + 7, [B, T], 0.6, 1), [B, T]) : null,
    dropoutMask: c.dropout ? tf.tensor2d(bernoulli(seed + 8, [B, F], 0.75, 1.5), [B, F]) : null,
    recurrentDropoutMask: c.recurrentDropout
      ? tf.tensor2d(bernoulli(seed + 9, [B, H], 0.75, 1.5), [B, H])
      : null,
  };
  const names = Object.keys(inputs);
  let result!: SequenceResult;
  const loss = (...tensors: tf.Tensor[]) => {
    const given = Object.fromEntries(tensors.map((t, i) => [names[i], t]));
    result = computed(c.cell, { ...constants, ...given }, c);
    for (const t of [result.output, ...result.states]) tf.keep(t);
    const weigh = (t: tf.Tensor, n: number) => t.mul(tensor(n, t.shape, 1)).sum();
    return tf
      .addN([weigh(result.output, 10), ...result.states.map((state, i) => weigh(state, 11 + i))])
      .asScalar();
  };
  const { grads } = tf.valueAndGrads(loss)(Object.values(inputs));
  return {
    output: result.output,
    h: result.states[0],
    ...(c.cell === 'lstm' ? { c: result.states[1] } : {}),
    ...Object.fromEntries(names.map((name, i) => [`d${name}`, grads[i]])),
  };
}

describe('whole sequences beside float64 PyTorch', () => {
  before(() => ready());

  for (const c of cases) {
    it(`${describeCase(c)}`, () => {
      tf.engine().startScope();
      const found = compute(c);
      expect(Object.keys(found).sort()).to.deep.equal(Object.keys(c.results).sort());
      for (const [name, tensor] of Object.entries(found)) {
        expect(distance(c.results[name], tensor.dataSync()), name).to.be.below(1e-5);
        tensor.dispose();
      }
      tf.engine().endScope();
    });
  }
});
