import type { Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';
import type { TensorData } from '../files/safetensors';
import { tf } from '../tensor';

export type Named<T> = Readonly<Record<string, T>>;

/** The entries under `prefix/`, by the rest of their names. */
export function below<T>(all: Named<T>, prefix: string): Record<string, T> {
  const inside = Object.entries(all).filter(([name]) => name.startsWith(`${prefix}/`));
  return Object.fromEntries(inside.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}

/** The entries of a record as `prefix/name`. */
export const under = <T>(prefix: string, all: Named<T>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [`${prefix}/${name}`, value]));

/** The entries of a list of records as `prefix/0/name`, `prefix/1/name`. */
export const underEach = <T>(prefix: string, all: readonly Named<T>[]): Record<string, T> =>
  Object.assign({}, ...all.map((entry, i) => under(`${prefix}/${i}`, entry)));

/** A list as a record: `0`, `1`. */
export const byPlace = <T>(list: readonly T[]): Record<string, T> =>
  Object.fromEntries(list.map((entry, i) => [String(i), entry]));

/** The list that `byPlace` was given. */
export const inPlace = <T>(all: Named<T>): T[] => Object.keys(all).map((_, i) => all[String(i)]);

/** Tensors as numbers outside any engine. */
export async function dataOf(tensors: Named<Tensor>): Promise<Record<string, TensorData>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]): Promise<[string, TensorData]> => {
    if (!['float32', 'int32', 'bool'].includes(tensor.dtype)) {
      fail('checkpoint', `${name} is a tensor of ${tensor.dtype}, expected float32, int32 or bool`);
    }
    return [name, { shape: tensor.shape, data: (await tensor.data()) as TensorData['data'] }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The tensors that `dataOf` was given, made anew. */
export function tensorsOf(data: Named<TensorData>): Record<string, Tensor> {
  const entries = Object.entries(data).map(([name, { data: numbers, shape }]) => {
    const dtype = numbers instanceof Uint8Array ? 'bool' : undefined;
    return [name, tf.tensor(numbers, [...shape], dtype)] as const;
  });
  return Object.fromEntries(entries);
}
