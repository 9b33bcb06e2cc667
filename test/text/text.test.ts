import { expect } from 'chai';
import { loadDeclarations, padSequences, Random, ready, tf, Vocabulary } from 'recurrent-lab';

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

  it('has special tokens first, and neither padding nor unknown where it is told so', () => {
    const vocabulary = Vocabulary.of(words, { specials: ['</s>', 'c'] });
    expect(vocabulary.encode(['</s>', 'c', 'a', 'b', 'd', 'e'])).to.deep.equal([2, 3, 4, 5, 6, 1]);
    expect(vocabulary.tokens).to.deep.equal(['</s>', 'c', 'a', 'b', 'd']);
    const bare = Vocabulary.of(words, { padding: false, unknown: false, atLeast: 2 });
    expect(bare.encode(['a', 'd', 'b'])).to.deep.equal([0, 1]); // d is left out
    expect(bare.decode([0, 1, 2])).to.deep.equal(['a', 'b', 'c']);
    expect(() => bare.indexOf('d')).to.throw('"d" is not among the 3 known tokens');
    const unpadded = Vocabulary.of(words, { padding: false });
    expect(unpadded.encode(['e', 'a'])).to.deep.equal([0, 1]);
    expect(unpadded.decode([0, 1])).to.deep.equal(['�', 'a']);
  });

  it('counts tokens, those that it does not know too', async () => {
    const options = { atLeast: 2 };
    const vocabulary = Vocabulary.of(words, options);
    expect([vocabulary.countOf('a'), vocabulary.countOf('d'), vocabulary.total]).to.deep.equal([3, 0, 8]);
    expect(vocabulary.has('d')).to.equal(false);
    const lines = async function* () {
      for (const line of words) yield line;
    };
    expect(await Vocabulary.ofStream(lines(), options)).to.deep.equal(vocabulary);
  });

  it('leaves out frequent tokens as often as the formula says', () => {
    // frequencies 0.9 and 0.1
    const tokens = Array.from({ length: 20_000 }, (_, i) => (i % 10 === 0 ? 'rare' : 'frequent'));
    const vocabulary = Vocabulary.of([tokens]);
    const kept = vocabulary.subsample(tokens, Random.seeded(3), { threshold: 0.1 });
    expect(kept.filter((token) => token === 'rare')).to.have.length(2000);
    const probability = (Math.sqrt(0.9 / 0.1) + 1) * (0.1 / 0.9);
    expect(kept.filter((token) => token === 'frequent').length / 18_000).to.be.closeTo(probability, 0.01);
    expect(vocabulary.subsample(['other'], Random.seeded(1))).to.deep.equal(['other']);
    expect(() => vocabulary.subsample([], Random.seeded(1), { threshold: 0 })).to.throw(
      'must be above 0, got 0',
    );
  });

  it('refuses indices it does not have', () => {
    expect(() => Vocabulary.of(words).decode([6])).to.throw('expected indices from 0 to 5, got 6');
    expect(() => Vocabulary.of(words, { atLeast: 0 })).to.throw(
      'atLeast must be a whole number of at least 1',
    );
    expect(() => Vocabulary.of(words, { most: 0 })).to.throw('most must be a whole number of at least 1');
    expect(() => Vocabulary.of(words, { specials: ['x', 'x'] })).to.throw('special token "x" is given twice');
    expect(() => Vocabulary.of(words, { minCount: 2 } as never)).to.throw('unknown option "minCount"');
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
