import type * as TS from '@tslab/typescript-for-tslab';
import { boundNames } from './names';

type FileTransformer = TS.TransformerFactory<TS.SourceFile>;

/**
 * A cell's names are properties of `exports`, which all cells share. tslab appends `export { x, f }` to a cell, and
 * what TypeScript makes of that for a variable is a local one beside a copy in `exports`: a function that reads
 * the local would never hear that a later cell has assigned to the name. So `let x = 1` becomes `export let x = 1`, of
 * which there is only the property. A `const` stays local: nobody assigns to it, and locals are quicker.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for the pass from TypeScript to JavaScript
 */
export function exportVariables(ts: typeof TS): FileTransformer {
  return ({ factory }) =>
    (file) => {
      const names = new Set<string>();
      const statements = file.statements.flatMap((statement): TS.Statement | TS.Statement[] => {
        if (!ts.isVariableStatement(statement) || statement.modifiers?.length) return statement;
        if (statement.declarationList.flags & ts.NodeFlags.Const) return apart(ts, factory, statement);
        for (const { name } of statement.declarationList.declarations)
          for (const bound of boundNames(ts, name)) names.add(bound);
        const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];
        return factory.updateVariableStatement(statement, exported, statement.declarationList);
      });
      let last = statements.length - 1;
      while (last >= 0 && ts.isExportDeclaration(statements[last]!)) last--;
      if (last >= 0) statements[last] = withoutName(ts, factory, statements[last]!);
      const shared = statements.map((statement) => withoutExports(ts, factory, statement, names));
      return factory.updateSourceFile(file, importsFirst(ts, shared));
    };
}

/** As in a module, what a cell imports is there before its first statement. */
function importsFirst(ts: typeof TS, statements: TS.Statement[]): TS.Statement[] {
  const imports = statements.filter((statement) => ts.isImportDeclaration(statement));
  return [...imports, ...statements.filter((statement) => !imports.includes(statement))];
}

/** An `export { … }` without the names in `exported`, which are exported where they are declared. */
function withoutExports(
  ts: typeof TS,
  factory: TS.NodeFactory,
  statement: TS.Statement,
  exported: Set<string>,
): TS.Statement {
  if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) return statement;
  const { exportClause: clause, modifiers, isTypeOnly, moduleSpecifier, assertClause } = statement;
  if (!clause || !ts.isNamedExports(clause)) return statement;
  const elements = clause.elements.filter(({ name }) => !exported.has(name.text));
  const rest = factory.updateNamedExports(clause, elements);
  return factory.updateExportDeclaration(
    statement,
    modifiers,
    isTypeOnly,
    rest,
    moduleSpecifier,
    assertClause,
  );
}

/**
 * TypeScript defines an imported name on `exports` as a getter; here it becomes a plain property, so that a later
 * cell may declare the name again. That the code was a module once is not said of what all cells share.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for after the pass from modules to CommonJS
 */
export function assignImports(ts: typeof TS): FileTransformer {
  return ({ factory }) =>
    (file) => {
      const statements = file.statements.flatMap((statement) => {
        const defined = definedExport(ts, statement);
        if (!defined) return [statement];
        if (!defined.value) return defined.name === '__esModule' ? [] : [statement];
        const property = factory.createPropertyAccessExpression(
          factory.createIdentifier('exports'),
          defined.name,
        );
        return [factory.createExpressionStatement(factory.createAssignment(property, defined.value))];
      });
      return factory.updateSourceFile(file, statements);
    };
}

/**
 * The name in `Object.defineProperty(exports, "name", { enumerable: true, get: function () { return value; } })`, and
 * the value that the getter returns, if there is one.
 */
function definedExport(
  ts: typeof TS,
  statement: TS.Statement,
): { name: string; value: TS.Expression | undefined } | undefined {
  const call = ts.isExpressionStatement(statement) ? statement.expression : undefined;
  if (!call || !ts.isCallExpression(call)) return undefined;
  const [target, name, attributes] = call.arguments;
  const defines =
    ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'defineProperty';
  const onExports = defines && target && ts.isIdentifier(target) && target.text === 'exports';
  if (!onExports || !name || !ts.isStringLiteral(name)) return undefined;
  if (!attributes || !ts.isObjectLiteralExpression(attributes)) return undefined;
  return { name: name.text, value: attributes.properties.map((p) => returnedBy(ts, p)).find(Boolean) };
}

/** The value in `get: function () { return value; }`. */
function returnedBy(ts: typeof TS, property: TS.ObjectLiteralElementLike): TS.Expression | undefined {
  if (!ts.isPropertyAssignment(property) || !ts.isFunctionExpression(property.initializer)) return undefined;
  const [returned] = property.initializer.body.statements;
  return returned && ts.isReturnStatement(returned) ? returned.expression : undefined;
}

/**
 * Every name of a cell is shared anyway, and TypeScript would complain of a second export: `export` is blanked, so
 * that code from a module works in a cell. A name that is exported from another module is imported from there.
 *
 * @returns a text of the same length
 */
export function blankExports(ts: typeof TS, source: string): string {
  if (!/\bexport\b/.test(source)) return source;
  const { ExportKeyword, DefaultKeyword } = ts.SyntaxKind;
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true);
  let text = source;
  const blank = (from: number, to: number) => {
    text = text.slice(0, from) + text.slice(from, to).replace(/\S/g, ' ') + text.slice(to);
  };
  const importInstead = (at: number) => {
    text = `${text.slice(0, at)}import${text.slice(at + 'export'.length)}`;
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) blank(statement.getStart(), statement.expression.getStart());
    else if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier)
      blank(statement.getStart(), statement.end);
    else if (ts.isExportDeclaration(statement)) importInstead(statement.getStart());
    const nameless =
      (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) && !statement.name;
    if (nameless || !ts.canHaveModifiers(statement)) continue;
    for (const modifier of ts.getModifiers(statement) ?? []) {
      if (modifier.kind === ExportKeyword || modifier.kind === DefaultKeyword)
        blank(modifier.getStart(), modifier.end);
    }
  }
  return text;
}

/** Constants declared one by one, so that each reaches `exports` before the next may throw. */
function apart(ts: typeof TS, factory: TS.NodeFactory, statement: TS.VariableStatement): TS.Statement[] {
  const { declarations } = statement.declarationList;
  if (declarations.length === 1) return [statement];
  return declarations.map((declaration) => {
    const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
    return ts.setTextRange(factory.createVariableStatement(undefined, list), declaration);
  });
}

/** tslab stores a cell's result in a variable, whose name an anonymous function would take on; `(0, f)` keeps it from that. */
function withoutName(ts: typeof TS, factory: TS.NodeFactory, statement: TS.Statement): TS.Statement {
  if (!ts.isExpressionStatement(statement)) return statement;
  const { expression } = statement;
  let inner = expression;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  const anonymous =
    ts.isArrowFunction(inner) ||
    ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && !inner.name);
  return anonymous
    ? factory.updateExpressionStatement(
        statement,
        factory.createComma(factory.createNumericLiteral(0), expression),
      )
    : statement;
}
