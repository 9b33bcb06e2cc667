import { expect } from 'chai';
import { ready, tf, withReference } from 'recurrent-lab';
import cells from './fixtures/cells.json';
import { call, classes, numbers, variablesOf } from './support';

const TOLERANCE = 1e-5;

type Case = (typeof cells)['gru'];

function layerOf(fixture: Case) {
  const { kind, units, features, time, resetAfter, biasShape } = fixture;
  const Layer = classes[kind as keyof typeof classes];
  const reset = kind === 'gru' ? { resetAfter } : {};
  const layer = new Layer({ units, returnSequences: true, returnState: true, ...reset });
  layer.build([null, time, features]);
  const columns = fixture.kernel.length / features;
  layer.setWeights([
    tf.tensor2d(fixture.kernel, [features, columns]),
    tf.tensor2d(fixture.recurrentKernel, [units, columns]),
    tf.tensor(fixture.bias, biasShape),
  ]);
  return layer;
}

/** Outputs, states and gradients of the layer on the fixture's numbers. */
function run(fixture: Case) {
  const { batch, time, features, units } = fixture;
  const layer = layerOf(fixture);
  const x = tf.variable(tf.tensor3d(fixture.x, [batch, time, features]));
  const initial = fixture.initial.map((h) => tf.variable(tf.tensor2d(h, [batch, units])));
  const weigh = fixture.weigh.map((w, i) => tf.tensor(w, i === 0 ? [batch, time, units] : [batch, units]));
  const outputs: number[][] = [];
  const weights = variablesOf(layer);
  const { value, grads } = tf.variableGrads(() => {
    const results = call(layer)([x, ...initial]) as unknown as tf.Tensor[];
    outputs.push(...results.map(numbers));
    return tf.addN(results.map((result, i) => result.mul(weigh[i]).sum())).asScalar();
  }, [x, ...weights, ...initial]);
  const gradient = (variable: tf.Variable) => numbers(grads[variable.name]);
  return {
    loss: value.dataSync()[0],
    outputs,
    x: gradient(x),
    weights: weights.map(gradient),
    initial: initial.map(gradient),
  };
}

describe('recurrent cells', () => {
  before(() => ready());

  for (const [how, around] of Object.entries({
    'as equations': withReference,
    'as the layer runs them': <T>(fn: () => T) => fn(),
  })) {
    for (const [name, fixture] of Object.entries(cells) as [string, Case][]) {
      it(`${name}, ${how}: outputs, states and every gradient equal PyTorch's in float64`, () => {
        const got = around(() => tf.tidy(() => run(fixture) as never)) as unknown as ReturnType<typeof run>;
        expect(got.outputs[0]).to.be.near(fixture.outputs, TOLERANCE);
        for (const [i, state] of fixture.states.entries()) {
          expect(got.outputs[i + 1]).to.be.near(state, TOLERANCE);
        }
        expect(got.loss).to.be.closeTo(fixture.loss, TOLERANCE * Math.max(1, Math.abs(fixture.loss)));
        const { gradients } = fixture;
        expect(got.x, 'x').to.be.near(gradients.x, TOLERANCE);
        expect(got.weights[0], 'kernel').to.be.near(gradients.kernel, TOLERANCE);
        expect(got.weights[1], 'recurrent kernel').to.be.near(gradients.recurrentKernel, TOLERANCE);
        expect(got.weights[2], 'bias').to.be.near(gradients.bias, TOLERANCE);
        for (const [i, h] of gradients.initial.entries()) {
          expect(got.initial[i], 'initial').to.be.near(h, TOLERANCE);
        }
      });
    }
  }
});
