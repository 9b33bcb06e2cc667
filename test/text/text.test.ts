import { expect } from 'chai';
import { loadDeclarations, padSequences, ready, tf, Vocabulary } from 'recurrent-lab';

describe('vocabulary', () => {
  // a ×3, b ×2, c ×2, d ×1; b is seen before c
  const words = ['a b c a'.split(' '), 'b c a d'.split(' ')];

  it('numbers tokens by frequency, then by first sight, after padding and unknown', () => {
    const vocabulary = Vocabulary.of(words);
    expect(vocabulary.encode(['a', 'b', 'c', 'd', 'e'])).to.deep.equal([2, 3, 4, 5, 1]);
    expect(vocabulary.size).to.equal(6);
  });

  it('knows only what is frequent enough, and at most so many', () => {
    expect(Vocabulary.of(words, { atLeast: 2 }).encode(['c', 'd'])).to.deep.equal([4, 1]);
    expect(Vocabulary.of(words, { most: 1 }).size).to.equal(3);
  });

  it('reads characters by code points and gives back what it was given', () => {
    const vocabulary = Vocabulary.of(['می‌روم 🌧']);
    const text = 'مرو‌🌧';
    expect(vocabulary.decode(vocabulary.encode(text)).join('')).to.equal(text);
    expect(vocabulary.decode([0, 1, 0])).to.deep.equal(['�']);
  });

  it('is empty of nothing', () => {
    expect(Vocabulary.of([]).encode('x')).to.deep.equal([1]);
  });

  it('refuses indices it does not have', () => {
    expect(() => Vocabulary.of(words).decode([6])).to.throw('expected indices from 0 to 5, got 6');
    expect(() => Vocabulary.of(words, { atLeast: 0 })).to.throw(
      'atLeast must be a whole number of at least 1',
    );
  });
});

describe('padSequences', () => {
  before(() => ready());

  const rows = (sequences: number[][], options = {}) => {
    const padded = padSequences(sequences, options);
    const values = padded.arraySync();
    padded.dispose();
    return values;
  };

  it('pads and cuts in front, as Keras does', () => {
    expect(rows([[1, 2, 3], [4], []])).to.deep.equal([
      [1, 2, 3],
      [0, 0, 4],
      [0, 0, 0],
    ]);
    expect(rows([[1, 2, 3], [4]], { length: 2 })).to.deep.equal([
      [2, 3],
      [0, 4],
    ]);
  });

  it('pads and cuts behind', () => {
    const options = { length: 2, padding: 'post', truncating: 'post' };
    expect(rows([[1, 2, 3], [4]], options)).to.deep.equal([
      [1, 2],
      [4, 0],
    ]);
  });

  it('keeps no tensor but its result', () => {
    const before = tf.memory().numTensors;
    rows([[1]]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuses what it cannot pad', () => {
    expect(() => padSequences([])).to.throw('at least one sequence');
    expect(() => padSequences([[1], [0.5]])).to.throw(
      'sequence 1: expected whole numbers of at least 0, got 0.5',
    );
    expect(() => padSequences([[1]], { padding: 'left' as 'pre' })).to.throw(
      'padding must be "pre" or "post", got "left"',
    );
    expect(() => padSequences([[1]], { lenght: 3 } as object)).to.throw('unknown option "lenght"');
  });
});

describe('the shipped declarations', () => {
  it('have every article in every language, in the Arabic script', () => {
    const declarations = loadDeclarations();
    expect(declarations.map((d) => d.code)).to.deep.equal(['pes', 'arb', 'urd', 'pbu', 'uig']);
    for (const { language, paragraphs } of declarations) {
      const text = paragraphs.join(' ');
      expect(paragraphs.length, language).to.be.within(50, 100);
      expect(text.match(/\p{Script=Arabic}/gu)!.length / text.length, language).to.be.above(0.7);
      expect(text, language).to.not.match(/[<>&]/);
    }
  });
});
