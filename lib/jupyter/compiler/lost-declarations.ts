import type * as TS from '@tslab/typescript-for-tslab';
import { boundNames, declaredNames } from './names';

/**
 * The declarations in force after a cell that failed: without those of `lost`, the names that got no value. The
 * rest stays, so that a model made in a cell that was interrupted can be used in the next one.
 */
export function dropDeclarations(ts: typeof TS, declarations: string, lost: string[]): string {
  const gone = new Set(lost);
  const file = ts.createSourceFile('declarations.d.ts', declarations, ts.ScriptTarget.Latest, true);
  const kept = file.statements.map((statement) => {
    // Types have no value that could be lost.
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      return statement.getFullText(file);
    const names = declaredNames(ts, statement);
    const left = names.filter((name) => !gone.has(name));
    if (left.length === names.length) return statement.getFullText(file);
    if (left.length === 0) return '';
    if (!ts.isVariableStatement(statement)) return statement.getFullText(file);
    const { declarations } = statement.declarationList;
    const head = file.text.slice(statement.pos, declarations[0]!.getStart(file));
    const rest = declarations.filter(({ name }) => boundNames(ts, name).some((n) => !gone.has(n)));
    return `${head}${rest.map((d) => d.getText(file)).join(', ')};`;
  });
  return kept.join('');
}
