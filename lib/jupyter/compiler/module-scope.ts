import type * as TS from '@tslab/typescript-for-tslab';
import { SCOPE } from '../protocol/compiler';

/**
 * What only an ES module has, and TypeScript leaves as it is or makes a `require` of, becomes a name of the function
 * around the compiled code: `import.meta`, and `import(…)`, which can load what `require` cannot.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for the pass from TypeScript to JavaScript
 */
export function nameModuleScope(ts: typeof TS): TS.TransformerFactory<TS.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: TS.Node): TS.Node => {
      const done = ts.visitEachChild(node, visit, context);
      if (ts.isMetaProperty(done) && done.keywordToken === ts.SyntaxKind.ImportKeyword)
        return ts.setTextRange(factory.createIdentifier(SCOPE.importMeta), done);
      if (ts.isCallExpression(done) && done.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const callee = factory.createIdentifier(SCOPE.import);
        return factory.updateCallExpression(done, callee, undefined, done.arguments);
      }
      return done;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/**
 * The modules that a cell imports are loaded by a function that the cell awaits, since some load no other way:
 * `require(…)`, where TypeScript has made it of an `import`, becomes `(await load(…)).exports`. So a cell may also
 * have a `require` of its own.
 *
 * @param ts TypeScript, as tslab loads it
 * @returns a transformer for after the pass from modules to CommonJS
 */
export function awaitImports(ts: typeof TS): TS.TransformerFactory<TS.SourceFile> {
  return (context) => {
    const { factory } = context;
    const load = (call: TS.CallExpression) => {
      const awaited = factory.createAwaitExpression(
        factory.createCallExpression(factory.createIdentifier(SCOPE.load), undefined, call.arguments),
      );
      return factory.createPropertyAccessExpression(
        factory.createParenthesizedExpression(awaited),
        'exports',
      );
    };
    const visit = (node: TS.Node): TS.Node => {
      // Nodes that TypeScript has made have no place in the source; a `require` that somebody wrote has one.
      const made = ts.isCallExpression(node) && node.pos < 0 && ts.isIdentifier(node.expression);
      if (made && node.expression.text === 'require') return load(node);
      return ts.isFunctionLike(node) ? node : ts.visitEachChild(node, visit, context);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
