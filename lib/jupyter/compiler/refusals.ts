import type * as TS from '@tslab/typescript-for-tslab';
import type { Problem } from '../protocol/compiler';

type Refuse = (node: TS.Node, message: string) => void;

/**
 * What TypeScript would let pass in a cell although it could not run there, or refuse without saying why.
 *
 * @returns a problem for each, with its place in the cell
 */
export function refusals(ts: typeof TS, source: string): Problem[] {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true);
  const problems: Problem[] = [];
  const refuse: Refuse = (node, message) => {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    const length = node.getText().split('\n')[0]!.length;
    problems.push({ line: line + 1, column: character + 1, length, code: 0, message });
  };
  for (const statement of file.statements) refuseStatement(ts, statement, refuse);
  const visit = (node: TS.Node): void => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
      refuseAwait(ts, node, refuse);
    if (ts.isIdentifier(node) && node.text === 'exports' && isBinding(ts, node))
      refuse(
        node,
        '`exports` is the object in which this kernel shares the names of all cells; call yours another name',
      );
    refuseUsing(ts, node, refuse);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return problems;
}

function refuseStatement(ts: typeof TS, statement: TS.Statement, refuse: Refuse): void {
  if (ts.isImportEqualsDeclaration(statement)) {
    const { name, moduleReference } = statement;
    const instead = ts.isExternalModuleReference(moduleReference)
      ? `import * as ${name.text} from ${moduleReference.expression.getText()}`
      : `const ${name.text} = ${moduleReference.getText()}, or type ${name.text} = ${moduleReference.getText()}`;
    refuse(statement, `a cell cannot say \`import … =\`; write ${instead}`);
  }
  if (!ts.isExportDeclaration(statement)) return;
  const { exportClause: clause, moduleSpecifier } = statement;
  if (!clause)
    refuse(
      statement,
      'a cell cannot export the names of a module that it does not list; write import { … } from',
    );
  if (!clause || !ts.isNamedExports(clause)) return;
  for (const element of clause.elements) {
    const { name, propertyName } = element;
    if (!moduleSpecifier && propertyName && name.text !== 'default')
      refuse(
        element,
        `the names of a cell are shared as they are; write const ${name.text} = ${propertyName.text}`,
      );
    if (moduleSpecifier && name.text === 'default')
      refuse(element, 'a cell has no default export; write import { … } from with a name');
  }
}

/** TypeScript reports most of these; those in objects' methods and class expressions tslab takes for top level. */
function refuseAwait(ts: typeof TS, node: TS.Node, refuse: Refuse): void {
  const owner = runsIn(ts, node);
  const isAsync =
    owner &&
    ts.canHaveModifiers(owner) &&
    ts.getModifiers(owner)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (owner && !isAsync)
    refuse(
      node.getFirstToken()!,
      '`await` is possible at the top of a cell and in async functions; this place is neither',
    );
}

/** The function or part of a class in which a node runs; undefined at the top of the cell. */
function runsIn(ts: typeof TS, node: TS.Node): TS.Node | undefined {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    // Names in brackets and decorators of a member run outside of it.
    const inFunction = ts.isFunctionLike(parent) && at !== parent.name && !ts.isDecorator(at);
    const inField = ts.isPropertyDeclaration(parent) && at === parent.initializer;
    if (inFunction || inField || ts.isClassStaticBlockDeclaration(parent)) return parent;
  }
  return undefined;
}

/** `using x = …`, which this TypeScript takes for two expressions. */
function refuseUsing(ts: typeof TS, node: TS.Node, refuse: Refuse): void {
  if (!ts.isExpressionStatement(node)) return;
  const { expression } = node;
  const word = ts.isAwaitExpression(expression) ? expression.expression : expression;
  const rest = node.getSourceFile().text.slice(node.end);
  if (ts.isIdentifier(word) && word.text === 'using' && /^[ \t]+[\w$]+\s*=[^=>]/.test(rest))
    refuse(node, `TypeScript ${ts.version} has no \`using\`; dispose of the object in a \`finally\``);
}

function isBinding(ts: typeof TS, node: TS.Identifier): boolean {
  const { parent } = node;
  const binds =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isFunctionExpression(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isClassExpression(parent) ||
    ts.isEnumDeclaration(parent) ||
    ts.isModuleDeclaration(parent) ||
    ts.isImportClause(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isNamespaceImport(parent);
  return binds && parent.name === node;
}
