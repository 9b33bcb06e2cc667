import type * as TS from '@tslab/typescript-for-tslab';

/**
 * Where in `source` the name stands of the function whose arguments are written at `position`, as in `seed(|)`;
 * undefined outside of a call.
 *
 * @param ts TypeScript, as tslab loads it
 */
export function enclosingCallee(ts: typeof TS, source: string, position: number): number | undefined {
  let found: number | undefined;
  const visit = (node: TS.Node) => {
    if (position <= node.pos || position > node.end) return;
    const calls = ts.isCallExpression(node) || ts.isNewExpression(node);
    const closed = node.end === position && source[position - 1] === ')';
    if (calls && position > node.expression.end && !closed) found = node.expression.end - 1;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, false));
  return found;
}
