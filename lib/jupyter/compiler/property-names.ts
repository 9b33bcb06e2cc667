import type * as TS from '@tslab/typescript-for-tslab';

/**
 * tslab reads a name of an earlier cell from its exports: `x` becomes `exports.x`. It overlooks the shorthand `{ x }`,
 * which would stay as it is and find nothing. So `{ x }` is written out as `{ x: x }` before tslab sees it, and the
 * checker is asked for what the second x stands for, not for the property that it names. And it takes the name of a
 * property that an earlier cell declares, as in `const { x: y } = made`, for a name of that cell: of such a name the
 * checker says that it stands for nothing.
 *
 * @param ts TypeScript, as tslab loads it
 * @param checker that of the program in which the cell is compiled; changed in place
 * @returns a transformer for the pass from TypeScript to JavaScript
 */
export function handlePropertyNames(
  ts: typeof TS,
  checker: TS.TypeChecker,
): TS.TransformerFactory<TS.SourceFile> {
  const symbolAt = checker.getSymbolAtLocation;
  checker.getSymbolAtLocation = (node) => {
    const { parent } = node;
    if (parent && namesProperty(ts, node)) return undefined;
    const shorthand = parent && ts.isShorthandPropertyAssignment(parent) && parent.name === node;
    return shorthand ? checker.getShorthandAssignmentValueSymbol(parent) : symbolAt(node);
  };
  return transformer(ts);
}

/** Whether a name is that of a property in a pattern or an object, and no variable: the `x` of `{ x: y }`. */
function namesProperty(ts: typeof TS, node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return ts.isPropertyAssignment(parent) && parent.name === node;
}

function transformer(ts: typeof TS): TS.TransformerFactory<TS.SourceFile> {
  return (context) => {
    const visit = (node: TS.Node): TS.Node => {
      if (!ts.isShorthandPropertyAssignment(node)) return ts.visitEachChild(node, visit, context);
      const { factory } = context;
      const fallback = node.objectAssignmentInitializer; // ({ x = 1 } = …)
      const value = fallback
        ? factory.createAssignment(node.name, ts.visitNode(fallback, visit) as TS.Expression)
        : node.name;
      const written = factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
      return ts.setTextRange(ts.setOriginalNode(written, node), node);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
