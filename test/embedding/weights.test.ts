import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Embedding, LSTM, loadWeights, ready, saveWeights, tf } from 'recurrent-lab';
import ofKeras from '../recurrent/fixtures/keras-layers.json';
import ofTorch from '../recurrent/fixtures/torch-layers.json';

interface Case {
  shape: number[];
  x: number[];
  y: number[];
}

const networks = {
  pytorch: {
    file: join('torch-layers', 'embedding.safetensors'),
    saved: ofTorch.embedding as Case,
    make: () => [
      new Embedding({ numEmbeddings: 4, embeddingDim: 4, paddingIdx: 0, inputShape: [5], name: 'words' }),
      new LSTM({ units: 4, name: 'rnn' }),
    ],
  },
  keras: {
    file: join('keras-layers', 'embedding.keras'),
    saved: ofKeras.embedding as Case,
    make: () => [
      new Embedding({ numEmbeddings: 4, embeddingDim: 3, paddingIdx: 0, maskPadding: true, inputShape: [5] }),
      new LSTM({ units: 3 }),
    ],
  },
} as const;

describe('weights of Embedding', () => {
  let folder: string;
  before(() => ready());
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'embedding-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const format of ['pytorch', 'keras'] as const) {
    const { file, saved, make } = networks[format];
    const predict = (model: tf.LayersModel) =>
      tf.tidy(() => (model.predict(tf.tensor(saved.x, saved.shape)) as tf.Tensor).dataSync());

    it(`come from ${format}, predict as there, go out and come in again`, async () => {
      const model = tf.sequential({ layers: [...make()] });
      await loadWeights(model, join(__dirname, '..', 'recurrent', 'fixtures', file));
      expect(predict(model)).near(saved.y, 1e-6);
      const path = join(folder, 'out.safetensors');
      await saveWeights(model, path, format);
      const again = tf.sequential({ layers: [...make()] });
      await loadWeights(again, path);
      expect(predict(again)).to.deep.equal(predict(model));
    });
  }

  it('of Keras with a mask are refused by a layer without one', async () => {
    const [, lstm] = networks.keras.make();
    const table = new Embedding({ numEmbeddings: 4, embeddingDim: 3, inputShape: [5] });
    const model = tf.sequential({ layers: [table, lstm] });
    const loading = loadWeights(model, join(__dirname, '..', 'recurrent', 'fixtures', networks.keras.file));
    expect(await loading.catch((error) => error.message)).to.match(/maskZero false.*mask_zero true/);
  });
});
