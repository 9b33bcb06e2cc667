import { expect } from 'chai';
import { computationGraph, gruStep, ready, simpleRnnStep, tf } from 'recurrent-lab';
import { NASTY_NAMES, visible } from '../support/names';

const ENTITIES: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  '#39': "'",
  '#45': '-',
  '#160': ' ',
};
const unescaped = (text: string) => text.replace(/&([#\w]+);/g, (entity, name) => ENTITIES[name] ?? entity);

describe('computation graph', () => {
  const made: tf.Tensor[] = [];
  const ones = (...shape: [number, number]) => {
    const tensor = tf.ones(shape) as tf.Tensor2D;
    made.push(tensor);
    return tensor;
  };
  let weights: { Wxh: tf.Tensor2D; Whh: tf.Tensor2D; bh: tf.Tensor1D };

  before(async () => {
    await ready();
    weights = { Wxh: ones(7, 4), Whh: ones(4, 4), bh: tf.ones([4]) };
    made.push(weights.bh);
  });
  after(() => tf.dispose(made));

  it('is the equation of slide 8: two products, two sums, one tanh', () => {
    const [x, h] = [ones(1, 7), ones(1, 4)];
    const graph = computationGraph({ x, h, ...weights }, () => ({ 'h′': simpleRnnStep(weights, x, h) }));
    expect(graph.operations()).to.deep.equal({ '×': 2, '+': 2, tanh: 1 });
    const product = graph.edges.find((edge) => edge.from === 'in Whh')!;
    expect(product.shape).to.deep.equal([4, 4]);
  });

  it('shows that the same weights are used at every step (slide 10)', () => {
    const h0 = ones(1, 4);
    const inputs = [ones(1, 7), ones(1, 7), ones(1, 7)];
    const graph = computationGraph({ h0, x1: inputs[0], x2: inputs[1], x3: inputs[2], ...weights }, () => {
      let h = h0;
      for (const x of inputs) h = simpleRnnStep(weights, x, h);
      return { h3: h };
    });
    expect(['Wxh', 'Whh', 'bh', 'x1', 'h0'].map((name) => graph.uses(name))).to.deep.equal([3, 3, 3, 1, 1]);
  });

  it('leaves out what the outputs do not depend on, and keeps no tensor', () => {
    const x = ones(2, 2);
    const before = tf.memory().numTensors;
    const graph = computationGraph({ x }, () => {
      x.square();
      return { y: x.tanh().mean() };
    });
    expect(graph.operations()).to.deep.equal({ tanh: 1, mean: 1 });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('draws the picture with names and shapes', async () => {
    const [x, h, Wx, Wh] = [ones(1, 2), ones(1, 3), ones(2, 9), ones(3, 9)];
    const graph = computationGraph({ x, h, Wx, Wh }, () => ({ 'h′': gruStep({ Wx, Wh }, x, h) }));
    const svg = await graph.toSvg();
    expect(svg).to.contain('<svg').and.contain('>Wx<').and.contain('>2×9<').and.contain('>σ<');
  });

  it('shows any name as it stands', async () => {
    for (const name of [...NASTY_NAMES, '\\N', '\\n', 'in a', 'op 1', '--', '<!-- -->', '<<b>x</b>>']) {
      const [a, b] = [ones(1, 1), ones(1, 1)];
      const inputs = { ...Object.fromEntries([[name, a]]), other: b };
      const graph = computationGraph(inputs, () => Object.fromEntries([[name, a.add(b)]]));
      const svg = await graph.toSvg();
      expect(svg.match(/class="node"/g), name).to.have.length(4);
      expect(svg.match(/class="edge"/g), name).to.have.length(3);
      const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => visible(unescaped(text)));
      if (visible(name)) expect(texts.filter((text) => text === visible(name))).to.have.length(2);
    }
  });

  it('refuses an output that was not computed', () => {
    const x = ones(1, 1);
    const loose = ones(1, 1);
    expect(() => computationGraph({ x }, () => ({ y: loose }))).to.throw(
      'output "y" does not come from any operation',
    );
  });
});
