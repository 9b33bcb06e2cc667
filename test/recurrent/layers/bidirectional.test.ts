import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bidirectional, GRU, LSTM, ready, SimpleRNN, seed, tf } from 'recurrent-lab';
import { type Apply, call, numbers, variablesOf } from '../support';

const random = (shape: number[], from = 1) => tf.randomNormal(shape, 0, 1, 'float32', from);

describe('bidirectional', () => {
  before(() => ready());
  beforeEach(() => seed(1));

  const merges = {
    concat: (a: number[], b: number[]) => [...a, ...b],
    sum: (a: number[], b: number[]) => a.map((v, i) => v + b[i]),
    mul: (a: number[], b: number[]) => a.map((v, i) => v * b[i]),
    ave: (a: number[], b: number[]) => a.map((v, i) => (v + b[i]) / 2),
  };

  for (const [mergeMode, merge] of Object.entries(merges) as [keyof typeof merges, typeof merges.sum][]) {
    it(`${mergeMode}: merges both directions at every step, each with weights of its own`, () => {
      const x = random([1, 4, 3]);
      const both = bidirectional({ layer: new GRU({ units: 2, returnSequences: true }), mergeMode });
      const got = tf.unstack(call(both)(x).squeeze<tf.Tensor2D>([0])).map(numbers);
      const weights = both.getWeights();
      expect(numbers(weights[0])).to.not.deep.equal(numbers(weights[3]));
      const [there, back] = [weights.slice(0, 3), weights.slice(3)].map(
        (w) => call(new GRU({ units: 2, returnSequences: true, weights: w })) as Apply,
      );
      const forth = tf.unstack(there(x).squeeze<tf.Tensor2D>([0])).map(numbers);
      const reversed = tf
        .unstack(back(x.reverse(1)).squeeze<tf.Tensor2D>([0]))
        .map(numbers)
        .reverse();
      for (const [t, row] of got.entries()) expect(row).to.be.near(merge(forth[t], reversed[t]), 1e-6);
    });
  }

  it('keeps them apart with null, and trains in a model with masks without a leak', async () => {
    const apart = call(bidirectional({ layer: new LSTM({ units: 2 }), mergeMode: null }))(random([1, 4, 3]));
    expect((apart as unknown as tf.Tensor[]).map(({ shape }) => shape)).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
    const model = tf.sequential({
      layers: [
        tf.layers.masking({ maskValue: 0, inputShape: [4, 3] }),
        bidirectional({ layer: new LSTM({ units: 3, dropout: 0.1, returnSequences: true }) }),
        bidirectional({ layer: new SimpleRNN({ units: 3 }), mergeMode: 'sum' }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const [x, y] = [random([8, 4, 3]), random([8, 1])];
    const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
    expect(history.loss.at(-1)).to.be.below(history.loss[0] as number);
    const before = tf.memory().numTensors;
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('takes states for both directions, as inputs or by name', () => {
    const layer = bidirectional({ layer: new GRU({ units: 2 }) });
    const x = random([1, 4, 3]);
    const none = numbers(call(layer)(x));
    const zero = tf.zeros([1, 2]);
    expect(numbers(call(layer)(x, { initialState: [zero, zero] }))).to.deep.equal(none);
    expect(() => layer.apply([x, zero])).to.throw('expected the states of both directions, got 1');
    const given = [zero.add(1), zero];
    const [a, b, c, d] = numbers(call(layer)(x, { initialState: given }));
    expect(numbers(call(layer)([x, ...given]))).to.deep.equal([a, b, c, d]);
    expect([a, b]).to.not.deep.equal(none.slice(0, 2));
    expect([c, d]).to.deep.equal(none.slice(2));
  });

  it('gives what Keras gives: outputs, states and gradients, with masks and initial states', () => {
    type Numbers = { shape: number[]; data: number[] };
    const tensor = ({ shape, data }: Numbers) => tf.tensor(data, shape);
    const path = join(__dirname, '../fixtures/bidirectional.json');
    for (const { kind, mergeMode, ...one } of JSON.parse(readFileSync(path, 'utf8'))) {
      const { returnSequences, returnState } = one;
      const Layer = { SimpleRNN, GRU, LSTM }[kind as 'GRU'];
      const layer = bidirectional({
        layer: new Layer({ units: 2, returnSequences, returnState }),
        mergeMode,
      });
      const x = tensor(one.x);
      const kwargs = {
        ...(one.mask ? { mask: tf.tensor2d(one.mask, undefined, 'bool') } : {}),
        ...(one.states.length > 0 ? { initialState: one.states.map(tensor) } : {}),
      };
      const run = (input: tf.Tensor) => [call(layer)(input, kwargs) as tf.Tensor | tf.Tensor[]].flat();
      layer.build(x.shape);
      layer.setWeights(one.weights.map(tensor));
      const label = `${kind} ${mergeMode}`;
      const outputs = run(x);
      expect(
        outputs.map(({ shape }) => shape),
        label,
      ).to.deep.equal(one.outputs.map(({ shape }: Numbers) => shape));
      for (const [i, output] of outputs.entries())
        expect(numbers(output), label).to.be.near(one.outputs[i].data, 1e-5);
      const loss = (input: tf.Tensor) =>
        tf
          .addN(
            run(input).map((y) =>
              y
                .flatten()
                .mul(tf.range(1, y.size + 1))
                .sum(),
            ),
          )
          .asScalar();
      const variables = variablesOf(layer);
      const { grads } = tf.variableGrads(() => loss(x), variables);
      const gradients = [tf.grad(loss)(x), ...variables.map(({ name }) => grads[name])];
      for (const [i, gradient] of gradients.entries())
        expect(numbers(gradient), label).to.be.near(one.gradients[i].data, 1e-5);
    }
  });

  it('takes symbolic states, and gives symbolic ones, in a functional model', () => {
    const input = tf.input({ shape: [4, 3] });
    const both = bidirectional({ layer: new LSTM({ units: 2, returnState: true }) });
    const [first, ...states] = both.apply(input) as tf.SymbolicTensor[];
    expect(states.map(({ shape }) => shape)).to.deep.equal(Array(4).fill([null, 2]));
    const second = bidirectional({ layer: new LSTM({ units: 2 }), mergeMode: 'sum' });
    const output = second.apply([input, ...states]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [first, output] });
    const x = random([2, 4, 3]);
    const [, got] = model.predict(x) as tf.Tensor[];
    const [, ...real] = call(both)(x) as unknown as tf.Tensor[];
    expect(numbers(got)).to.deep.equal(numbers(call(second)([x, ...real])));
  });

  it('penalises both directions, carries both states, freezes and disposes both', () => {
    const layer = bidirectional({
      layer: new GRU({ units: 2, stateful: true, kernelRegularizer: tf.regularizers.l2({ l2: 1 }) }),
    });
    const input = tf.input({ batchShape: [2, 3, 2] });
    const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
    expect(model.calculateLosses()).to.have.length(2);
    const predict = () => numbers(model.predict(tf.ones([2, 3, 2]), { batchSize: 2 }) as tf.Tensor);
    const first = predict();
    expect(predict()).to.not.deep.equal(first);
    model.resetStates();
    expect(predict()).to.deep.equal(first);
    expect(() => layer.resetStates([tf.zeros([2, 2])])).to.throw(
      'expected the states of both directions, got 1',
    );
    layer.trainable = false;
    expect(layer.trainableWeights).to.have.length(0);
    expect(layer.nonTrainableWeights).to.have.length(6);
    expect(model.dispose().numDisposedVariables).to.equal(6 + 2);
  });

  it('refuses other layers, modes and options', () => {
    const make = (args: object) => () => bidirectional({ layer: new GRU({ units: 2 }), ...args });
    expect(make({ layer: tf.layers.dense({ units: 1 }) })).to.throw(
      'bidirectional: layer must be a SimpleRNN, GRU or LSTM',
    );
    expect(make({ mergeMode: 'max' })).to.throw('mergeMode must be concat, sum, mul, ave, null, got max');
    expect(make({ merge: 'sum' })).to.throw('unknown option "merge"');
  });
});
