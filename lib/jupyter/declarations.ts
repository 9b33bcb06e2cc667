// biome-ignore lint/suspicious/noExplicitAny: tslab's TypeScript is loaded without its types
type Any = any;

/**
 * The declarations in force after a cell that failed: without those of `lost`, the names that got no value. The
 * rest stays, so that a model made in a cell that was interrupted can be used in the next one.
 */
export function dropDeclarations(ts: Any, declarations: string, lost: string[]): string {
  const gone = new Set(lost);
  const file = ts.createSourceFile('declarations.d.ts', declarations, ts.ScriptTarget.Latest, true);
  const kept = file.statements.filter((statement: Any) => {
    const names = declaredNames(ts, statement);
    return names.length === 0 || !names.every((name) => gone.has(name));
  });
  return kept.map((statement: Any) => statement.getFullText(file)).join('');
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
