// biome-ignore lint/suspicious/noExplicitAny: tslab's TypeScript is loaded without its types
type Any = any;

/**
 * tslab reads a name of an earlier cell from its exports: `x` becomes `exports.x`. It overlooks the shorthand `{ x }`,
 * which would stay as it is and find nothing. So `{ x }` is written out as `{ x: x }` before tslab sees it, and the
 * checker is asked for what the second x stands for, not for the property that it names.
 *
 * @param ts TypeScript, as tslab loads it
 * @param builder the program that tslab compiles a cell with; changed in place
 */
export function writeOutShorthand(ts: Any, builder: Any): void {
  const checker = builder.getProgram().getTypeChecker();
  const symbolAt = checker.getSymbolAtLocation;
  checker.getSymbolAtLocation = (node: Any) => {
    const shorthand =
      node.parent && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
    return shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : symbolAt(node);
  };
  const emit = builder.emit;
  builder.emit = (file: Any, write: Any, cancel: Any, onlyDeclarations: Any, transformers: Any) =>
    emit(file, write, cancel, onlyDeclarations, { ...transformers, before: [transformer(ts)] });
}

function transformer(ts: Any): Any {
  return (context: Any) => {
    const visit = (node: Any): Any => {
      if (!ts.isShorthandPropertyAssignment(node)) return ts.visitEachChild(node, visit, context);
      const { factory } = context;
      const fallback = node.objectAssignmentInitializer; // ({ x = 1 } = …)
      const value = fallback ? factory.createAssignment(node.name, ts.visitNode(fallback, visit)) : node.name;
      const written = factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
      return ts.setTextRange(ts.setOriginalNode(written, node), node);
    };
    return (file: Any) => ts.visitNode(file, visit);
  };
}
