import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { entries, LIBRARY, manifest } from './support';

const dist = join(LIBRARY, 'dist').replaceAll('\\', '/');

/** The declaration file of an entry. */
const declarations = (entry: string) => {
  const target = manifest.exports[`.${entry.slice(manifest.name.length)}`];
  return join(LIBRARY, (target as { types: string }).types);
};

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  skipLibCheck: true,
};

describe('the published declarations', () => {
  const program = ts.createProgram(entries.map(declarations), options);
  const checker = program.getTypeChecker();

  const real = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const exportsOf = (entry: string) => {
    const file = checker.getSymbolAtLocation(program.getSourceFile(declarations(entry))!)!;
    return checker.getExportsOfModule(file);
  };
  /** Everything that can be imported from some entry. */
  const published = new Set(entries.flatMap((entry) => exportsOf(entry).map(real)));

  const isVariable = (node: ts.Node) => {
    const symbol = checker.getSymbolAtLocation(node);
    return symbol !== undefined && (real(symbol).flags & ts.SymbolFlags.Variable) !== 0;
  };

  /** The library's own top-level names that a declaration mentions, each with the place. */
  function mentions(declaration: ts.Node): ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const visit = (node: ts.Node) => {
      // What a subclass alone sees, and the value that a class extends: neither is a type that a reader writes.
      const protectedOne =
        ts.canHaveModifiers(node) &&
        ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Protected;
      const base = ts.isExpressionWithTypeArguments(node) && !ts.isInterfaceDeclaration(node.parent.parent);
      if (protectedOne || (base && isVariable(node.expression))) return;
      const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      const target = symbol && real(symbol);
      const own = target?.declarations?.some(
        (d) =>
          d.getSourceFile().fileName.startsWith(dist) &&
          (ts.isSourceFile(d.parent) || ts.isVariableDeclarationList(d.parent)),
      );
      if (own) found.push(target!);
      ts.forEachChild(node, visit);
    };
    visit(declaration);
    return found;
  }

  it('point in their comments at names that can be imported', () => {
    const names = new Set([...published].map(({ name }) => name));
    const lost = [...published].flatMap((symbol) =>
      (symbol.declarations ?? [])
        .filter((declaration) => declaration.getSourceFile().fileName.startsWith(dist))
        .flatMap((declaration) => [...declaration.getFullText().matchAll(/(?:see|@link) [`]?(\w+)[`}]/gi)])
        .filter(([, name]) => !names.has(name))
        .map(([, name]) => `${symbol.name} points at ${name}`),
    );
    expect(lost).to.deep.equal([]);
  });

  for (const entry of entries) {
    it(`of ${entry} mention no type that a reader could not import`, () => {
      const hidden = new Set<string>();
      for (const symbol of exportsOf(entry)) {
        for (const declaration of real(symbol).declarations ?? []) {
          if (!declaration.getSourceFile().fileName.startsWith(dist)) continue;
          for (const mentioned of mentions(declaration)) {
            if (!published.has(mentioned)) hidden.add(`${symbol.name} mentions ${mentioned.name}`);
          }
        }
      }
      expect([...hidden]).to.deep.equal([]);
    });
  }
});
