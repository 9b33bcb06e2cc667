import type * as TS from '@tslab/typescript-for-tslab';
import { declaredNames } from './names';

/**
 * tslab reads a name that an earlier cell has declared from its exports. What was declared for a global is not
 * there: while code is emitted, the checker says nothing of it, so that the name stays as it is.
 *
 * @param checker that of the program in which the cell is compiled; changed in place
 * @returns a function that calls another one meanwhile
 */
export function hideGlobals(ts: typeof TS, checker: TS.TypeChecker): <T>(emit: () => T) => T {
  const symbolAt = checker.getSymbolAtLocation;
  return (emit) => {
    checker.getSymbolAtLocation = (node) => {
      const symbol = symbolAt(node);
      return symbol?.declarations?.some((declaration) => isGlobal(ts, declaration)) ? undefined : symbol;
    };
    try {
      return emit();
    } finally {
      checker.getSymbolAtLocation = symbolAt;
    }
  };
}

/** Whether a declaration stands in a `declare global`. */
function isGlobal(ts: typeof TS, declaration: TS.Declaration): boolean {
  let at: TS.Node = declaration;
  while (at.parent && !(at.flags & ts.NodeFlags.GlobalAugmentation)) at = at.parent;
  return ts.isModuleDeclaration(at);
}

/**
 * `declare const x: number` in a cell speaks of a global that something else has made. TypeScript's declarations do not
 * tell it from a variable that the cell has made itself; here it moves into a `declare global`.
 *
 * @param declarations those that TypeScript made of the cell
 * @returns all of them
 */
export function globalised(ts: typeof TS, declarations: string, source: string): string {
  if (!/\bdeclare\b/.test(source)) return declarations;
  const parse = (text: string) => ts.createSourceFile('cell.ts', text, ts.ScriptTarget.Latest, true);
  const ambient = new Set(
    parse(source)
      .statements.filter((statement) => isAmbientValue(ts, statement))
      .flatMap((statement) => declaredNames(ts, statement)),
  );
  return parse(declarations)
    .statements.map((statement) => {
      const text = statement.getText();
      const [name] = declaredNames(ts, statement);
      if (name === undefined || !ambient.has(name) || !isAmbientValue(ts, statement)) return `${text}\n`;
      return `declare global { ${text.replace(/^declare\s+/, '')} }\n`;
    })
    .join('');
}

function isAmbientValue(ts: typeof TS, statement: TS.Statement): boolean {
  const isValue =
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isValue && statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) === true;
}
