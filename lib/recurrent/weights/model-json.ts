import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { fail } from '../../errors';
import { readWhole } from '../../files/read-bytes';
import { tf } from '../../tensor';
import { checkTopology, readable } from './model-topology';

const WHERE = 'loadModel';
export const MODEL = 'model.json';

/** Bytes of a number, by dtype or by that of a quantization. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ float32: 4, int32: 4, complex64: 8, bool: 1 },
  ...{ float16: 2, uint16: 2, uint8: 1 },
};

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a `model.json` says of a model, and its weights' bytes. */
export interface SavedModel {
  readonly path: string;
  /** Whether the converter made it, and not TensorFlow.js or this library. */
  readonly fromKeras: boolean;
  /** What tfjs makes the model from, without the weights. */
  readonly artifacts: Omit<io.ModelArtifacts, 'weightData' | 'weightSpecs'>;
  readonly specs: io.WeightsManifestEntry[];
  readonly data: ArrayBuffer;
}

async function readJson(folder: string, path: string): Promise<Json> {
  const found = await stat(folder).catch(() => null);
  if (found && !found.isDirectory()) fail(WHERE, `${folder} is a file, expected the folder of a ${MODEL}`);
  if (!existsSync(path)) fail(WHERE, `there is no ${path}`);
  const text = (await readWhole(WHERE, path)).toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail(WHERE, `${path} is damaged (${(error as Error).message})`);
  }
  if (isObject(json)) return json;
  const kind = Array.isArray(json) ? 'a list' : JSON.stringify(json).slice(0, 40);
  return fail(WHERE, `${path} is no layers model of TensorFlow.js: expected an object, got ${kind}`);
}

function checkQuantization(path: string, name: string, dtype: unknown, quantization: Json): void {
  const { dtype: stored, min, scale } = quantization;
  const whole = stored === 'uint8' || stored === 'uint16';
  const fits = whole ? dtype === 'float32' || dtype === 'int32' : stored === 'float16' && dtype === 'float32';
  if (!fits) fail(WHERE, `${path}: weight ${name} of ${dtype} can't be quantized to ${stored}`);
  if (whole && (typeof min !== 'number' || typeof scale !== 'number')) {
    fail(WHERE, `${path}: weight ${name} is quantized to ${stored} without a min and a scale`);
  }
}

function checkSpec(path: string, spec: unknown): io.WeightsManifestEntry {
  const { name, shape, dtype, quantization } = isObject(spec) ? spec : ({} as Json);
  if (typeof name !== 'string') fail(WHERE, `${path}: a weight of the manifest has no name`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    fail(WHERE, `${path}: weight ${name} must have a shape, got ${JSON.stringify(shape)}`);
  }
  const stored = isObject(quantization) ? quantization.dtype : dtype;
  if (!Object.hasOwn(WIDTHS, String(stored)))
    fail(WHERE, `${path}: weight ${name} has unknown dtype ${stored}`);
  if (isObject(quantization)) checkQuantization(path, name, dtype, quantization);
  return spec as io.WeightsManifestEntry;
}

/** The files and the weights of a manifest. */
function checkManifest(
  path: string,
  manifest: unknown[],
): [files: string[], specs: io.WeightsManifestEntry[]] {
  const files: string[] = [];
  const specs: io.WeightsManifestEntry[] = [];
  for (const group of manifest) {
    const { paths, weights } = isObject(group) ? group : ({} as Json);
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      fail(WHERE, `${path}: the weightsManifest must list groups of paths and weights`);
    }
    for (const file of paths) {
      const inside = typeof file === 'string' && !isAbsolute(file) && !normalize(file).startsWith('..');
      files.push(inside ? file : fail(WHERE, `${path}: weights must be in files of its folder, got ${file}`));
    }
    specs.push(...weights.map((spec) => checkSpec(path, spec)));
  }
  const names = specs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail(WHERE, `${path}: two weights are called ${twice}`);
  return [files, specs];
}

function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  return tf.util.sizeFromShape(shape) * WIDTHS[quantization?.dtype ?? dtype];
}

/**
 * Reads what `saveModel`, TensorFlow.js or its converter wrote to a folder.
 *
 * @throws RecurrentError for what is not there, not whole, or not a layers model
 */
export async function readModel(folder: string): Promise<SavedModel> {
  const path = join(folder, MODEL);
  const { weightsManifest, ...artifacts } = await readJson(folder, path);
  const topology = artifacts.modelTopology;
  if (artifacts.format === 'graph-model' || (isObject(topology) && Array.isArray(topology.node))) {
    fail(WHERE, `${path} is a graph model, which tf.loadGraphModel opens; expected a layers model`);
  }
  if (!isObject(topology) || !Array.isArray(weightsManifest)) {
    fail(WHERE, `${path} is no layers model of TensorFlow.js`);
  }
  const [files, specs] = checkManifest(path, weightsManifest);
  checkTopology(path, topology);
  const fromKeras = !String(topology.keras_version).startsWith('tfjs');
  const modelTopology = fromKeras ? (readable(topology) as Json) : topology;
  const parts = await Promise.all(files.map((file) => readWhole(WHERE, join(folder, file))));
  const data = new Uint8Array(Buffer.concat(parts));
  const bytes = specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  if (bytes !== data.length) {
    fail(
      WHERE,
      `${files.map((file) => join(folder, file)).join(', ')} should have ${bytes} bytes, got ${data.length}`,
    );
  }
  return { path, fromKeras, artifacts: { ...artifacts, modelTopology }, specs, data: data.buffer };
}
