import type * as TS from '@tslab/typescript-for-tslab';

/**
 * The declarations in force after a cell that failed: without those of `lost`, the names that got no value. The
 * rest stays, so that a model made in a cell that was interrupted can be used in the next one.
 */
export function dropDeclarations(ts: typeof TS, declarations: string, lost: string[]): string {
  const gone = new Set(lost);
  const file = ts.createSourceFile('declarations.d.ts', declarations, ts.ScriptTarget.Latest, true);
  const kept = file.statements.map((statement) => {
    const names = declaredNames(ts, statement);
    const left = names.filter((name) => !gone.has(name));
    if (left.length === names.length) return statement.getFullText(file);
    if (left.length === 0) return '';
    if (!ts.isVariableStatement(statement)) return statement.getFullText(file);
    const { declarations } = statement.declarationList;
    const head = file.text.slice(statement.pos, declarations[0]!.getStart(file));
    const rest = declarations.filter((d) => !gone.has(nameText(ts, d.name))).map((d) => d.getText(file));
    return `${head}${rest.join(', ')};`;
  });
  return kept.join('');
}

/** Names of values; types have none that could be lost. */
function declaredNames(ts: typeof TS, statement: TS.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => nameText(ts, name));
  if (ts.isImportDeclaration(statement)) return importedNames(ts, statement).map(({ text }) => text);
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}

function importedNames(ts: typeof TS, { importClause: clause }: TS.ImportDeclaration): TS.Identifier[] {
  const bound = clause?.namedBindings;
  const named = !bound ? [] : ts.isNamespaceImport(bound) ? [bound.name] : bound.elements.map((e) => e.name);
  return clause?.name ? [clause.name, ...named] : named;
}

/** TypeScript writes each variable of a destructured declaration on its own: the name is no pattern. */
function nameText(ts: typeof TS, name: TS.BindingName): string {
  return ts.isIdentifier(name) ? name.text : '';
}
