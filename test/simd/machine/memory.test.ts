import { expect } from 'chai';
import { GRU, ready, tf } from 'recurrent-lab';
import { checkSequence, kernelsCompute, type Sequence, simdInfo } from '#lab/simd/index';
import { Heap } from '#lab/simd/machine/heap';
import { computed, sequenceOf } from '../support';

const weights = (features: number, units: number) => ({
  kernel: tf.ones<tf.Rank.R2>([features, 3 * units]).mul<tf.Tensor2D>(0.1),
  recurrentKernel: tf.ones<tf.Rank.R2>([units, 3 * units]).mul<tf.Tensor2D>(0.1),
});

describe("the kernels' memory", () => {
  before(() => ready());

  it('is handed out in pieces that do not overlap, and all of it comes back', () => {
    const heap = new Heap(true);
    const taken = new Map<number, number>();
    let state = 1;
    const random = (n: number) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % n;
    for (let i = 0; i < 500; i++) {
      if (taken.size > 0 && random(2)) {
        const [at] = [...taken][random(taken.size)];
        heap.free(at);
        taken.delete(at);
      } else {
        const bytes = 1 + random(5000);
        const at = heap.allocate(bytes, 'test');
        const apart = [...taken].every(([other, size]) => at + bytes <= other || other + size <= at);
        expect(apart).to.equal(true);
        expect(at % 64).to.equal(0);
        expect(at + bytes).to.be.at.most(heap.memory.buffer.byteLength);
        taken.set(at, bytes);
      }
    }
    for (const at of taken.keys()) heap.free(at);
    expect(heap.usage().used).to.equal(0);
    const { reserved } = heap.usage();
    heap.free(heap.allocate(reserved / 2, 'test'));
    expect(heap.usage().reserved).to.equal(reserved);
    expect(() => heap.free(12345)).to.throw('nothing is allocated');
  });

  it('does not grow over 1,000 training steps [slow]', async () => {
    const model = tf.sequential({
      layers: [new GRU({ units: 8, inputShape: [6, 3] }), tf.layers.dense({ units: 1 })],
    });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const [x, y] = [tf.randomNormal([32, 6, 3]), tf.randomNormal([32, 1])];
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++) await model.trainOnBatch(x, y);
      return { ...simdInfo(), ...tf.memory() };
    };
    const start = await steps(20);
    const end = await steps(1000);
    expect(end.reserved).to.equal(start.reserved);
    expect(end.used).to.equal(start.used);
    expect(end.numTensors).to.equal(start.numTensors);
    expect(end.numBytes).to.equal(start.numBytes);
    tf.dispose([x, y]);
    model.dispose();
  });

  it('holds activations only while a gradient may ask for them', () => {
    tf.tidy(() => {
      const { used } = simdInfo();
      const args = { x: tf.ones<tf.Rank.R3>([9, 4, 2]), ...weights(2, 3) };
      computed('gru', args);
      expect(simdInfo().used, 'without a gradient').to.equal(used);
      // In the loss, yet not on the way from the variables to it: never asked for.
      tf.grad((x: tf.Tensor) => {
        computed('gru', { ...args, x });
        return x.sum().asScalar();
      })(args.x);
      expect(simdInfo().used, 'gradient never asked for').to.equal(used);
      tf.grad((x: tf.Tensor) =>
        computed('gru', { ...args, x })
          .output.sum()
          .asScalar(),
      )(args.x);
      expect(simdInfo().used, 'after a gradient').to.equal(used);
    });
  });

  it('is refused with the numbers where a sequence does not fit, before anything is touched', () => {
    tf.tidy(() => {
      const before = simdInfo();
      const args = { x: tf.zeros<tf.Rank.R3>([2048, 4000, 1]), ...weights(1, 100) };
      const f = (x: tf.Tensor) =>
        computed('gru', { ...args, x })
          .output.sum()
          .asScalar();
      expect(() => tf.grad(f)(args.x)).to.throw(
        /^test: batch 2048, 4000 steps, 1 features and 100 units need \d+\.\d+ GB of the kernels' memory; it has 4\.29 GB/,
      );
      const after = simdInfo();
      expect(after.used).to.equal(before.used);
      // What came in is not even copied.
      expect(after.reserved).to.equal(before.reserved);
    });
  });

  it('says of shapes that do not fit together which, and what was expected', () => {
    tf.tidy(() => {
      const args = { x: tf.zeros<tf.Rank.R3>([2, 3, 4]), ...weights(5, 6) };
      const check = (kind: 'gru' | 'lstm', given: Partial<Sequence>) => () =>
        checkSequence(sequenceOf(kind, { ...given, where: kind.toUpperCase() }));
      expect(check('gru', args)).to.throw('GRU: input has 4 features, weights expect 5');
      const right = { ...args, ...weights(4, 6) };
      expect(check('lstm', right)).to.throw('LSTM: kernel must have shape [4,24], got [4,18]');
      expect(check('gru', { ...right, h0: tf.zeros([3, 6]) })).to.throw(
        'GRU: initial state must be 1 of [2, 6], got [3,6]',
      );
      expect(check('gru', { ...right, mask: tf.zeros([2, 4]) })).to.throw(
        'GRU: mask must have shape [2,3], got [2,4]',
      );
      expect(check('gru', { ...right, bias: tf.zeros([18]) })).to.throw(
        'GRU: bias must have shape [2,18], got [18]',
      );
      expect(check('gru', { ...right, dropoutMask: tf.zeros([2, 5]) })).to.throw(
        'dropoutMask must have shape [2,4]',
      );
      expect(check('gru', { ...right, recurrentDropoutMask: tf.zeros([2, 5]) })).to.throw(
        'recurrentDropoutMask must have shape [2,6]',
      );
      expect(kernelsCompute(sequenceOf('simpleRnn', right, { activation: 'gelu' }))).to.equal(false);
      expect(kernelsCompute(sequenceOf('gru', right, { recurrentActivation: 'tanh' }))).to.equal(false);
      expect(kernelsCompute(sequenceOf('gru', right))).to.equal(true);
    });
  });
});
