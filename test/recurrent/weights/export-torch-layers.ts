import { join } from 'node:path';
import { loadWeights, ready, saveWeights, tf } from 'recurrent-lab';
import { engineFor, models, options } from './torch-models';

/** Writes each model of make-torch-layers.py, which reads them again, to the folder of the first argument. */
async function main(): Promise<void> {
  await ready();
  const backend = tf.getBackend();
  for (const [name, make] of Object.entries(models)) {
    await engineFor(name);
    const model = make();
    const path = join(__dirname, '..', 'fixtures', 'torch-layers', `${name}.safetensors`);
    await loadWeights(model, path, options[name]);
    await saveWeights(model, join(process.argv[2], `${name}.safetensors`), 'pytorch', options[name]);
    await tf.setBackend(backend);
  }
}

void main();
