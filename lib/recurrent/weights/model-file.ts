import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { fail, refuseUnknown } from '../../errors';
import { writeWhole } from '../../files/write-whole';
import { layersOf } from '../layers/model-layers';
import { requireComputedAlike } from './computed-otherwise';
import { MODEL, readModel } from './model-json';
import { makeModel, setSavedWeights } from './model-weights';

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
  checkSavable(model);
  const handler = { save: (artifacts: io.ModelArtifacts) => saveArtifacts(folder, artifacts) };
  await model.save(handler, { includeOptimizer: options.optimizer ?? false });
}

/**
 * Refuses what TensorFlow.js' format can't tell again: it knows weights by their names alone, and leaves an option of
 * one layer out.
 */
function checkSavable(model: LayersModel): void {
  const names = model.weights.map(({ originalName }) => originalName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    const way =
      'give layers of models inside the model names of their own, and let no two models share a layer';
    fail('saveModel', `the model has two weights called ${twice}: ${way}`);
  }
  for (const { name, inner } of layersOf(model)) {
    const { depthMultiplier = 1 } = inner as { depthMultiplier?: number };
    if (inner.getClassName() === 'SeparableConv2D' && depthMultiplier !== 1)
      fail(
        'saveModel',
        `TensorFlow.js' format leaves out that layer ${name} has depthMultiplier ${depthMultiplier}`,
      );
  }
}

/**
 * Opens a model that `saveModel`, TensorFlow.js or its converter (from Keras 2) saved to a folder; SimpleRNN, GRU and
 * LSTM in it become this library's.
 *
 * @throws RecurrentError where the folder holds no whole model, one of Keras 3, a graph model, a class that is not known,
 *   or weights that are not the model's
 */
export async function loadModel(folder: string): Promise<LayersModel> {
  const saved = await readModel(folder);
  const model = await makeModel(saved);
  try {
    if (saved.fromKeras)
      for (const { name, inner } of layersOf(model))
        requireComputedAlike(`loadModel: ${saved.path}`, name, inner);
    await setSavedWeights(model, saved);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}
