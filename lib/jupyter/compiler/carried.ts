import type * as TS from '@tslab/typescript-for-tslab';
import { declaredNames } from './names';

/**
 * tslab keeps variables, functions, classes, enums and types of earlier cells, and forgets after one more cell what
 * else they have declared: namespaces, also those that belong to a class or function, and additions to the types of
 * the language or of a module.
 *
 * @param declared what was declared before the cell
 * @param source the cell
 * @param own what the cell has declared
 * @returns the forgotten declarations that the cell has not declared anew
 */
export function carriedOver(ts: typeof TS, declared: string, source: string, own: string): string {
  const anew = new Set(parse(ts, source).statements.flatMap((statement) => declaredNames(ts, statement)));
  return parse(ts, withoutRedeclared(ts, declared, own))
    .statements.filter((statement) => {
      if (isAddition(ts, statement)) return members(ts, statement).length > 0;
      return ts.isModuleDeclaration(statement) && !anew.has(statement.name.text);
    })
    .map((statement) => `${statement.getText()}\n`)
    .join('');
}

/**
 * What was declared before, without those members of `declare global` and `declare module "name"` that a cell declares
 * there again: one that is corrected and run once more would contradict itself.
 */
export function withoutRedeclared(ts: typeof TS, declared: string, source: string): string {
  const added = parse(ts, source).statements.flatMap((s) => (isAddition(ts, s) ? members(ts, s) : []));
  if (added.length === 0) return declared;
  const anew = new Set(added.map(({ path }) => path));
  let text = declared;
  // From the last to the first, so that the places of those before stay true.
  const earlier = parse(ts, declared).statements.flatMap((s) => (isAddition(ts, s) ? members(ts, s) : []));
  const gone = new Set(earlier.filter(({ path }) => anew.has(path)).map(({ node }) => node));
  for (const node of [...gone].reverse()) text = text.slice(0, node.pos) + text.slice(node.end);
  return text;
}

/** What an addition declares: variables and the like, and the members of interfaces, with the way to each. */
function members(ts: typeof TS, { name, body }: TS.ModuleDeclaration): { path: string; node: TS.Node }[] {
  if (!body || !ts.isModuleBlock(body)) return [];
  return body.statements.flatMap((statement): { path: string; node: TS.Node }[] => {
    if (!ts.isInterfaceDeclaration(statement))
      return declaredNames(ts, statement).map((own) => ({ path: `${name.text}/${own}`, node: statement }));
    return statement.members.map((node) => {
      const path = `${name.text}/${statement.name.text}/${node.name?.getText() ?? node.getText()}`;
      return { path, node };
    });
  });
}

/** Whether a statement is `declare global` or `declare module "name"`, of which there may be many. */
function isAddition(ts: typeof TS, statement: TS.Statement): statement is TS.ModuleDeclaration {
  if (!ts.isModuleDeclaration(statement)) return false;
  return ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function parse(ts: typeof TS, text: string): TS.SourceFile {
  return ts.createSourceFile('cell.ts', text, ts.ScriptTarget.Latest, true);
}
