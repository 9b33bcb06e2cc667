import { fail } from '../../errors';
import type { tf } from '../../tensor';
import { isModel } from '../layers/model-layers';

const MODEL = /^(model|functional|sequential_)\d+$/;

/**
 * Whether somebody gave a layer its name, and the models around it theirs; tfjs calls the others after their class and
 * a count: `dense_Dense3`.
 */
export function hasGivenName(layer: tf.layers.Layer, around: readonly string[] = []): boolean {
  if (around.some((name) => MODEL.test(name))) return false;
  return !(isModel(layer) ? MODEL : new RegExp(`_${layer.getClassName()}\\d+$`)).test(layer.name);
}

/**
 * The place in a file of each of several layers that could stand for one another. Names that were given decide where
 * the file has all of them; else the order, which no name may contradict.
 *
 * @param where the public function that was called
 * @param theirs the name at each place, where the file tells it
 */
export function matchByName(
  where: string,
  ours: readonly { name: string; given: boolean }[],
  theirs: readonly (string | undefined)[],
  path: string,
): number[] {
  const places = ours.map(({ name, given }) => (given ? theirs.indexOf(name) : -1));
  if (places.every((place) => place >= 0)) return places;
  const wrong = places.findIndex((place, i) => place >= 0 && place !== i);
  if (wrong >= 0) {
    const own = ours.map(({ name }) => name).join(', ');
    const names = `of ${own} here, ${theirs.join(', ')} in ${path}`;
    fail(where, `layer ${ours[wrong].name} has another place there (${names}): name all of them as there`);
  }
  return ours.map((_, i) => i);
}
