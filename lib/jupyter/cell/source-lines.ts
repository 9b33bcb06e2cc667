import { SourceMap } from 'node:module';
import type { Position } from '../protocol/code-frame';

/** The way from a cell's final JavaScript back to its TypeScript. */
export class SourceLines {
  #maps: SourceMap[] | undefined;

  /** @param chain source maps in JSON, that of the last step first; parsed when they are needed */
  constructor(private readonly chain: readonly string[]) {}

  /** Where in the TypeScript a position of the compiled text came from, or undefined for text the compiler added. */
  original(position: Position): Position | undefined {
    this.#maps ??= this.chain.map((map) => new SourceMap(JSON.parse(map)));
    let { line, column } = position;
    for (const map of this.#maps) {
      const entry = map.findEntry(line - 1, column - 1);
      if (!('originalLine' in entry)) return undefined;
      line = entry.originalLine + 1;
      column = entry.originalColumn + 1;
    }
    // The first line of what tslab compiles is its own `export {}`.
    return line < 2 ? undefined : { line: line - 1, column };
  }
}
