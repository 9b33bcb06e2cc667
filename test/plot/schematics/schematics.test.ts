import { expect } from 'chai';
import {
  backwardSchematic,
  bidirectionalSchematic,
  encoderDecoderSchematic,
  type Schematic,
  searchTree,
  sequenceSchematic,
  sequenceShapes,
  stateSchematic,
  toMimeBundle,
  unrolledSchematic,
  windowSchematic,
} from 'recurrent-lab';
import { count, describePicture, textsOf } from './picture';
import { elements, parseSvg } from './svg';

const KINDS = ['oneToOne', 'oneToMany', 'manyToOne', 'manyToMany', 'encoderDecoder'] as const;

/** Greedy takes A, and loses; a beam of width 2 finds BC. */
const TREE = { '': { A: 0.6, B: 0.4 }, A: { C: 0.55, D: 0.45 }, B: { C: 0.9, D: 0.1 } };

/** Every schematic with its smallest, usual and largest options. */
const ALL: Record<string, () => Schematic> = {
  shapes: () => sequenceShapes(),
  'shapes, 2 steps': () => sequenceShapes({ steps: 2, highlight: 'oneToOne' }),
  'shapes, 8 steps': () => sequenceShapes({ steps: 8, highlight: 'encoderDecoder' }),
  ...Object.fromEntries(KINDS.map((kind) => [kind, () => sequenceSchematic(kind)])),
  unrolled: () => unrolledSchematic(),
  'unrolled, 1 step': () => unrolledSchematic({ steps: 1, outputs: false }),
  'unrolled to T': () => unrolledSchematic({ steps: 8, general: true, highlight: 8 }),
  'encoder-decoder': () => encoderDecoderSchematic(),
  'encoder-decoder, short': () => encoderDecoderSchematic({ inputs: 1, outputs: 2, teacherForcing: true }),
  'encoder-decoder to T': () => encoderDecoderSchematic({ inputs: 2, outputs: 8, general: true }),
  state: () => stateSchematic(),
  'state, least': () => stateSchematic({ past: 2, future: 1 }),
  'state, most': () => stateSchematic({ past: 8, future: 8 }),
  backward: () => backwardSchematic(),
  'backward, 1 step': () => backwardSchematic({ steps: 1 }),
  windows: () => windowSchematic(),
  'windows, least': () => windowSchematic({ steps: 2, stride: 1, horizon: 1 }),
  'windows, most': () => windowSchematic({ steps: 4, stride: 3, horizon: 6 }),
  'both ways': () => bidirectionalSchematic(),
  'both ways, 8 steps': () => bidirectionalSchematic({ steps: 8 }),
  'search tree': () => searchTree(TREE),
  'search tree, greedy': () => searchTree(TREE, { width: 1 }),
  'search tree, one step': () => searchTree({ '': { A: 1 } }),
  'search tree, three steps': () => searchTree({ ...TREE, AC: { E: 0.5, F: 0.5 } }, { width: 2 }),
  'backward, truncated': () => backwardSchematic({ steps: 8, truncate: 3 }),
};

describe('schematics', () => {
  for (const [name, draw] of Object.entries(ALL)) describePicture(name, draw);

  it('are shown by a notebook as a picture, with a text in both languages', () => {
    const bundle = toMimeBundle(unrolledSchematic()) as Record<string, string>;
    expect(Object.keys(bundle)).to.deep.equal(['image/svg+xml', 'text/plain']);
    expect(bundle['image/svg+xml']).to.equal(unrolledSchematic().toSvg());
    expect(bundle['text/plain']).to.match(/وزن‌ها[\s\S]*same weights/);
  });

  it('unroll to as many cells as steps, each with the same weights', () => {
    for (const steps of [1, 3, 8]) {
      const texts = textsOf(unrolledSchematic({ steps }));
      for (const shared of ['fW', 'Wxh', 'Whh', 'Whq']) expect(count(texts, shared)).to.equal(steps + 1);
      for (let t = 1; t <= steps; t++) expect(texts).to.include.members([`x${t}`, `h${t}`, `o${t}`]);
      expect(texts).to.include.members(['h0', 'xt', 'ht', 'ot', '=']);
    }
    expect(textsOf(unrolledSchematic({ outputs: false }))).to.not.include.members(['Whq', 'o1']);
  });

  it('unroll to T where asked, after an ellipsis', () => {
    const texts = textsOf(unrolledSchematic({ steps: 3, general: true }));
    expect(texts).to.include.members(['x1', 'x2', 'xT', '⋯', 'h2', 'hT−1', 'hT']).and.not.include('x3');
  });

  it('colour the readings that a window sees and its target; the next window is a row further', () => {
    const standing = (schematic: Schematic) => {
      const root = parseSvg(schematic.toSvg());
      const pale = elements(root, 'g').flatMap((group) => elements(group, 'text'));
      const numbers = elements(root, 'text').filter((text) => /^\d+$/.test(text.textContent!));
      return numbers.filter((text) => !pale.includes(text)).map((text) => Number(text.textContent));
    };
    expect(standing(windowSchematic())).to.deep.equal([0, 3, 6, 8, 1, 4, 7, 9]);
    expect(standing(windowSchematic({ steps: 2, stride: 1, horizon: 4 }))).to.deep.equal([0, 1, 5, 1, 2, 6]);
  });

  it('let a step stand out: all others are pale', () => {
    const root = parseSvg(unrolledSchematic({ steps: 3, highlight: 2 }).toSvg());
    const pale = elements(root, 'g').flatMap((group) =>
      elements(group, 'text').map((text) => text.textContent!),
    );
    expect(pale).to.include.members(['x1', 'o1', 'x3', 'o3', 'h0', 'h3']);
    expect(pale).to.not.include.oneOf(['x2', 'o2', 'h1', 'h2', 'xt']);
  });

  it('feed the decoder what it has written, or the right answer', () => {
    const free = encoderDecoderSchematic({ inputs: 4, outputs: 3 });
    const texts = textsOf(free);
    expect([
      count(texts, 'f'),
      count(texts, 'f′'),
      count(texts, '<start>'),
      count(texts, '<end>'),
    ]).to.deep.equal([...[4, 3, 1, 1]]);
    expect(texts).to.include.members(['x4', 'c = h4', 's0 = c', 's1', 's2']);
    expect([count(texts, 'y1'), count(texts, 'y2')]).to.deep.equal([2, 2]);
    expect(free.toSvg().match(/stroke-dasharray/g)).to.have.length(2);
    const taught = encoderDecoderSchematic({ inputs: 4, outputs: 3, teacherForcing: true });
    const fed = textsOf(taught);
    expect(['y1', 'y2', 'ŷ1', 'ŷ2'].map((token) => count(fed, token))).to.deep.equal([1, 1, 1, 1]);
    expect(taught.toSvg()).to.contain('اجبار معلم').and.not.contain('stroke-dasharray');
  });

  it('name the steps of an encoder and a decoder of any length', () => {
    const texts = textsOf(encoderDecoderSchematic({ inputs: 3, outputs: 3, general: true }));
    expect(texts).to.include.members(['x1', 'x2', 'xT', 'hT−1', 'c = hT', 'y1', 'y2', 'yS', 'sS']);
  });

  it('see the past through the state alone', () => {
    const texts = textsOf(stateSchematic({ past: 3, future: 2 }));
    expect(texts).to.include.members(['x1', 'x2', 'xt−1', 'ht−1', 'xt', 'xt+1']).and.not.include('x3');
    expect(texts).to.include.members(['P(xt | xt−1, …, x1) ≈ P(xt | ht−1)', 'ht = f(xt, ht−1)']);
  });

  it('sum the gradient over the steps, and lose what truncation cuts off', () => {
    const whole = textsOf(backwardSchematic({ steps: 4 }));
    expect(whole).to.include.members(['∂L/∂h4', '∂h4/∂h3', '∂h3/∂h2', '∂h2/∂h1', 'dL/dW =']);
    expect(whole.filter((text) => text.startsWith('∂L/∂W'))).to.have.length(4);
    expect(textsOf(backwardSchematic({ steps: 4, truncate: 4 }))).to.deep.equal(whole);
    const cut = textsOf(backwardSchematic({ steps: 4, truncate: 2 }));
    expect(cut).to.include.members(['∂L/∂W(3)', '∂L/∂W(4)', '∂h4/∂h3', 'dL/dW ≈']);
    expect(cut).to.not.include.oneOf(['∂L/∂W(2)', '∂h3/∂h2', '∂h2/∂h1']);
    expect(count(cut, '0')).to.equal(2);
    expect(cut.join()).to.contain('۲ گام آخر').and.contain('the last 2 steps');
  });

  it('show which steps of a task have an input and an output', () => {
    const boxes = (kind: (typeof KINDS)[number], options = {}) => {
      const rects = elements(parseSvg(sequenceSchematic(kind, options).toSvg()), 'rect').slice(1);
      const rows = [-56, 0, 56].map((y) => rects.filter((rect) => Number(rect.getAttribute('y')) + 13 === y));
      return rows.map((row) => row.map((rect) => Number(rect.getAttribute('x')) + 13).map((x) => x / 42));
    };
    expect(boxes('oneToOne')).to.deep.equal([[0], [0], [0]]);
    expect(boxes('oneToMany')).to.deep.equal([[0, 1, 2], [0, 1, 2], [0]]);
    expect(boxes('manyToOne', { steps: 4 })).to.deep.equal([[3], [0, 1, 2, 3], [0, 1, 2, 3]]);
    expect(boxes('manyToMany')).to.deep.equal([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(boxes('encoderDecoder', { steps: 2 })).to.deep.equal([
      [2, 3, 4],
      [0, 1, 2, 3, 4],
      [0, 1],
    ]);
  });

  it('read both ways: as many cells forth as back', () => {
    const texts = textsOf(bidirectionalSchematic({ steps: 4 }));
    expect(['f', 'f′', 'x4', 'o4', 'x5'].map((text) => count(texts, text))).to.deep.equal([4, 4, 1, 1, 0]);
  });

  it('show the tree of a search, with the products at its ends, and what a width keeps', () => {
    const ends = ['P = 0.33', 'P = 0.27', 'P = 0.36', 'P = 0.04'];
    expect(textsOf(searchTree(TREE))).to.include.members(['0.6', '0.4', '0.55', '0.9', ...ends]);
    const dashed = (width?: number) =>
      searchTree(TREE, width === undefined ? {} : { width })
        .toSvg()
        .match(/stroke-dasharray/g)?.length ?? 0;
    expect([dashed(), dashed(1), dashed(2), dashed(3)]).to.deep.equal([0, 4, 2, 1]);
    expect(searchTree(TREE, { width: 1 }).description.en).to.contain('AC, 0.33');
    expect(searchTree(TREE, { width: 2 }).description.en).to.contain('BC, 0.36');
  });

  it('refuse what they do not know or cannot draw', () => {
    const bad: [() => unknown, string][] = [
      [() => bidirectionalSchematic({ steps: 1 }), 'bidirectionalSchematic: steps must be a whole number of'],
      [() => searchTree({}), "searchTree: expected the first step's tokens at '', got none"],
      [() => searchTree({ '': { A: 1.5 } }), 'searchTree: P(A|) must be from 0 to 1, got 1.5'],
      [() => searchTree(TREE, { width: 0 }), 'searchTree: width must be a whole number of at least 1, got 0'],
      [() => searchTree({ '': { '': 1 } }), 'searchTree: beginnings must come to an end within 12 steps'],
      [
        () => searchTree({ '': Object.fromEntries([...'ABCDEFGHIJKLM'].map((token) => [token, 0])) }),
        'searchTree: expected at most 12 ends, got 13',
      ],
      [() => unrolledSchematic({ step: 3 } as never), 'unrolledSchematic: unknown option "step"'],
      [
        () => unrolledSchematic({ steps: 0 }),
        'unrolledSchematic: steps must be a whole number of at least 1, got 0',
      ],
      [() => unrolledSchematic({ steps: 9 }), 'unrolledSchematic: steps must be at most 8'],
      [() => unrolledSchematic({ steps: 2.5 }), 'steps must be a whole number'],
      [() => unrolledSchematic({ steps: '3' as never }), 'steps must be a whole number'],
      [
        () => unrolledSchematic({ steps: 1, general: true }),
        'steps must be a whole number of at least 2, got 1',
      ],
      [() => unrolledSchematic({ highlight: 4 }), 'highlight must be at most 3, the last step, got 4'],
      [() => unrolledSchematic({ highlight: 0 }), 'highlight must be a whole number of at least 1, got 0'],
      [() => unrolledSchematic({ outputs: 'no' as never }), 'outputs must be true or false, got no'],
      [() => sequenceSchematic('manyToNone' as never), 'kind must be one of oneToOne, oneToMany'],
      [() => sequenceSchematic('oneToOne', { steps: 2 }), 'steps has no meaning for oneToOne'],
      [() => sequenceSchematic('manyToOne', { steps: 1 }), 'steps must be a whole number of at least 2'],
      [
        () => sequenceShapes({ highlight: 'many' as never }),
        'sequenceShapes: highlight must be one of oneToOne',
      ],
      [
        () => encoderDecoderSchematic({ outputs: 1 }),
        'encoderDecoderSchematic: outputs must be a whole number',
      ],
      [
        () => encoderDecoderSchematic({ steps: 3 } as never),
        'unknown option "steps"; known are inputs, outputs',
      ],
      [
        () => stateSchematic({ future: null as never }),
        'future must be a whole number of at least 1, got null',
      ],
      [() => unrolledSchematic({ general: null as never }), 'general must be true or false, got null'],
      [
        () => windowSchematic({ steps: 1 }),
        'windowSchematic: steps must be a whole number of at least 2, got 1',
      ],
      [() => windowSchematic({ stride: 0 }), 'stride must be a whole number of at least 1, got 0'],
      [() => windowSchematic({ past: 9 } as never), 'windowSchematic: unknown option "past"'],
      [
        () => windowSchematic({ horizon: 20 }),
        'the windows must lie in 18 rows, which is what fits a page, got 29',
      ],
      [() => stateSchematic({ past: 1 }), 'stateSchematic: past must be a whole number of at least 2, got 1'],
      [
        () => backwardSchematic({ truncate: 0 }),
        'backwardSchematic: truncate must be a whole number of at least 1',
      ],
    ];
    for (const [draw, message] of bad) expect(draw, message).to.throw(message);
  });
});
