import type * as TS from '@tslab/typescript-for-tslab';

/** The names that a statement at the top of a cell declares, of values and of types. */
export function declaredNames(ts: typeof TS, statement: TS.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(ts, name));
  if (ts.isImportDeclaration(statement)) return importedNames(ts, statement);
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}

/** The names that a declaration binds, also by destructuring. */
export function boundNames(ts: typeof TS, name: TS.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(ts, element.name),
  );
}

function importedNames(ts: typeof TS, { importClause: clause }: TS.ImportDeclaration): string[] {
  const bound = clause?.namedBindings;
  const named = !bound ? [] : ts.isNamespaceImport(bound) ? [bound.name] : bound.elements.map((e) => e.name);
  return [...(clause?.name ? [clause.name] : []), ...named].map(({ text }) => text);
}
