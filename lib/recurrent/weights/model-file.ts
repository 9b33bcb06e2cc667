import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { fail, refuseUnknown } from '../../errors';
import { writeWhole } from '../../files/write-whole';
import { tf } from '../../tensor';
// A model that is opened may hold any of the layers.
import '../layers/bidirectional';

const MODEL = 'model.json';
const WEIGHTS = /^weights-[0-9a-f]{16}\.bin$/;

function joined(data: io.WeightData | undefined): Uint8Array {
  const parts = Array.isArray(data) ? data : data ? [data] : [];
  return Buffer.concat(parts.map((part) => new Uint8Array(part)));
}

/** Writes the weights under the name of their content, then the model that names them, then removes what it replaced. */
async function saveArtifacts(folder: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  const { weightData, weightSpecs, ...rest } = artifacts;
  const bytes = joined(weightData);
  const file = `weights-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`;
  const model = { ...rest, weightsManifest: [{ paths: [file], weights: weightSpecs ?? [] }] };
  await writeWhole(join(folder, file), bytes);
  await writeWhole(join(folder, MODEL), JSON.stringify(model));
  for (const name of await readdir(folder)) {
    if (WEIGHTS.test(name) && name !== file) await rm(join(folder, name), { force: true });
  }
  return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
}

type Manifest = { paths: string[]; weights: io.WeightsManifestEntry[] }[];

async function loadArtifacts(folder: string): Promise<io.ModelArtifacts> {
  const where = 'loadModel';
  const path = join(folder, MODEL);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? fail(where, `there is no ${path}`) : Promise.reject(error),
  );
  let saved: io.ModelArtifacts & { weightsManifest?: Manifest };
  try {
    saved = JSON.parse(text);
  } catch (error) {
    return fail(where, `${path} is damaged (${(error as Error).message})`);
  }
  const { weightsManifest: manifest, ...rest } = saved;
  if (!rest.modelTopology || !manifest) fail(where, `${path} is no layers model of TensorFlow.js`);
  const files = (manifest as Manifest).flatMap(({ paths }) => paths);
  const weightData = Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
  const weightSpecs = (manifest as Manifest).flatMap(({ weights }) => weights);
  const bytes = weightSpecs.reduce((sum, { shape, dtype, quantization }) => {
    const stored = quantization?.dtype ?? dtype;
    const width = { float32: 4, int32: 4, uint16: 2, float16: 2 }[stored as string] ?? 1;
    return sum + width * shape.reduce((product, n) => product * n, 1);
  }, 0);
  if (bytes !== weightData.length) {
    fail(where, `${files.join(', ')} should have ${bytes} bytes, got ${weightData.length}`);
  }
  return { ...rest, weightSpecs, weightData: new Uint8Array(weightData).buffer };
}

/**
 * Saves a model to a folder in TensorFlow.js' own format, `model.json` and weights, whole or not at all; what the
 * folder held of an earlier save is replaced.
 *
 * @param options.optimizer whether the optimizer's state is saved too, to train on; default false
 */
export async function saveModel(
  model: LayersModel,
  folder: string,
  options: { optimizer?: boolean } = {},
): Promise<void> {
  refuseUnknown('saveModel', options, ['optimizer']);
  const handler = { save: (artifacts: io.ModelArtifacts) => saveArtifacts(folder, artifacts) };
  await model.save(handler, { includeOptimizer: options.optimizer ?? false });
}

/**
 * Opens a model that `saveModel`, TensorFlow.js or its converter (from Keras) saved to a folder; SimpleRNN, GRU and
 * LSTM in it become this library's.
 *
 * @throws RecurrentError where the folder holds no whole model
 */
export function loadModel(folder: string): Promise<LayersModel> {
  return tf.loadLayersModel({ load: () => loadArtifacts(folder) });
}
