import { expect } from 'chai';
import { tf, toMimeBundle } from 'recurrent-lab';

const text = (value: unknown) => (toMimeBundle(value) as Record<string, string>)['text/plain'];

describe('jupyter: toMimeBundle', () => {
  it('shows a data frame by head and tail, with types and shape, and escapes HTML', function () {
    this.timeout(20_000);
    const { DataFrame } = require('danfojs-node') as typeof import('danfojs-node');
    const rows = Array.from({ length: 30 }, (_, i) => [i, i / 7, `<b>&"${i}`]);
    const bundle = toMimeBundle(new DataFrame(rows, { columns: ['n', '<f>', 's'] })) as Record<
      string,
      string
    >;
    const lines = bundle['text/plain']!.split('\n');
    expect(lines).to.have.length(2 + 11 + 1);
    expect(lines[0]).to.match(/^ +n +<f> +s$/);
    expect(lines[1]).to.match(/^ +int32 +float32 +string$/);
    expect(lines[2]).to.match(/^ 0 +0 +0 +<b>&"0$/);
    expect(lines.at(-1)).to.equal('[30 rows × 3 columns]');
    const html = bundle['text/html']!;
    expect(html)
      .to.contain('&lt;f&gt;')
      .and.contain('&lt;b&gt;&amp;&quot;29')
      .and.contain('30 rows × 3 columns');
    expect(html).to.not.contain('<b>');
    expect(html.match(/<tr>/g)).to.have.length(1 + 11);
    expect((toMimeBundle(new DataFrame([])) as Record<string, string>)['text/plain']).to.contain('[0 rows');
  });

  it('shows a tensor as shape, type and rounded values, long ones elided', () => {
    expect(
      text(
        tf.tensor2d([
          [1, 2.123456],
          [3, -4],
        ]),
      ),
    ).to.equal('Tensor (2, 2) float32\n[[     1, 2.1235],\n [     3,     -4]]');
    expect(text(tf.scalar(0.5))).to.equal('Tensor () float32\n0.5');
    expect(text(tf.zeros([0, 3]))).to.equal('Tensor (0, 3) float32\n[]');
    expect(text(tf.ones([1000, 1000]))!.length).to.be.below(300);
    expect(text(tf.tensor1d([Number.NaN, Infinity, 1e-7]))).to.match(/\[ +NaN, +Infinity, +1\.000e-7\]/);
    const disposed = tf.zeros([2]);
    disposed.dispose();
    expect(text(disposed)).to.equal('Tensor (2) float32 disposed');
  });

  it('shows booleans and complex numbers of a tensor as such', async () => {
    expect(text(tf.tensor1d([true, false], 'bool'))).to.equal('Tensor (2) bool\n[ true, false]');
    const before = tf.getBackend();
    await tf.setBackend('cpu'); // the wasm engine has no complex tensors
    try {
      expect(text(tf.complex([1, 2], [3, -4.5]))).to.equal('Tensor (2) complex64\n[  1+3i, 2-4.5i]');
    } finally {
      await tf.setBackend(before);
    }
  });

  it('shows an object whose traps or getters throw, and cuts what is too long to read', () => {
    const trap = () => {
      throw new Error('trap');
    };
    expect(text(new Proxy({ a: 1 }, { get: trap, has: trap, ownKeys: trap }))).to.equal('{ a: 1 }');
    expect(
      text({
        iloc: trap,
        get shape() {
          return trap();
        },
      }),
    ).to.contain('shape: [Getter]');
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key${i}`, i]));
    expect(text(wide)).to.match(/\n\.\.\. \d+ more characters$/);
    expect(text(wide)!.length).to.be.below(100_100);
  });

  it('shows a Vega-Lite specification as itself and as a picture', function () {
    this.timeout(20_000);
    const spec = {
      mark: 'point',
      data: { values: [{ x: 1 }] },
      encoding: { x: { field: 'x', type: 'quantitative' } },
    };
    const bundle = toMimeBundle(spec) as Record<string, unknown>;
    expect(bundle['application/vnd.vegalite.v5+json']).to.equal(spec);
    expect(bundle['image/svg+xml']).to.match(/^<svg[^>]*>[\s\S]*<\/svg>$/);
    expect(text({ mark: 'a word like any other' })).to.equal("{ mark: 'a word like any other' }");
    expect(toMimeBundle({ ...spec, data: { url: 'x.csv' } })).to.not.have.property('image/svg+xml');
    expect(() => toMimeBundle({ ...spec, mark: 'nonsense' })).to.throw(/^Vega-Lite cannot draw this chart: /);
  });

  it("lets an object speak for itself, by Deno's convention", async () => {
    const own = (result: unknown) => ({ [Symbol.for('Jupyter.display')]: () => result });
    expect(toMimeBundle(own({ 'text/html': '<i>' }))).to.deep.equal({ 'text/html': '<i>' });
    expect(await toMimeBundle(own(Promise.resolve({ 'text/plain': 'i' })))).to.deep.equal({
      'text/plain': 'i',
    });
    expect(() => toMimeBundle(own('text'))).to.throw(/must return an object of MIME types, got 'text'/);
  });

  it('shows anything else as the inspector does', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(text(loop)).to.equal('<ref *1> { self: [Circular *1] }');
    expect(text([undefined, 'a', 1n])).to.equal("[ undefined, 'a', 1n ]");
    expect(text(Object.create(null))).to.equal('[Object: null prototype] {}');
  });
});
