import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { GRU, LSTM, ready, SimpleRNN, tf, withReference } from 'recurrent-lab';
import { runMatMul } from '#lab/simd/jobs/matmul-run';
import { Crew } from '#lab/simd/machine/crew';
import { Heap } from '#lab/simd/machine/heap';
import { CONTROL, compile, instantiate, type Kernels, Kind, Word } from '#lab/simd/machine/kernels';
import { startMachine } from '#lab/simd/machine/machine';
import { soloMachine } from '#lab/simd/machine/solo';
import { draw } from '../numbers';

const folder = join(__dirname, '..', '..', '..', 'lib', 'dist', 'simd');
const compiled = (file: string) => compile(readFileSync(join(folder, file)));
const PLAN = { batches: 1, rows: 64, depth: 64, columns: 64, transposeA: false, transposeB: false } as const;

/** A product of a machine, as bytes. */
function productOf(machine: ReturnType<typeof startMachine>): Buffer {
  const size = { rows: 150, depth: 190, columns: 70 };
  let bytes = Buffer.alloc(0);
  const plan = { ...PLAN, ...size, sharedA: true, sharedB: true, relu: false };
  runMatMul(machine, plan, draw(1, [150 * 190], 1), draw(2, [190 * 70], 1), null, (c) => {
    bytes = Buffer.from(c.slice().buffer);
  });
  return bytes;
}

describe('when something goes wrong', () => {
  before(() => ready());

  it('a worker that dies over a shard is reported, and one thread goes on', async () => {
    const module = compiled('kernels.wasm');
    const heap = new Heap(true);
    const kernels = instantiate(module, heap.memory);
    const words = new Int32Array(heap.memory.buffer, CONTROL, 32);
    // This thread leaves the shards to the worker, whose job lies beyond the memory's end.
    const idle: Kernels = {
      ...kernels,
      work: () => {
        while ((Atomics.load(words, Word.next) & 0xffff) < 1);
      },
    };
    const crew = new Crew(module, idle, heap, 2);
    expect(() => crew.run(Kind.sequences, 0xfffffff0 | 0, 2, 1e9, 'GRU')).to.throw(
      'GRU: worker 1 died over a shard; the result is lost, and one thread computes from now on',
    );
    expect(crew.present).to.equal(1);
    expect(crew.why).to.equal('worker 1 died over a shard');
    await crew.stop();
  });

  it('a shard that is never done is given up', () => {
    const module = compiled('kernels.wasm');
    const heap = new Heap(true);
    const words = new Int32Array(heap.memory.buffer, CONTROL, 32);
    const lost = { ...instantiate(module, heap.memory), work: () => void Atomics.add(words, Word.next, 1) };
    const crew = new Crew(module, lost, heap, 1, 300);
    expect(() => crew.run(Kind.matMul, 0, 1, 1e9, 'matMul')).to.throw(
      'has not reported for 0.3 s and counts as dead',
    );
  });

  it('workers that have ended are not waited for', async () => {
    const machine = startMachine(3);
    const whole = productOf(machine);
    expect(machine.crew.present).to.equal(3);
    await machine.crew.stop();
    expect(machine.crew.present).to.equal(1);
    expect(productOf(machine).equals(whole)).to.equal(true);
  });

  it('without shared memory one thread computes the same', () => {
    const solo = soloMachine(compiled('kernels-single.wasm'));
    expect(productOf(solo).equals(productOf(startMachine(1)))).to.equal(true);
    expect(solo.heap.usage().used).to.equal(0);
  });

  it('the cpu engine has the same kernels', function () {
    this.timeout(20_000);
    const script =
      "const { ready, tf, GRU } = require('recurrent-lab'); ready().then(async ({ name }) => { " +
      'const model = tf.sequential({ layers: [new GRU({ units: 9, seed: 1, inputShape: [5, 4] })] }); ' +
      "model.compile({ optimizer: 'adam', loss: 'meanSquaredError' }); " +
      "const x = tf.randomNormal([40, 5, 4], 0, 1, 'float32', 1); " +
      'model.setWeights(model.getWeights().map((w, i) => ' +
      "tf.randomNormal(w.shape, 0, 1, 'float32', i + 1))); " +
      'for (let i = 0; i < 3; i++) await model.trainOnBatch(x, tf.ones([40, 9])); ' +
      'console.log(name, [...model.predict(x).dataSync().slice(0, 5)]); });';
    const run = (engine: string) =>
      execFileSync(process.execPath, ['-e', script], {
        cwd: join(__dirname, '..', '..', '..'),
        encoding: 'utf8',
        env: { ...process.env, RECURRENT_ENGINE: engine },
      }).trim();
    expect(run('cpu').replace(/^cpu /, '')).to.equal(run('wasm').replace(/^wasm /, ''));
  });

  it('a process ends by itself, and a wrong number of threads is refused', function () {
    this.timeout(20_000);
    const script =
      "const { ready, tf } = require('recurrent-lab'); ready().then(({ threads }) => { " +
      'tf.matMul(tf.ones([200, 200]), tf.ones([200, 200])).dispose(); console.log(threads); });';
    const run = (threads: string) =>
      execFileSync(process.execPath, ['-e', script], {
        cwd: join(__dirname, '..', '..', '..'),
        encoding: 'utf8',
        timeout: 15_000,
        stdio: 'pipe',
        env: { ...process.env, RECURRENT_THREADS: threads, RECURRENT_ENGINE: 'wasm' },
      }).trim();
    expect(run('3')).to.equal('3');
    expect(() => run('many')).to.throw('must be a whole number from 1 to 256, got "many"');
  });

  for (const [name, Layer] of Object.entries({ SimpleRNN, GRU, LSTM })) {
    it(`${name} lets NaN and infinity through as the equations do`, async () => {
      await setTimeout(0);
      const layer = new Layer({ units: 5, returnSequences: true, inputShape: [6, 3], seed: 1 });
      const x = tf.randomNormal<tf.Rank.R3>([11, 6, 3], 0, 1, 'float32', 3).bufferSync();
      x.set(Number.NaN, 4, 2, 1);
      x.set(Number.POSITIVE_INFINITY, 10, 3, 0);
      const input = x.toTensor() as tf.Tensor;
      const fused = (layer.apply(input) as tf.Tensor).dataSync();
      const plain = withReference(() => (layer.apply(input) as tf.Tensor).dataSync());
      fused.forEach((y, i) => {
        if (Number.isNaN(plain[i])) expect(y, `${i}`).to.be.NaN;
        else expect(y, `${i}`).to.be.closeTo(plain[i], 1e-5);
      });
      expect(fused.some(Number.isNaN)).to.equal(true);
    });
  }
});
