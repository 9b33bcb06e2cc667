// biome-ignore lint/suspicious/noExplicitAny: tslab's TypeScript is loaded without its types
type Any = any;

/**
 * A cell's names are properties of `exports`, which all cells share. tslab appends `export { x, f }` to a cell, and
 * what TypeScript makes of that for a variable is a local one beside a copy in `exports`: a function that reads
 * the local would never hear that a later cell has assigned to the name. So `let x = 1` becomes `export let x = 1`, of
 * which there is only the property. A `const` stays local: nobody assigns to it, and locals are quicker.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for the pass from TypeScript to JavaScript
 */
export function exportVariables(ts: Any): Any {
  return ({ factory }: Any) =>
    (file: Any) => {
      const names = new Set<string>();
      const statements = file.statements.flatMap((statement: Any) => {
        if (!ts.isVariableStatement(statement) || statement.modifiers?.length > 0) return statement;
        if (statement.declarationList.flags & ts.NodeFlags.Const) return apart(ts, factory, statement);
        for (const { name } of statement.declarationList.declarations) collectNames(name, names);
        const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];
        return factory.updateVariableStatement(statement, exported, statement.declarationList);
      });
      const last = statements.findLastIndex((statement: Any) => !ts.isExportDeclaration(statement));
      if (last >= 0) statements[last] = withoutName(ts, factory, statements[last]);
      const once = statements.map((statement: Any) => {
        const clause = statement.exportClause;
        if (statement.moduleSpecifier || !clause?.elements) return statement;
        const elements = clause.elements.filter((element: Any) => !names.has(element.name.text));
        const { modifiers, isTypeOnly, moduleSpecifier, assertClause } = statement;
        const rest = factory.updateNamedExports(clause, elements);
        return factory.updateExportDeclaration(
          statement,
          modifiers,
          isTypeOnly,
          rest,
          moduleSpecifier,
          assertClause,
        );
      });
      return factory.updateSourceFile(file, once);
    };
}

/**
 * TypeScript defines an imported name on `exports` as a getter; here it becomes a plain property, so that a later
 * cell may declare the name again.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for after the pass from modules to CommonJS
 */
export function assignImports(ts: Any): Any {
  return ({ factory }: Any) =>
    (file: Any) => {
      const statements = file.statements.map((statement: Any) => {
        const call = ts.isExpressionStatement(statement) ? statement.expression : undefined;
        if (!call || !ts.isCallExpression(call) || call.expression.name?.text !== 'defineProperty')
          return statement;
        const [target, name, attributes] = call.arguments;
        const getter = attributes?.properties?.find(
          (property: Any) => property.name.text === 'get',
        )?.initializer;
        if (target?.text !== 'exports' || !getter) return statement;
        const property = factory.createPropertyAccessExpression(target, name.text);
        const value = getter.body.statements[0].expression;
        return factory.createExpressionStatement(factory.createAssignment(property, value));
      });
      return factory.updateSourceFile(file, statements);
    };
}

/**
 * Every name of a cell is shared anyway, and TypeScript would complain of a second export: `export` is blanked, so
 * that code from a module works in a cell. Names re-exported from another module are left alone.
 *
 * @returns a text of the same length
 */
export function blankExports(ts: Any, source: string): string {
  if (!/\bexport\b/.test(source)) return source;
  const { ExportKeyword, DefaultKeyword } = ts.SyntaxKind;
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true);
  let text = source;
  const blank = (from: number, to: number) => {
    text = text.slice(0, from) + text.slice(from, to).replace(/\S/g, ' ') + text.slice(to);
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) blank(statement.getStart(), statement.expression.getStart());
    else if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier)
      blank(statement.getStart(), statement.end);
    const nameless =
      !statement.name && (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement));
    for (const modifier of nameless ? [] : (statement.modifiers ?? [])) {
      if (modifier.kind === ExportKeyword || modifier.kind === DefaultKeyword)
        blank(modifier.getStart(), modifier.end);
    }
  }
  return text;
}

/** Constants declared one by one, so that each reaches `exports` before the next may throw. */
function apart(ts: Any, factory: Any, statement: Any): Any[] {
  const { declarations } = statement.declarationList;
  if (declarations.length === 1) return [statement];
  return declarations.map((declaration: Any) => {
    const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
    return ts.setTextRange(factory.createVariableStatement(undefined, list), declaration);
  });
}

/** tslab stores a cell's result in a variable, whose name an anonymous function would take on; `(0, f)` keeps it from that. */
function withoutName(ts: Any, factory: Any, statement: Any): Any {
  if (!ts.isExpressionStatement(statement)) return statement;
  const { expression } = statement;
  let inner = expression;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  const anonymous = !inner.name && (ts.isFunctionLike(inner) || ts.isClassExpression(inner));
  return anonymous
    ? factory.updateExpressionStatement(
        statement,
        factory.createComma(factory.createNumericLiteral(0), expression),
      )
    : statement;
}

/** The names that a declaration binds, also by destructuring. */
function collectNames(name: Any, names: Set<string>): void {
  if (name.text !== undefined) names.add(name.text);
  for (const element of name.elements ?? []) if (element.name) collectNames(element.name, names);
}
