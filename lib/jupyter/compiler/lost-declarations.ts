// biome-ignore lint/suspicious/noExplicitAny: tslab's TypeScript is loaded without its types
type Any = any;

/**
 * The declarations in force after a cell that failed: without those of `lost`, the names that got no value. The
 * rest stays, so that a model made in a cell that was interrupted can be used in the next one.
 */
export function dropDeclarations(ts: Any, declarations: string, lost: string[]): string {
  const gone = new Set(lost);
  const file = ts.createSourceFile('declarations.d.ts', declarations, ts.ScriptTarget.Latest, true);
  const kept = file.statements.map((statement: Any) => {
    const names = declaredNames(ts, statement);
    const left = names.filter((name) => !gone.has(name));
    if (left.length === names.length) return statement.getFullText(file);
    if (left.length === 0) return '';
    if (!ts.isVariableStatement(statement)) return statement.getFullText(file);
    const { declarations } = statement.declarationList;
    const head = file.text.slice(statement.pos, declarations[0].getStart(file));
    const rest = declarations.filter((d: Any) => !gone.has(d.name.text)).map((d: Any) => d.getText(file));
    return `${head}${rest.join(', ')};`;
  });
  return kept.join('');
}

/** Names of values; types have none that could be lost. */
function declaredNames(ts: Any, statement: Any): string[] {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((d: Any) => d.name.text);
  if (!ts.isImportDeclaration(statement)) return statement.name ? [statement.name.text] : [];
  const clause = statement.importClause;
  const bound = clause?.namedBindings;
  const named = bound ? (ts.isNamespaceImport(bound) ? [bound] : bound.elements) : [];
  return [clause?.name, ...named.map((n: Any) => n.name)].filter(Boolean).map((n: Any) => n.text);
}
