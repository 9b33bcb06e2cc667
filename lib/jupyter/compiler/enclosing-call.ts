import type * as TS from '@tslab/typescript-for-tslab';

/**
 * Where in `source` the name stands of the function whose arguments are written at `position`, as in `seed(|)`;
 * undefined outside of a call.
 *
 * @param ts TypeScript, as tslab loads it
 */
export function enclosingCallee(ts: typeof TS, source: string, position: number): number | undefined {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true);
  let found: number | undefined;
  const visit = (node: TS.Node) => {
    // A call that is being written ends at its last argument, and the cursor may be further on.
    const end = source.length - source.slice(node.end).trimStart().length;
    if (position <= node.pos || position > end) return;
    const call = (ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments;
    if (call && position > node.expression.end && (position < node.end || !isClosed(ts, node)))
      found = node.expression.end - 1;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isClosed(ts: typeof TS, call: TS.Node): boolean {
  return call.getChildren().at(-1)?.kind === ts.SyntaxKind.CloseParenToken;
}
