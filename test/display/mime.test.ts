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
    const broken = toMimeBundle(new DataFrame([['a\nb', 1]], { columns: ['c\u2028d', 'e'] }));
    expect((broken as Record<string, string>)['text/plain'].split(/[\n\u2028]/)).to.have.length(4);
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

  it('leaves the picture of a chart out where something has to be fetched, not where its data say so', () => {
    const [x, y] = ['x', 'y'].map((field) => ({ field, type: 'quantitative' }));
    const chart = (values: object[]) => ({ mark: 'point', data: { values }, encoding: { x, y } });
    const drawn = (spec: object) => 'image/svg+xml' in toMimeBundle(spec);
    const inline = chart([{ x: 1, y: 2, url: 'x.csv', '"url":': 1, data: { url: 'x.csv' } }]);
    expect(drawn({ ...inline, title: 'what "url": means' })).to.equal(true);
    expect(drawn({ ...inline, encoding: { ...inline.encoding, href: { field: 'url' } } })).to.equal(true);
    const remote = { ...inline, data: { url: 'x.csv' } };
    const lookup = { lookup: 'x', from: { data: { url: 'x.csv' }, key: 'x', fields: ['y'] } };
    for (const spec of [
      remote,
      { layer: [inline, remote], data: { values: [] } },
      { hconcat: [inline, { vconcat: [remote] }], data: { values: [] } },
      { facet: { field: 'x' }, spec: { ...inline, data: undefined }, data: { url: 'x.csv' } },
      { ...inline, transform: [lookup] },
      { ...inline, mark: { type: 'image', url: 'x.png' } },
    ]) {
      expect(drawn(spec), JSON.stringify(spec)).to.equal(false);
    }
  });

  it('draws a copy of a chart: frozen rows are drawn, and the rows stay as they are', () => {
    const values = Object.freeze([Object.freeze({ x: 1 })]);
    const encoding = { x: { field: 'x', type: 'quantitative' } };
    expect(toMimeBundle({ mark: 'point', data: { values }, encoding })).to.have.property('image/svg+xml');
    expect(Reflect.ownKeys(values[0])).to.deep.equal(['x']);
  });

  it('says what goes wrong while a chart is drawn', () => {
    const bars = {
      mark: 'bar',
      data: { values: [{ a: '__proto__', b: 1, c: 'k' }] },
      encoding: {
        y: { field: 'a', type: 'nominal' },
        x: { field: 'b', type: 'quantitative' },
        color: { field: 'c', type: 'nominal' },
      },
    };
    expect(() => toMimeBundle(bars)).to.throw(/^Vega-Lite cannot draw this chart: .*is not a function/);
  });

  it('draws pictures that XML can hold, whatever characters the data have', () => {
    const values = [{ a: 'nul \0 bell \u0007 half \ud83d' }];
    const chart = { mark: 'point', data: { values }, encoding: { y: { field: 'a', type: 'nominal' } } };
    const svg = (toMimeBundle(chart) as Record<string, string>)['image/svg+xml'];
    expect(svg).to.contain('>nul \ufffd bell \ufffd half \ufffd<');
    expect(svg).to.not.match(/(?![\t\n])\p{Cc}|\p{Cs}/u);
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
