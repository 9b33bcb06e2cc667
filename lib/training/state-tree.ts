import type { Tensor, Variable } from '@tensorflow/tfjs';
import { tf } from '../tensor';

type Tensors = Readonly<Record<string, Tensor>>;

/** A value as a checkpoint keeps it: JSON in which a tensor is a name of those beside it. */
type Tree =
  | { readonly plain: unknown }
  | { readonly tensor: string }
  | { readonly variable: string; readonly trainable: boolean }
  | { readonly list: readonly Tree[] }
  | { readonly fields: Readonly<Record<string, Tree>> };

const isPlain = (value: unknown) => value === null || ['number', 'string', 'boolean'].includes(typeof value);
const isRecord = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

function allOrNone<T>(values: readonly (T | null)[]): T[] | null {
  return values.includes(null) ? null : (values as T[]);
}

/** Adds a tensor under a name, or one like it where that is taken. */
function add(tensors: Record<string, Tensor>, name: string, tensor: Tensor): string {
  let free = name;
  for (let i = 2; free in tensors; i++) free = `${name}#${i}`;
  tensors[free] = tensor;
  return free;
}

/**
 * A value as JSON and tensors, which stay their owner's.
 *
 * @param name what its tensors are called; those of a list get their places in it besides
 * @param tensors gets the value's tensors
 * @returns null for what is, or has in it, something else than numbers, strings, booleans, null, tensors, variables,
 *   lists and plain objects
 */
export function treeOf(name: string, value: unknown, tensors: Record<string, Tensor>): Tree | null {
  if (isPlain(value)) return { plain: value };
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof tf.Tensor && value.isDisposed) return null;
  if (value instanceof tf.Variable) {
    return { variable: add(tensors, name, value), trainable: value.trainable };
  }
  if (value instanceof tf.Tensor) return { tensor: add(tensors, name, value) };
  if (Array.isArray(value)) {
    const list = allOrNone(value.map((entry, i) => treeOf(`${name}/${i}`, entry, tensors)));
    return list && { list };
  }
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  const trees = allOrNone(entries.map(([, entry]) => treeOf(name, entry, tensors)));
  return trees && { fields: Object.fromEntries(entries.map(([field], i) => [field, trees[i]])) };
}

/** The value that `treeOf` was given, with tensors of its own. */
function fromTree(node: Tree, tensors: Tensors): unknown {
  if ('plain' in node) return node.plain;
  if ('tensor' in node) return tf.keep(tensors[node.tensor].clone());
  if ('variable' in node) return tf.variable(tensors[node.variable], node.trainable);
  if ('list' in node) return node.list.map((entry) => fromTree(entry, tensors));
  const fields = Object.entries(node.fields);
  return Object.fromEntries(fields.map(([name, entry]) => [name, fromTree(entry, tensors)]));
}

/**
 * Puts a kept value into a field; a variable stays the one it is, for whoever else holds it.
 *
 * @param tree what `treeOf` gave
 * @param tensors the caller's, by their names
 */
export function restoreField(
  owner: Record<string, unknown>,
  field: string,
  tree: unknown,
  tensors: Tensors,
): void {
  const old = owner[field];
  const node = tree as Tree;
  if (old instanceof tf.Variable && 'variable' in node) {
    const kept = tensors[node.variable];
    if (String(kept.shape) === String(old.shape) && kept.dtype === old.dtype) {
      (old as Variable).assign(kept);
      return;
    }
  }
  owner[field] = fromTree(node, tensors);
}
