import { join, sep } from 'node:path';
import { inspectPlain } from '../../display/mime';
import type { CellError } from '../protocol/cell';
import { codeFrame } from '../protocol/code-frame';
import { SourceLines } from './source-lines';

interface CellText {
  source: string;
  lines: SourceLines;
}

/** Frames of Node, and of the kernel and what it shows with: a person who wrote a cell can do nothing with them. */
const NODE_FRAME = /\(?(node:|internal\/)|runInThisContext|\(?native\)?$/;
const OWN_FOLDERS = [join(__dirname, '..'), join(__dirname, '..', '..', 'display')];
const CELL_FRAME = /In\[([^\]]+)\]:(\d+):(\d+)/;
const LIBRARY_FRAMES = 8;
const SHOWN_REPEATS = 3;
const MAX_CAUSES = 10;

/** Makes the stacks of errors, and what a cell threw, speak of the TypeScript that was written. */
export class CellErrors {
  readonly #cells = new Map<string, CellText>();

  /**
   * @param label what stands in `In[label]`
   * @param maps source maps of the cell, last step first
   */
  remember(label: string, source: string, maps: readonly string[]): void {
    this.#cells.set(label, { source, lines: new SourceLines(maps) });
  }

  /** From here on `error.stack` names cells and their lines, and leaves the kernel out, whoever prints it. */
  install(): void {
    Error.prepareStackTrace = (error, sites) => {
      const frames = sites.map((site) => this.#frame(String(site))).filter((frame) => frame !== undefined);
      return [Error.prototype.toString.call(error), ...frames.map((frame) => `    at ${frame}`)].join('\n');
    };
  }

  /** The Jupyter error for what was thrown; its frames in cells come first. */
  describe(thrown: unknown): CellError {
    try {
      if (!isError(thrown)) return thrownText(typeof thrown === 'string' ? thrown : inspectPlain(thrown));
      const ename = errorName(thrown);
      const evalue = String(thrown.message);
      return { ename, evalue, traceback: this.#lines(thrown, `${ename}: ${evalue}`, new Set()) };
    } catch {
      return thrownText('a value that throws an error itself when it is looked at');
    }
  }

  /** A frame as it is shown, or undefined for one of the kernel's own. */
  #frame(frame: string): string | undefined {
    const found = CELL_FRAME.exec(frame);
    const own = NODE_FRAME.test(frame) || OWN_FOLDERS.some((folder) => frame.includes(folder + sep));
    if (!found) return own ? undefined : frame;
    const at = this.#cells
      .get(found[1]!)
      ?.lines.original({ line: Number(found[2]), column: Number(found[3]) });
    if (!at) return undefined;
    return (
      frame
        .replace(CELL_FRAME, `In[${found[1]}]:${at.line}:${at.column}`)
        .replace(/async eval |eval /, '')
        // A name of an earlier cell is a property of the object that all cells share.
        .replace(/^(async )?Object\./, '$1')
    );
  }

  #lines(error: Error, head: string, seen: Set<unknown>): string[] {
    seen.add(error);
    const frames = String(error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line));
    const own = frames.filter((frame) => CELL_FRAME.test(frame));
    const library = frames.filter((frame) => !CELL_FRAME.test(frame));
    const more = library.length - LIBRARY_FRAMES;
    const rest = more > 0 ? [...library.slice(0, LIBRARY_FRAMES), `    … ${more} more`] : library;
    return [head, ...this.#excerpt(own[0]), ...foldRepeats(own), ...rest, ...this.#causes(error, seen)];
  }

  /** The source around the place that a frame names. */
  #excerpt(frame: string | undefined): string[] {
    const found = CELL_FRAME.exec(frame ?? '');
    const cell = found && this.#cells.get(found[1]!);
    return cell ? codeFrame(cell.source, { line: Number(found[2]), column: Number(found[3]) }) : [];
  }

  #causes(error: Error, seen: Set<unknown>): string[] {
    const inner = error instanceof AggregateError ? error.errors : [];
    const causes = error.cause === undefined ? inner : [error.cause, ...inner];
    return causes.flatMap((cause) => {
      if (seen.has(cause) || seen.size > MAX_CAUSES) return [];
      if (!isError(cause)) return [`Caused by: ${inspectPlain(cause)}`];
      return this.#lines(cause, `Caused by: ${errorName(cause)}: ${cause.message}`, seen);
    });
  }
}

/** Recursion shows a few of its frames, and how often they come again. */
function foldRepeats(frames: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < frames.length; ) {
    let end = i + 1;
    while (frames[end] === frames[i]) end++;
    const shown = frames.slice(i, Math.min(end, i + SHOWN_REPEATS));
    out.push(...shown);
    if (end - i > shown.length) out.push(`    … the same ${end - i - shown.length} more times`);
    i = end;
  }
  return out;
}

function thrownText(evalue: string): CellError {
  return { ename: 'Thrown', evalue, traceback: [`Thrown: ${evalue}`] };
}

/** An error's name, or its class's where that has given its errors none. */
function errorName(error: Error): string {
  const name = typeof error.name === 'string' && error.name ? error.name : 'Error';
  return name === 'Error' ? error.constructor?.name || name : name;
}

/** Errors of other realms, such as a worker's, are not `instanceof Error`. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
