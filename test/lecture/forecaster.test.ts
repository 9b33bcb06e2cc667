import { expect } from 'chai';
import { forecaster, ready, seed, tf } from 'recurrent-lab';
import { numbers } from '../recurrent/support';

describe('forecaster', () => {
  before(() => ready());

  it('is the lecture’s networks, layer by layer', () => {
    const classes = (network: Parameters<typeof forecaster>[0], layers = 1) =>
      forecaster(network, { steps: 4, features: 2, layers }).layers.map((layer) => layer.getClassName());
    expect(classes('fc')).to.deep.equal(['Flatten', 'Dense', 'Dense']);
    expect(classes('simpleRnn')).to.deep.equal(['SimpleRNN', 'Dense']);
    expect(classes('gru', 2)).to.deep.equal(['GRU', 'GRU', 'Dense']);
    expect(classes('lstm')).to.deep.equal(['LSTM', 'Dense']);
  });

  it('predicts one number a window, the same from the same seed', () => {
    const once = () => {
      seed(3);
      const model = forecaster('gru', { steps: 4, features: 2, units: 5, layers: 2 });
      return numbers(model.predict(tf.ones([3, 4, 2])) as tf.Tensor);
    };
    expect(once()).to.have.length(3);
    expect(once()).to.deep.equal(once());
  });

  it('refuses other networks, options and sizes', () => {
    const make = (network: string, options: object) => () =>
      forecaster(network as 'gru', { steps: 4, features: 2, ...options });
    expect(make('rnn', {})).to.throw('forecaster: network must be fc, simpleRnn, gru, lstm, got "rnn"');
    expect(make('toString', {})).to.throw('network must be');
    expect(make('gru', { unit: 3 })).to.throw('unknown option "unit"');
    expect(make('gru', { steps: 0 })).to.throw('steps must be a whole number of at least 1, got 0');
    expect(make('fc', { layers: 1.5 })).to.throw('layers must be a whole number');
  });
});
