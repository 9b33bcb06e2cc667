import { expect } from 'chai';
import { forecaster, GRU, LSTM, ready, SimpleRNN, seed, tf } from 'recurrent-lab';
import { call, classes, numbers } from '../support';

const kinds = Object.entries(classes);
const random = (shape: number[], from = 1) => tf.randomNormal(shape, 0, 1, 'float32', from);

describe('recurrent layers', () => {
  before(() => ready());
  beforeEach(() => {
    seed(1);
    tf.engine().startScope();
  });
  afterEach(() => tf.engine().endScope());

  it('have the lecture’s parameter counts at its sizes', () => {
    const count = (name: Parameters<typeof forecaster>[0]) =>
      forecaster(name, { steps: 240, features: 7 }).countParams();
    expect(count('fc')).to.equal(107_649);
    expect(count('simpleRnn')).to.equal(4_673);
    expect(count('gru')).to.equal(14_081);
    expect(count('lstm')).to.equal(18_497);
  });

  it('have Keras’ weight shapes, in Keras’ order', () => {
    const shapes = (layer: tf.layers.Layer) => {
      layer.build([null, 9, 2]);
      return layer.getWeights().map((weight) => weight.shape);
    };
    expect(shapes(new SimpleRNN({ units: 3 }))).to.deep.equal([[2, 3], [3, 3], [3]]);
    expect(shapes(new GRU({ units: 3 }))).to.deep.equal([
      [2, 9],
      [3, 9],
      [2, 9],
    ]);
    expect(shapes(new GRU({ units: 3, resetAfter: false }))).to.deep.equal([[2, 9], [3, 9], [9]]);
    expect(shapes(new LSTM({ units: 3 }))).to.deep.equal([[2, 12], [3, 12], [12]]);
    expect(shapes(new LSTM({ units: 3, useBias: false }))).to.deep.equal([
      [2, 12],
      [3, 12],
    ]);
  });

  it('start the forget gate’s bias at 1, unless told not to', () => {
    const bias = (args: object) => {
      const layer = new LSTM({ units: 2, ...args });
      layer.build([null, 1, 1]);
      return numbers(layer.getWeights()[2]);
    };
    expect(bias({})).to.deep.equal([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(bias({ unitForgetBias: false })).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(bias({ biasInitializer: 'ones' })).to.deep.equal([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  for (const [name, Layer] of kinds) {
    describe(name, () => {
      it('gives the last output, or all of them, and the states after them', () => {
        const x = random([2, 5, 3]);
        const all = new Layer({ units: 4, returnSequences: true, returnState: true });
        const [outputs, ...states] = call(all)(x) as unknown as tf.Tensor[];
        expect(outputs.shape).to.deep.equal([2, 5, 4]);
        expect(states.map((s) => s.shape)).to.deep.equal(
          name === 'lstm'
            ? [
                [2, 4],
                [2, 4],
              ]
            : [[2, 4]],
        );
        const one = new Layer({ units: 4, weights: all.getWeights() });
        expect(numbers(call(one)(x))).to.deep.equal(numbers(states[0]));
        expect(numbers(outputs.slice([0, 4], [2, 1]))).to.deep.equal(numbers(states[0]));
      });

      it('takes initial states, as inputs or by name, and goes on where it stopped', () => {
        const x = random([2, 6, 3]);
        const layer = new Layer({ units: 4, returnState: true });
        const whole = call(layer)(x) as unknown as tf.Tensor[];
        const [, ...middle] = call(layer)(x.slice([0, 0], [2, 2])) as unknown as tf.Tensor[];
        const rest = x.slice([0, 2], [2, 4]);
        const asInputs = call(layer)([rest, ...middle]) as unknown as tf.Tensor[];
        const byName = call(layer)(rest, { initialState: middle }) as unknown as tf.Tensor[];
        expect(numbers(asInputs[0])).to.be.near(numbers(whole[0]), 1e-6);
        expect(numbers(byName[0])).to.deep.equal(numbers(asInputs[0]));
      });

      it('goes backwards over the same steps', () => {
        const x = random([2, 5, 3]);
        const forth = new Layer({ units: 4, returnSequences: true });
        const expected = numbers(call(forth)(x.reverse(1)));
        const back = new Layer({
          units: 4,
          returnSequences: true,
          goBackwards: true,
          weights: forth.getWeights(),
        });
        expect(numbers(call(back)(x))).to.deep.equal(expected);
      });

      it('unrolled gives what it gives otherwise', () => {
        const x = random([2, 5, 3]);
        const layer = new Layer({ units: 4 });
        const expected = numbers(call(layer)(x));
        const unrolled = new Layer({ units: 4, unroll: true, weights: layer.getWeights() });
        expect(numbers(call(unrolled)(x))).to.be.near(expected, 1e-6);
      });

      it('skips masked steps: padding a sequence changes neither output nor state', () => {
        const short = random([1, 3, 2]);
        const layer = new Layer({ units: 4, returnState: true });
        const expected = call(layer)(short) as unknown as tf.Tensor[];
        const padded = short.pad(
          [
            [0, 0],
            [0, 2],
            [0, 0],
          ],
          9,
        );
        const mask = tf.tensor2d([[1, 1, 1, 0, 0]], [1, 5], 'bool');
        const got = call(layer)(padded, { mask }) as unknown as tf.Tensor[];
        got.forEach((tensor, i) => void expect(numbers(tensor)).to.be.near(numbers(expected[i]), 1e-6));
      });

      it('takes its mask from a Masking layer in a model, one length for each sequence', () => {
        const layer = new Layer({ units: 4 });
        const masking = tf.layers.masking({ maskValue: -5, inputShape: [4, 2] });
        const model = tf.sequential({ layers: [masking, layer] });
        const x = random([2, 4, 2]);
        const padded = tf.concat([
          x.slice([0, 0], [1, 4]),
          x.slice([1, 0], [1, 2]).pad(
            [
              [0, 0],
              [0, 2],
              [0, 0],
            ],
            -5,
          ),
        ]);
        const got = numbers(model.predict(padded) as tf.Tensor);
        const alone = [x.slice([0, 0], [1, 4]), x.slice([1, 0], [1, 2])].flatMap((one) =>
          numbers(call(layer)(one)),
        );
        expect(got).to.be.near(alone, 1e-6);
      });

      it('repeats the last output at masked steps, zeros before the first', () => {
        const layer = new Layer({ units: 2, returnSequences: true });
        const x = random([1, 4, 2]);
        const mask = tf.tensor2d([[0, 1, 0, 1]], [1, 4], 'bool');
        const [a, b, c, d] = tf.unstack(call(layer)(x, { mask }), 1).map(numbers);
        expect(a).to.deep.equal([0, 0]);
        expect(c).to.deep.equal(b);
        expect(d).to.not.deep.equal(c);
      });

      it('drops the same inputs and states at all steps while training, and none otherwise', () => {
        const layer = new Layer({ units: 6, dropout: 0.5, recurrentDropout: 0.5, seed: 4 });
        const x = random([2, 5, 8]);
        layer.build([null, 5, 8]);
        const plain = new Layer({ units: 6, weights: layer.getWeights() });
        expect(numbers(call(layer)(x))).to.deep.equal(numbers(call(plain)(x)));
        const trained = numbers(call(layer)(x, { training: true }));
        expect(trained).to.not.deep.equal(numbers(call(plain)(x)));
        expect(trained).to.not.deep.equal(numbers(call(layer)(x, { training: true })));
        const again = new Layer({ units: 6, dropout: 0.5, recurrentDropout: 0.5, seed: 4 });
        again.build([null, 5, 8]);
        again.setWeights(layer.getWeights());
        expect(numbers(call(again)(x, { training: true }))).to.deep.equal(trained);
      });

      it('carries its state from batch to batch where it is stateful', () => {
        const options = { units: 4, batchInputShape: [2, 3, 2] as [number, number, number] };
        const layer = new Layer({ ...options, stateful: true });
        const model = tf.sequential({ layers: [layer] });
        const x = random([2, 6, 2]);
        const parts = tf.split(x, 2, 1);
        const run = () => parts.map((part) => numbers(model.predict(part, { batchSize: 2 }) as tf.Tensor));
        const first = run();
        const whole = new Layer({ units: 4, weights: layer.getWeights() });
        expect(first[1]).to.be.near(numbers(call(whole)(x)), 1e-6);
        expect(run()[0]).to.not.deep.equal(first[0]);
        model.resetStates();
        expect(run()).to.deep.equal(first);
        expect(() => call(layer)(random([3, 3, 2]))).to.throw('this stateful layer carries 2');
      });

      it('trains in a sequential and in a functional model, and leaks no tensor', async () => {
        const sequential = tf.sequential({
          layers: [
            new Layer({ units: 4, inputShape: [5, 2], returnSequences: true, recurrentRegularizer: 'l1l2' }),
            new Layer({ units: 3, kernelConstraint: 'maxNorm', dropout: 0.1, recurrentDropout: 0.1 }),
            tf.layers.dense({ units: 1 }),
          ],
        });
        const input = tf.input({ shape: [5, 2] });
        const [encoded, ...states] = new Layer({ units: 4, returnState: true }).apply(
          input,
        ) as tf.SymbolicTensor[];
        const decoder = new Layer({ units: 4 });
        const decoded = decoder.apply([input, ...states]) as tf.SymbolicTensor;
        const joined = tf.layers.add().apply([encoded, decoded]) as tf.SymbolicTensor;
        const functional = tf.model({
          inputs: input,
          outputs: tf.layers.dense({ units: 1 }).apply(joined) as tf.SymbolicTensor,
        });
        const x = random([16, 5, 2]);
        const y = x.mean([1, 2]).expandDims(1);
        for (const model of [sequential, functional]) {
          model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
          const { history } = await model.fit(x, y, { epochs: 8, verbose: 0, batchSize: 8 });
          expect(history.loss.at(-1)).to.be.below(history.loss[0] as number);
          const before = tf.memory().numTensors;
          await model.fit(x, y, { epochs: 1, verbose: 0, batchSize: 8 });
          (model.predict(x) as tf.Tensor).dispose();
          expect(tf.memory().numTensors).to.equal(before);
        }
      });

      it('trains statefully without a leak', async () => {
        const layer = new Layer({ units: 4, batchInputShape: [4, 5, 2], stateful: true });
        const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
        model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
        const [x, y] = [random([8, 5, 2]), random([8, 1], 2)];
        await model.fit(x, y, { epochs: 1, verbose: 0, batchSize: 4, shuffle: false });
        const before = tf.memory().numTensors;
        await model.fit(x, y, { epochs: 2, verbose: 0, batchSize: 4, shuffle: false });
        expect(tf.memory().numTensors).to.equal(before);
        const { numDisposedVariables } = model.dispose();
        expect(numDisposedVariables).to.be.above(4);
      });

      it('comes back from its saved form with all options', () => {
        const layer = new Layer({
          ...{ units: 3, activation: 'relu', useBias: false, dropout: 0.1, recurrentDropout: 0.2, seed: 7 },
          ...{ returnSequences: true, returnState: true, goBackwards: true, unroll: true, name: 'mine' },
          ...{ kernelInitializer: 'heNormal', recurrentRegularizer: 'l1l2', biasConstraint: 'nonNeg' },
        });
        const model = tf.sequential({
          layers: [new Layer({ units: 2, inputShape: [4, 2], returnSequences: true })],
        });
        const config = JSON.parse(JSON.stringify(layer.getConfig()));
        const again = (
          Layer as unknown as { fromConfig(c: unknown, config: object): tf.layers.Layer }
        ).fromConfig(Layer, config);
        expect(again.getConfig()).to.deep.equal(layer.getConfig());
        expect(JSON.stringify(model.toJSON(null, false))).to.contain(`"class_name":"${Layer.className}"`);
      });

      it('trains to the same weights from the same seed', async () => {
        const once = async () => {
          seed(5);
          const layer = new Layer({ units: 4, inputShape: [5, 2], dropout: 0.2, recurrentDropout: 0.2 });
          const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
          model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
          await model.fit(random([16, 5, 2]), random([16, 1]), { epochs: 2, verbose: 0, batchSize: 8 });
          return model.getWeights().flatMap(numbers);
        };
        expect(await once()).to.deep.equal(await once());
      });

      it('takes a batch of no sequences and a sequence of one step', () => {
        const layer = new Layer({ units: 3 });
        expect(call(layer)(tf.zeros([0, 4, 2])).shape).to.deep.equal([0, 3]);
        expect(call(layer)(tf.zeros([2, 1, 2])).shape).to.deep.equal([2, 3]);
      });

      it('gives the gradient of a sequence of one step, unrolled too', () => {
        const x = random([2, 1, 2]);
        const layer = new Layer({ units: 3 });
        const slope = (by: tf.layers.Layer) =>
          numbers(tf.grad((input: tf.Tensor) => call(by)(input).sum())(x));
        const expected = slope(layer);
        const unrolled = new Layer({ units: 3, unroll: true, weights: layer.getWeights() });
        expect(slope(unrolled)).to.be.near(expected, 1e-6);
      });

      it('gives zeros at masked steps where it is told to, in either direction', () => {
        const x = random([1, 4, 2]);
        const mask = tf.tensor2d([[0, 1, 0, 1]], [1, 4], 'bool');
        const options = { units: 2, returnSequences: true, zeroOutputForMask: true };
        for (const goBackwards of [false, true]) {
          const layer = new Layer({ ...options, goBackwards });
          const outputs = tf.unstack(call(layer)(x, { mask }), 1).map(numbers);
          const zeros = outputs.map((output) => output.every((value) => value === 0));
          expect(zeros).to.deep.equal(goBackwards ? [false, true, false, true] : [true, false, true, false]);
        }
      });

      it('refuses what it can’t do, by name', () => {
        const make = (args: object) => () => new Layer({ units: 3, ...args });
        const where = Layer.className;
        expect(make({ units: 0 })).to.throw(`${where}: units must be a whole number of at least 1, got 0`);
        expect(make({ unit: 3 })).to.throw(`${where}: unknown option "unit"`);
        expect(make({ dropout: 1 })).to.throw(`${where}: dropout must be at least 0 and below 1, got 1`);
        expect(make({ recurrentDropout: -0.1 })).to.throw('recurrentDropout must be at least 0 and below 1');
        expect(make({ returnSequences: 'yes' })).to.throw('returnSequences must be true or false, got yes');
        expect(make({ activityRegularizer: 'l1l2' })).to.throw('unknown option "activityRegularizer"');
        expect(make({ activation: 'tahn' })).to.throw('tahn');
        expect(make({ kernelInitializer: 'xavier' })).to.throw('xavier');
        const layer = make({})();
        expect(() => layer.apply(tf.zeros([2, 3]))).to.throw(
          `${where}: input must have shape (batch, time, features), got [2,3]`,
        );
        expect(() => layer.apply(tf.zeros([2, 0, 3]))).to.throw(`${where}: input has no time steps`);
        layer.apply(tf.zeros([2, 4, 7]));
        expect(() => layer.apply(tf.zeros([2, 4, 5]))).to.throw(
          `${where}: input has 5 features, weights expect 7`,
        );
        expect(() => layer.apply([tf.zeros([2, 4, 7]), tf.zeros([2, 9])])).to.throw('initial state must be');
        expect(() => layer.resetStates()).to.throw(`${where}: resetStates() is for a stateful layer`);
        const stateful = make({ stateful: true })();
        expect(() => stateful.build([null, 4, 7])).to.throw('needs batchInputShape');
      });
    });
  }
});
