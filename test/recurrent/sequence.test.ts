import { expect } from 'chai';
import {
  GRU,
  gruStep,
  LSTM,
  lstmStep,
  ready,
  SimpleRNN,
  seed,
  simpleRnnStep,
  tf,
  unroll,
  withReference,
} from 'recurrent-lab';
import { relativeError } from '../support/near';
import { type Apply, call, classes, numbers, variablesOf } from './support';

const random = (shape: number[], from = 1) => tf.randomNormal(shape, 0, 1, 'float32', from);

describe('sequences', () => {
  before(() => ready());
  beforeEach(() => {
    seed(1);
    tf.engine().startScope();
  });
  afterEach(() => tf.engine().endScope());

  it('h_3 by hand, unrolled and from the layer is the same (slide 7)', () => {
    const x = random([2, 3, 4]) as tf.Tensor3D;
    const layer = new SimpleRNN({ units: 5 });
    const fromLayer = numbers(call(layer)(x));
    const [Wxh, Whh, bh] = layer.getWeights() as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const f = (xt: tf.Tensor2D, h: tf.Tensor2D) => simpleRnnStep({ Wxh, Whh, bh }, xt, h);
    const [x1, x2, x3] = tf.unstack(x, 1) as tf.Tensor2D[];
    const h0: tf.Tensor2D = tf.zeros([2, 5]);
    const byHand = numbers(f(x3, f(x2, f(x1, h0))));
    expect(numbers(unroll(f, x, h0)[2])).to.deep.equal(byHand);
    expect(fromLayer).to.be.near(byHand, 1e-5);
  });

  it('unrolls cells whose state is more than one tensor, and without biases', () => {
    const x = random([2, 3, 4]) as tf.Tensor3D;
    const h0: tf.Tensor2D = tf.zeros([2, 5]);
    const gru = new GRU({ units: 5, useBias: false });
    const expectedGru = numbers(call(gru)(x));
    const [Wx, Wh] = gru.getWeights() as tf.Tensor2D[];
    const gruStates = unroll((xt, h) => gruStep({ Wx, Wh }, xt, h), x, h0);
    expect(numbers(gruStates[2])).to.be.near(expectedGru, 1e-5);
    const lstm = new LSTM({ units: 5 });
    const expectedLstm = numbers(call(lstm)(x));
    const [Vx, Vh, b] = lstm.getWeights() as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const step = (xt: tf.Tensor2D, [h, c]: tf.Tensor2D[]) => lstmStep({ Wx: Vx, Wh: Vh, b }, xt, h, c);
    expect(numbers(unroll(step, x, [h0, h0])[2][0])).to.be.near(expectedLstm, 1e-5);
    expect(() => unroll(step, h0 as never, [h0, h0])).to.throw(
      'unroll: x must have shape (batch, time, features), got [2,5]',
    );
  });

  for (const [name, Layer] of Object.entries(classes)) {
    it(`${name}: kernels and equations agree with every option, in value and gradient`, () => {
      const mask = tf.tensor2d(
        [
          [1, 1, 0, 1, 0],
          [0, 1, 1, 1, 1],
          [0, 0, 0, 0, 0],
        ],
        [3, 5],
        'bool',
      );
      const variants: Record<string, object> = {
        plain: {},
        backwards: { goBackwards: true, returnSequences: true },
        relu: { activation: 'relu' },
        linear: { activation: null, useBias: false },
        dropout: { dropout: 0.3, recurrentDropout: 0.3 },
        state: { returnState: true, returnSequences: true },
        ...(name === 'simpleRnn' ? {} : { hard: { recurrentActivation: 'hardSigmoid' } }),
        ...(name === 'gru' ? { before: { resetAfter: false, recurrentDropout: 0.4 } } : {}),
      };
      const x = tf.variable(random([3, 5, 4]));
      for (const [variant, options] of Object.entries(variants)) {
        for (const kwargs of [{ training: true }, { training: true, mask }]) {
          const layer = new Layer({ units: 6, ...options });
          layer.build([3, 5, 4]);
          const run = () => {
            seed(5); // the same dropout
            const { value, grads } = tf.variableGrads(() => {
              const results = [(call(layer) as Apply)(x, { ...kwargs })].flat() as tf.Tensor[];
              return tf.addN(results.map((result) => result.mul(random(result.shape, 9)).sum())).asScalar();
            }, [x, ...variablesOf(layer)]);
            return [numbers(value), ...Object.values(grads).map(numbers)];
          };
          const [kernels, equations] = [run(), withReference(run)];
          for (const [i, values] of equations.entries()) {
            const size = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
            const where = `${variant}${'mask' in kwargs ? ', masked' : ''}, ${i === 0 ? 'value' : `gradient ${i}`}`;
            if (i === 0) expect(kernels[i][0], where).to.be.closeTo(values[0], 2e-5);
            else expect(relativeError(kernels[i], values) * Math.min(1, size), where).to.be.below(2e-5);
          }
        }
      }
    });
  }

  it('RECURRENT_KERNELS chooses between them', () => {
    const layer = new GRU({ units: 2 });
    const { RECURRENT_KERNELS } = process.env;
    try {
      process.env.RECURRENT_KERNELS = 'reference';
      expect(call(layer)(tf.ones([1, 2, 1])).shape).to.deep.equal([1, 2]);
      process.env.RECURRENT_KERNELS = 'fast';
      expect(() => call(layer)(tf.ones([1, 2, 1]))).to.throw(
        'RECURRENT_KERNELS must be fused or reference, got "fast"',
      );
    } finally {
      if (RECURRENT_KERNELS === undefined) delete process.env.RECURRENT_KERNELS;
      else process.env.RECURRENT_KERNELS = RECURRENT_KERNELS;
    }
  });
});
