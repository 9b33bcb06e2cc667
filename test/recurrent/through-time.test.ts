import { expect } from 'chai';
import {
  clipGradients,
  GRU,
  jacobianNorms,
  LSTM,
  ready,
  SimpleRNN,
  seed,
  tf,
  throughTime,
} from 'recurrent-lab';
import { call, classes, numbers, variablesOf } from './support';

const lossOf = (states: tf.Tensor2D[]) =>
  tf
    .addN(
      states.map((h, t) =>
        h
          .square()
          .sum()
          .mul(t + 1),
      ),
    )
    .mul(0.5);
const random = (shape: [number, number, number]) => tf.randomNormal(shape, 0, 1, 'float32', 3) as tf.Tensor3D;

describe('back-propagation through time', () => {
  before(() => ready());
  beforeEach(() => {
    seed(1);
    tf.engine().startScope();
  });
  afterEach(() => tf.engine().endScope());

  for (const [name, Layer] of Object.entries(classes)) {
    it(`${name}: the terms of the steps sum to the gradient of the weights`, () => {
      const x = random([2, 5, 3]);
      const layer = new Layer({ units: 4, returnSequences: true });
      layer.build([2, 5, 3]);
      const { terms, loss } = throughTime(layer, x, lossOf);
      expect(terms).to.have.length(5);
      const { value, grads } = tf.variableGrads(
        () => lossOf(tf.unstack(call(layer)(x), 1) as tf.Tensor2D[]).asScalar(),
        variablesOf(layer),
      );
      expect(loss).to.be.closeTo(value.dataSync()[0], 1e-4);
      const keys = ['kernel', 'recurrentKernel', 'bias'] as const;
      for (const [i, variable] of variablesOf(layer).entries()) {
        const sum = tf.addN(terms.map((term) => term[keys[i]] as tf.Tensor));
        expect(numbers(sum), keys[i]).to.be.near(numbers(grads[variable.name]), 1e-5);
      }
      // h_0 is zero, so the first step gives the recurrent weights nothing.
      expect(terms[0].recurrentKernel.abs().max().dataSync()[0]).to.equal(0);
    });
  }

  it('truncated gives the later terms of the same loss, and none to the steps cut off', () => {
    const x = random([2, 6, 3]);
    const layer = new GRU({ units: 4 });
    const last = (states: tf.Tensor2D[]) => states[5].square().sum();
    const whole = throughTime(layer, x, last);
    const cut = throughTime(layer, x, last, { truncate: 2 });
    expect(cut.loss).to.equal(whole.loss);
    for (const t of [4, 5])
      expect(numbers(cut.terms[t].kernel)).to.deep.equal(numbers(whole.terms[t].kernel));
    for (const t of [0, 1, 2, 3]) expect(cut.terms[t].kernel.abs().max().dataSync()[0]).to.equal(0);
    expect(cut.stateNorms.map((norm) => norm > 0)).to.deep.equal([false, false, false, false, true, true]);
  });

  it('state norms are those of ∂L/∂h_t, here by hand: h_t = w h_{t-1}', () => {
    const layer = new SimpleRNN({ units: 1, activation: 'linear', useBias: false });
    layer.build([1, 4, 1]);
    layer.setWeights([tf.tensor2d([[1]]), tf.tensor2d([[0.5]])]);
    const { stateNorms } = throughTime(layer, tf.ones([1, 4, 1]), (states) => states[3].sum());
    expect(stateNorms).to.deep.equal([0.125, 0.25, 0.5, 1]);
  });

  it('Jacobians of a linear cell are powers of its matrix', () => {
    for (const [w, norms] of [
      [0.5, [0.125, 0.25, 0.5, 1]],
      [2, [8, 4, 2, 1]],
    ] as const) {
      const layer = new SimpleRNN({ units: 2, activation: 'linear' });
      layer.build([1, 3, 1]);
      layer.setWeights([tf.ones([1, 2]), tf.eye(2).mul(w), tf.zeros([2])]);
      expect(jacobianNorms(layer, random([1, 3, 1]))).to.deep.equal(norms);
      const frobenius = jacobianNorms(layer, random([1, 3, 1]), 'frobenius');
      expect(frobenius[0]).to.be.closeTo(norms[0] * Math.SQRT2, 1e-5);
    }
  });

  for (const [name, Layer] of Object.entries(classes)) {
    it(`${name}: the Jacobian agrees with finite differences`, () => {
      const x = random([1, 4, 2]);
      const layer = new Layer({ units: 3 });
      layer.build([1, 4, 2]);
      const memory = name === 'lstm' ? 2 : 1;
      const end = (nudge: number, unit: number) => {
        const states = Array.from({ length: memory }, (_, i) => {
          const row = [0, 0, 0].map((_, j) => (i * 3 + j === unit ? nudge : 0));
          return tf.tensor2d([row]);
        });
        return numbers(call(layer)([x, ...states]));
      };
      let squares = 0;
      for (let unit = 0; unit < 3 * memory; unit++) {
        const [up, down] = [end(1e-2, unit), end(-1e-2, unit)];
        for (const [i, value] of up.entries()) squares += ((value - down[i]) / 2e-2) ** 2;
      }
      expect(jacobianNorms(layer, x, 'frobenius')[0]).to.be.closeTo(Math.sqrt(squares), 2e-3);
    });
  }

  it('leak no tensor but the terms', () => {
    const x = random([1, 4, 2]);
    const layer = new LSTM({ units: 3 });
    layer.build([1, 4, 2]);
    const before = tf.memory().numTensors;
    jacobianNorms(layer, x);
    const { terms } = throughTime(layer, x, lossOf);
    expect(tf.memory().numTensors).to.equal(before + 12);
    for (const term of terms) tf.dispose([term.kernel, term.recurrentKernel, term.bias as tf.Tensor]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuse several sequences, no steps, and options that are not their own', () => {
    const layer = new GRU({ units: 2 });
    expect(() => jacobianNorms(layer, random([2, 3, 1]))).to.throw(
      'x must be one sequence, (1, time, features), got [2,3,1]',
    );
    expect(() => throughTime(layer, random([1, 0, 1]), lossOf)).to.throw(
      'x must have shape (batch, time, features)',
    );
    expect(() => throughTime(layer, random([1, 3, 1]), lossOf, { cut: 3 } as object)).to.throw(
      'unknown option "cut"',
    );
    expect(() => jacobianNorms(layer, random([1, 3, 1]), 'max' as 'spectral')).to.throw(
      'norm must be spectral or frobenius',
    );
  });
});

describe('clipGradients', () => {
  before(() => ready());

  /** The weights after one step of SGD at rate 1 from gradients (3, 4) and (12), so minus what was applied. */
  function applied(options: object, asList: boolean): number[] {
    return tf.tidy(() => {
      const [a, b] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([1]))];
      const optimizer = clipGradients(tf.train.sgd(1), options);
      const loss = () =>
        a
          .mul(tf.tensor1d([3, 4]))
          .sum()
          .add(b.mul(12).sum())
          .asScalar();
      if (asList) optimizer.minimize(loss, false, [a, b]);
      else optimizer.applyGradients(tf.variableGrads(loss, [a, b]).grads);
      const result = [...numbers(a), ...numbers(b)].map((value) => -Number(value.toFixed(5)));
      tf.dispose([a, b]);
      return result;
    });
  }

  for (const asList of [true, false]) {
    it(`bounds gradients given as ${asList ? 'a list' : 'a map'}`, () => {
      expect(applied({ globalClipNorm: 1.3 }, asList)).to.deep.equal([0.3, 0.4, 1.2]);
      expect(applied({ globalClipNorm: 100 }, asList)).to.deep.equal([3, 4, 12]);
      expect(applied({ clipNorm: 5 }, asList)).to.deep.equal([3, 4, 5]);
      expect(applied({ clipValue: 3.5 }, asList)).to.deep.equal([3, 3.5, 3.5]);
    });
  }

  it('keeps training finite where it would explode, and leaks nothing', async () => {
    const losses = async (clip: boolean) => {
      seed(1);
      const layer = new SimpleRNN({ units: 4, activation: 'linear', inputShape: [30, 1] });
      const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
      const sgd = tf.train.sgd(0.05);
      model.compile({
        optimizer: clip ? clipGradients(sgd, { globalClipNorm: 1 }) : sgd,
        loss: 'meanSquaredError',
      });
      const x = tf.ones([8, 30, 1]);
      const y = tf.ones([8, 1]).mul(50);
      await model.fit(x, y, { epochs: 1, verbose: 0 });
      const before = tf.memory().numTensors;
      const { history } = await model.fit(x, y, { epochs: 10, verbose: 0 });
      expect(tf.memory().numTensors).to.equal(before);
      return history.loss as number[];
    };
    expect((await losses(false)).every(Number.isFinite)).to.equal(false);
    expect((await losses(true)).every(Number.isFinite)).to.equal(true);
  });

  it('takes exactly one bound, above 0', () => {
    const clip = (options: object) => () => clipGradients(tf.train.sgd(1), options);
    expect(clip({})).to.throw('expected one of globalClipNorm, clipNorm and clipValue');
    expect(clip({ clipNorm: 1, clipValue: 1 })).to.throw('expected one of');
    expect(clip({ clipNorm: 0 })).to.throw('clipNorm must be above 0, got 0');
    expect(clip({ clipnorm: 1 })).to.throw('unknown option "clipnorm"');
  });
});
