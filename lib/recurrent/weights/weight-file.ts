import { fail, RecurrentError } from '../../errors';
import { readWhole } from '../../files/read-bytes';
import { parseSafetensors, type TensorData } from '../../files/safetensors';
import { unzipFile } from '../../files/unzip';
import type { KerasConfig } from './keras-config';

const WHERE = 'loadWeights';

/** What Keras saves of a model: folders `layers/…` as its layers are nested. */
export interface KerasFile {
  /** The public function that reads it. */
  readonly where: string;
  /** Which Keras computed with it; 2 saved like this at last. */
  readonly major: 2 | 3;
  readonly path: string;
  /** By path, e.g. `layers/gru/cell/vars/0`. */
  readonly tensors: Readonly<Record<string, TensorData>>;
  /** The name of the layer that a folder is of; older files of Keras 3 have none. */
  readonly names: ReadonlyMap<string, string>;
  /** Of a `.keras`, the model's options. */
  readonly config: KerasConfig | null;
}

/** What jsfive gives, as far as it is used here. */
interface Hdf5Item {
  readonly keys?: readonly string[] | null;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly value?: ArrayLike<number>;
  get?(name: string): Hdf5Item;
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readArray(item: Hdf5Item, path: string, file: string): TensorData {
  // Keras writes bfloat16 as bytes that HDF5 has no type for, and its name beside them.
  if (item.attrs?.dtype === 'bfloat16') {
    fail(WHERE, `${file}: ${path} is bfloat16, expected float16, float32 or float64`);
  }
  try {
    if (!/^[<>|]?[fiu]\d$/.test(item.dtype as string)) throw new Error(`its type is ${item.dtype}`);
    return { shape: [...(item.shape ?? [])], data: Float32Array.from(item.value as ArrayLike<number>) };
  } catch (error) {
    return fail(WHERE, `${file}: ${path} can't be read (${reason(error)})`);
  }
}

/** The folder `layers` of Keras' HDF5 file. */
function parseKeras(bytes: Uint8Array, path: string, config: KerasConfig | null): KerasFile {
  const hdf5 = require('jsfive') as { File: new (bytes: ArrayBufferLike, name: string) => Hdf5Item };
  const tensors: Record<string, TensorData> = {};
  const names = new Map<string, string>();
  const walk = (item: Hdf5Item, at: string) => {
    if (item.shape) {
      tensors[at] = readArray(item, at, path);
      return;
    }
    if (at.endsWith('/vars') && typeof item.attrs?.name === 'string') {
      names.set(at.slice(0, -'/vars'.length), item.attrs.name);
    }
    for (const key of item.keys ?? []) walk((item.get as (k: string) => Hdf5Item)(key), `${at}/${key}`);
  };
  try {
    const root = new hdf5.File(new Uint8Array(bytes).buffer, path);
    if (!root.keys?.includes('layers')) {
      fail(WHERE, `${path} has no layers/… as Keras 3 writes; save it anew with model.save_weights`);
    }
    walk((root.get as (k: string) => Hdf5Item)('layers'), 'layers');
  } catch (error) {
    if (error instanceof RecurrentError) throw error;
    fail(WHERE, `${path} is no HDF5 file that can be read (${reason(error)})`);
  }
  return { where: WHERE, major: 3, path, tensors, names, config };
}

async function readArchive(path: string): Promise<KerasFile> {
  const archive = await readWhole(WHERE, path);
  const unpack = (name: string) =>
    unzipFile(archive, { name }).catch((error) => fail(WHERE, `${path}: ${error.message}`));
  const weights = await unpack('model.weights.h5');
  const text = await unpack('config.json');
  let config: KerasConfig;
  try {
    config = JSON.parse(text.toString());
  } catch (error) {
    return fail(WHERE, `${path}: its config.json is damaged (${reason(error)})`);
  }
  return parseKeras(weights, path, config);
}

/** The arrays of a safetensors file by name, or what Keras saved. */
export type WeightFile =
  | { readonly tensors: Readonly<Record<string, TensorData>> }
  | { readonly keras: KerasFile };

/**
 * Reads safetensors, Keras' `.weights.h5`, or the weights inside a `.keras`.
 *
 * @throws RecurrentError for another ending, or a file that is not there or not what its ending says
 */
export async function readWeightFile(path: string): Promise<WeightFile> {
  if (path.endsWith('.safetensors')) return parseSafetensors(await readWhole(WHERE, path), path);
  if (path.endsWith('.h5')) return { keras: parseKeras(await readWhole(WHERE, path), path, null) };
  if (path.endsWith('.keras')) return { keras: await readArchive(path) };
  return fail(WHERE, `${path} must end in .safetensors, .weights.h5 or .keras`);
}
