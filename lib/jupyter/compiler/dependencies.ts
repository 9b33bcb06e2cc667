import { parse, relative } from 'node:path';
import type * as TS from '@tslab/typescript-for-tslab';
import type { Problem } from '../protocol/compiler';

/** Files that TypeScript reads and tslab does not compile. */
const NOT_COMPILED = /\.(tsx|jsx|mts|cts)$|[\\/]node_modules[\\/].*\.ts$/;
const DECLARATIONS = /\.d\.[mc]?ts$/;

/**
 * A problem for each file that a cell imports, itself or through another one, and that would be missing when it runs.
 *
 * @param dependencies the files that the cell depends on
 */
export function unrunnable(ts: typeof TS, source: string, dependencies: readonly string[]): Problem[] {
  const missing = dependencies.filter((path) => NOT_COMPILED.test(path) && !DECLARATIONS.test(path));
  if (missing.length === 0) return [];
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true);
  const imports = file.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => moduleSpecifier);
  return missing.map((path) => {
    const { name, dir } = parse(path);
    // An `index` file goes by the name of its folder.
    const names = [name, parse(dir).base];
    const from = imports.find((node) => names.includes(parse((node as TS.StringLiteral).text).name));
    const { line, character } = file.getLineAndCharacterOfPosition(from?.getStart() ?? 0);
    const message = `${relative(process.cwd(), path)} cannot be imported: a cell runs .ts and .js files beside the notebook, and packages that are in JavaScript`;
    return { line: line + 1, column: character + 1, length: from?.getWidth() ?? 1, code: 0, message };
  });
}
