import { expect } from 'chai';
import { ready, tf, withReference } from 'recurrent-lab';
import cells from './fixtures/cells.json';
import { call, classes, numbers, relativeError, variablesOf } from './support';

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
        expect(relativeError(got.outputs[0], fixture.outputs)).below(TOLERANCE);
        for (const [i, state] of fixture.states.entries()) {
          expect(relativeError(got.outputs[i + 1], state)).below(TOLERANCE);
        }
        expect(got.loss).closeTo(fixture.loss, TOLERANCE * Math.max(1, Math.abs(fixture.loss)));
        const { gradients } = fixture;
        expect(relativeError(got.x, gradients.x), 'x').below(TOLERANCE);
        expect(relativeError(got.weights[0], gradients.kernel), 'kernel').below(TOLERANCE);
        expect(relativeError(got.weights[1], gradients.recurrentKernel), 'recurrent kernel').below(TOLERANCE);
        expect(relativeError(got.weights[2], gradients.bias), 'bias').below(TOLERANCE);
        for (const [i, h] of gradients.initial.entries()) {
          expect(relativeError(got.initial[i], h), 'initial').below(TOLERANCE);
        }
      });
    }
  }
});
