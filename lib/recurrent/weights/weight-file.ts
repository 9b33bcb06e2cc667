import { readFile } from 'node:fs/promises';
import { fail } from '../../errors';
import { parseSafetensors, type TensorData } from '../../files/safetensors';
import { unzipFile } from '../../files/unzip';

/** What jsfive gives, as far as it is used here. */
interface Hdf5Item {
  readonly keys?: readonly string[] | null;
  readonly shape?: readonly number[];
  readonly value?: ArrayLike<number>;
  get?(name: string): Hdf5Item;
}

/** All arrays of an HDF5 file by their path, e.g. `layers/gru/cell/vars/0`. */
function parseHdf5(bytes: Uint8Array, name: string): Record<string, TensorData> {
  const hdf5 = require('jsfive') as { File: new (bytes: ArrayBufferLike, name: string) => Hdf5Item };
  const tensors: Record<string, TensorData> = {};
  const walk = (item: Hdf5Item, path: string) => {
    if (item.shape && item.value) {
      tensors[path] = { shape: [...item.shape], data: Float32Array.from(item.value) };
      return;
    }
    for (const key of item.keys ?? [])
      walk((item.get as (k: string) => Hdf5Item)(key), path ? `${path}/${key}` : key);
  };
  try {
    walk(new hdf5.File(new Uint8Array(bytes).buffer, name), '');
  } catch (error) {
    fail('loadWeights', `${name} is no HDF5 file that can be read (${(error as Error).message})`);
  }
  return tensors;
}

/**
 * The arrays of a weight file by name: safetensors, Keras' `.weights.h5`, or the weights inside a `.keras`.
 *
 * @throws RecurrentError for another ending, or a file that is not what its ending says
 */
export async function readWeightFile(path: string): Promise<Record<string, TensorData>> {
  if (path.endsWith('.safetensors')) return parseSafetensors(await readFile(path), path).tensors;
  if (path.endsWith('.h5')) return parseHdf5(await readFile(path), path);
  if (path.endsWith('.keras')) {
    const weights = await unzipFile(await readFile(path), { name: 'model.weights.h5' }).catch((error) =>
      fail('loadWeights', `${path}: ${error.message}`),
    );
    return parseHdf5(weights, path);
  }
  return fail('loadWeights', `${path} must end in .safetensors, .weights.h5 or .keras`);
}
