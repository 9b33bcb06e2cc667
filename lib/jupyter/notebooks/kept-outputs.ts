import { isDeepStrictEqual } from 'node:util';
import { cellSource, joinLines, type Notebook, type NotebookCell, type Output } from './notebook-file';

/** Cells whose outputs are of one machine and one moment: seconds, threads, versions. */
const TIMING = 'timing';

const isTimed = (cell: NotebookCell): boolean => cell.metadata.tags?.includes(TIMING) ?? false;

/** A value with the keys of its objects in order, as nbformat writes them. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)])) as T;
}

/** A line of a traceback that is not in a cell: it has this machine's folders, and an engine's own functions. */
const LIBRARY_FRAME = /^\s+at (?!.*\bIn\[)|^\s+… \d+ more$/;

/** An output without what differs from run to run and from machine to machine. */
function kept({ execution_count, ...output }: Output): Output {
  if (output.output_type === 'error') {
    const traceback = (output.traceback as string[]).filter((line) => !LIBRARY_FRAME.test(line));
    return sorted({ ...output, traceback });
  }
  return sorted(output.output_type === 'execute_result' ? { ...output, execution_count: null } : output);
}

/**
 * A notebook as git keeps it: with the outputs of a run, but nothing that differs from run to run. The outputs of a cell
 * tagged `timing` stay as they were while its source does, so that another machine's seconds are no change. An error that
 * a cell announces keeps its message and its places in cells, not the libraries' frames.
 *
 * @param before the notebook's file as it is
 * @param executed the same notebook after a run
 */
export function keepOutputs(before: Notebook, executed: Notebook): Notebook {
  const cells = executed.cells.map((cell, i): NotebookCell => {
    if (cell.cell_type !== 'code') return cell;
    const old = before.cells[i];
    const stays = isTimed(cell) && cellSource(old) === cellSource(cell) && (old.outputs?.length ?? 0) > 0;
    const outputs = (stays ? old : cell).outputs ?? [];
    return { ...cell, execution_count: null, outputs: outputs.map(kept) };
  });
  return sorted({ ...executed, cells });
}

/** The paths at which two values differ, e.g. `data.text/plain`, with both values. */
function* differences(a: unknown, b: unknown, path: string): Generator<string> {
  if (isDeepStrictEqual(a, b)) return;
  const both = [a, b];
  if (both.every((x) => Array.isArray(x) && x.every((line) => typeof line === 'string'))) {
    const [left, right] = both.map((x) => joinLines(x as string[]).split('\n'));
    const at = left.findIndex((line, i) => line !== right[i]);
    const line = at < 0 ? left.length : at;
    yield `${path}, line ${line + 1}: kept ${excerpt(left[line])}, came ${excerpt(right[line])}`;
  } else if (both.every((x) => typeof x === 'object' && x !== null)) {
    const [left, right] = both as [Record<string, unknown>, Record<string, unknown>];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      yield* differences(left[key], right[key], path ? `${path}.${key}` : key);
  } else yield `${path}: kept ${excerpt(a)}, came ${excerpt(b)}`;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/**
 * How a cell's outputs differ from those that its notebook keeps; the first places, in words.
 *
 * @returns '' where they do not, or the cell is tagged `timing`
 */
export function outputDifference(cell: NotebookCell, outputs: readonly Output[]): string {
  if (isTimed(cell)) return '';
  const [before, after] = [cell.outputs ?? [], outputs].map((list) => list.map(kept));
  return [...differences(before, after, '')].slice(0, 3).join('\n');
}
