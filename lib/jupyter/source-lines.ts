import { SourceMap } from 'node:module';

/** A position in a source, lines and columns counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The maps from a cell's final JavaScript back to its TypeScript, last step first. */
export type MapChain = string[];

/** Where in the TypeScript a position of the compiled text came from, or undefined for text the compiler added. */
export function originalPosition(chain: MapChain, position: Position): Position | undefined {
  let { line, column } = position;
  for (const map of chain) {
    const entry = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
    if (!('originalLine' in entry)) return undefined;
    line = entry.originalLine + 1;
    column = entry.originalColumn + 1;
  }
  return { line, column };
}
