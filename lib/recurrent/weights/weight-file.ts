import { readFile } from 'node:fs/promises';
import { fail } from '../../errors';
import { parseSafetensors, type TensorData } from '../../files/safetensors';

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

/** One file out of a zip archive's bytes. */
async function unzipOne(bytes: Buffer, wanted: string, name: string): Promise<Buffer> {
  const { fromBufferPromise } = require('yauzl') as typeof import('yauzl');
  const zip = await fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== wanted) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  return fail('loadWeights', `${name} has no ${wanted}`);
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
    return parseHdf5(await unzipOne(await readFile(path), 'model.weights.h5', path), path);
  }
  return fail('loadWeights', `${path} must end in .safetensors, .weights.h5 or .keras`);
}
