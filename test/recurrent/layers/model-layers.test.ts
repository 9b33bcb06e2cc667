import { expect } from 'chai';
import { tf } from 'recurrent-lab';
import { layerNamed, layersOf } from '#lab/recurrent/layers/model-layers';

const { layers: L } = tf;

describe('layers by name', () => {
  const deep = tf.sequential({ name: 'deep' });
  deep.add(L.dense({ units: 3, inputShape: [3], name: 'fc' }));
  const head = L.dense({ units: 3, name: 'head' });
  const encoder = tf.sequential({ name: 'encoder' });
  encoder.add(L.timeDistributed({ layer: L.dense({ units: 3 }), inputShape: [4, 3], name: 'steps' }));
  encoder.add(L.timeDistributed({ layer: deep, name: 'each' }));
  encoder.add(head);
  const inputs = tf.input({ shape: [4, 3], name: 'x' });
  const twice = head.apply(encoder.apply(encoder.apply(inputs))) as tf.SymbolicTensor;
  const outputs = L.dense({ units: 1, name: 'fc' }).apply(twice) as tf.SymbolicTensor;
  const layers = layersOf(tf.model({ inputs, outputs }));
  const named = (name: string) => layerNamed('test', layers, name);

  it('are all of a model, models inside it and what they apply at every step, each once and in order', () => {
    const names = layers.filter(({ layer }) => layer.weights.length > 0).map(({ name }) => name);
    expect(names).to.deep.equal(['encoder.steps', 'encoder.each.fc', 'encoder.head', 'fc']);
  });

  it('are found by the whole name, or by their own where it is the only one', () => {
    expect(named('encoder.steps').layer.getClassName()).to.equal('TimeDistributed');
    expect(named('encoder.steps').inner.getClassName()).to.equal('Dense');
    expect(named('head').layer).to.equal(head);
    expect(named('fc').name).to.equal('fc');
    expect(() => named('each')).to.throw('test: the model has no layer "each"; it has ');
    const inside = layers.filter(({ name }) => name !== 'fc');
    expect(layerNamed('test', inside, 'fc').name).to.equal('encoder.each.fc');
    const more = layers.map((placed) =>
      placed.name === 'fc' ? { ...placed, name: 'a.fc', path: ['a', 'fc'] } : placed,
    );
    expect(() => layerNamed('test', more, 'fc')).to.throw(
      'more than one layer "fc"; it has encoder.each.fc, a.fc',
    );
  });
});
