import { inspect } from 'node:util';
import type { CellError } from './cell-protocol';
import { type MapChain, originalPosition, type Position } from './source-lines';

interface CellText {
  source: string;
  maps: MapChain;
}

/** Frames of the kernel and of Node; a person who wrote a cell can do nothing with them. */
const INTERNAL =
  /\(?(node:|internal\/)|[\\/]jupyter[\\/](cell-[a-z]+|watchdog)\.js|runInThisContext|\(?native\)?$/;
const CELL_FRAME = /In\[([^\]]+)\]:(\d+):(\d+)/;
const LIBRARY_FRAMES = 8;

/** Turns what a cell threw into a Jupyter error whose traceback speaks of the TypeScript that was written. */
export class CellErrors {
  readonly #cells = new Map<string, CellText>();

  /** @param label what stands in `In[label]` */
  remember(label: string, source: string, maps: MapChain): void {
    this.#cells.set(label, { source, maps });
  }

  describe(thrown: unknown): CellError {
    if (!isError(thrown)) {
      const evalue = typeof thrown === 'string' ? thrown : inspect(thrown, { colors: false });
      return { ename: 'Thrown', evalue, traceback: [`Thrown: ${evalue}`] };
    }
    const ename = typeof thrown.name === 'string' && thrown.name ? thrown.name : 'Error';
    const evalue = String(thrown.message);
    return { ename, evalue, traceback: this.#lines(thrown, `${ename}: ${evalue}`, 0) };
  }

  #lines(error: Error, head: string, depth: number): string[] {
    const frames = String(error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line));
    const own: string[] = [];
    const library: string[] = [];
    let excerpt: string[] = [];
    for (const frame of frames) {
      const found = CELL_FRAME.exec(frame);
      if (!found) {
        if (!INTERNAL.test(frame)) library.push(frame);
        continue;
      }
      const cell = this.#cells.get(found[1]!);
      const at = cell && originalPosition(cell.maps, { line: Number(found[2]), column: Number(found[3]) });
      // The first line of a compiled cell's source is tslab's own `export {}`.
      if (!cell || !at || at.line < 2) continue;
      const position = { line: at.line - 1, column: at.column };
      own.push(
        frame
          .replace(CELL_FRAME, `In[${found[1]}]:${position.line}:${position.column}`)
          .replace(/async eval |eval /, ''),
      );
      if (excerpt.length === 0) excerpt = codeFrame(cell.source, position);
    }
    const more = library.length - LIBRARY_FRAMES;
    const rest = more > 0 ? [...library.slice(0, LIBRARY_FRAMES), `    … ${more} more`] : library;
    return [head, ...excerpt, ...own, ...rest, ...this.#causes(error, depth)];
  }

  #causes(error: Error, depth: number): string[] {
    if (depth >= 5) return [];
    const inner = error instanceof AggregateError ? error.errors.slice(0, 5) : [];
    const causes = error.cause === undefined ? inner : [error.cause, ...inner];
    return causes.flatMap((cause) => {
      if (!isError(cause)) return [`Caused by: ${inspect(cause, { colors: false })}`];
      return this.#lines(cause, `Caused by: ${cause.name}: ${cause.message}`, depth + 1);
    });
  }
}

/** The line of the source, one before and one after, and a caret below the column. */
export function codeFrame(source: string, { line, column }: Position, length = 1): string[] {
  const lines = source.split('\n');
  const out: string[] = [];
  const width = String(Math.min(line + 1, lines.length)).length;
  for (let n = Math.max(1, line - 1); n <= Math.min(lines.length, line + 1); n++) {
    out.push(`${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${lines[n - 1]}`.trimEnd());
    if (n === line)
      out.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))}`);
  }
  return out;
}

/** Errors of other realms, such as a worker's, are not `instanceof Error`. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
