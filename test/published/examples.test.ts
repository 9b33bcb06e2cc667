import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { GIVEN, TAKES } from './given';
import { compileStrictly, entries, ForeignProject, filesBelow, LIBRARY, PROJECT } from './support';

interface Example {
  /** File and name, `climate/split.ts split`. */
  readonly at: string;
  readonly code: string;
  /** What its last expression is said to be: the text after `// →`. */
  readonly value?: string;
}

/** The name that a doc comment stands at. */
function nameOf(node: ts.Node): string {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.getText();
  const { name } = node as ts.Node & { name?: ts.Node };
  return name && (ts.isClassElement(node) || ts.isInterfaceDeclaration(node.parent))
    ? `${nameOf(node.parent)}.${name.getText()}`
    : (name?.getText() ?? 'constructor');
}

/** Every `@example` of a file of the library. */
function examplesOf(file: string): Example[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(LIBRARY, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Example[] = [];
  const visit = (node: ts.Node) => {
    for (const tag of ts.getJSDocTags(node)) {
      // What stands at a statement is told of the declarations in it too.
      if (tag.tagName.text !== 'example' || tag.parent.parent !== node) continue;
      const code = ts.getTextOfJSDocComment(tag.comment) ?? '';
      found.push({ at: `${file} ${nameOf(node)}`, code, value: /\/\/ → (.+)$/.exec(code)?.[1] });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sources = filesBelow(LIBRARY).filter(
  (path) => path.endsWith('.ts') && !/^(dist|node_modules|simd.assembly)/.test(path),
);
const examples = sources.flatMap(examplesOf);

/** Where a name is imported from: the package itself, or the entry that alone has it. */
const homes = new Map<string, string>();
for (const entry of entries)
  for (const name of Object.keys(require(entry))) if (!homes.has(name)) homes.set(name, entry);

/** A module that runs the example and returns the value of its last expression. */
function moduleOf({ at, code }: Example): string {
  const given = (TAKES[at] ?? []).map((name) => GIVEN[name]).join('\n');
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true);
  const last = file.statements.at(-1);
  const body =
    last && ts.isExpressionStatement(last)
      ? `${code.slice(0, last.getStart())}return ${code.slice(last.getStart())}`
      : code;
  const words = new Set(`${given}\n${code}`.match(/[A-Za-z_]\w*/g));
  const imports = [...words].filter((word) => homes.has(word));
  return [
    ...imports.map((name) => `import { ${name} } from '${homes.get(name)}';`),
    'export async function run() {',
    given,
    body,
    '}',
  ].join('\n');
}

describe('the examples in doc comments', function () {
  this.timeout(60_000);
  let project: ForeignProject;
  const names = examples.map((_, i) => `example-${i}.ts`);
  before(() => {
    project = new ForeignProject();
    // A reader who makes data frames has installed what they need.
    symlinkSync(
      join(PROJECT, 'node_modules', 'danfojs-node'),
      join(project.folder, 'node_modules', 'danfojs-node'),
    );
    examples.forEach((example, i) => {
      writeFileSync(join(project.folder, names[i]), moduleOf(example));
    });
  });
  after(() => project.remove());

  it('are all found, and each that takes something as given is one of them', () => {
    const written = sources.map(
      (path) => readFileSync(join(LIBRARY, path), 'utf8').split('@example').length - 1,
    );
    expect(examples).to.have.length(written.reduce((sum, n) => sum + n));
    const places = examples.map(({ at }) => at);
    for (const at of Object.keys(TAKES)) expect(places).to.contain(at);
  });

  it('[slow] compile against the published types', () => {
    const complaints = compileStrictly(project, '5.0.4', names, { module: 'CommonJS', skipLibCheck: true });
    const told = complaints.map((line) => {
      const example = examples[Number(/^example-(\d+)/.exec(line)?.[1])];
      return `${example?.at}: ${line}`;
    });
    expect(told).to.deep.equal([]);
  });

  it('[slow] run, and give what they say', () => {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    for (const [i, example] of examples.entries()) {
      const { outputText } = ts.transpileModule(moduleOf(example), { compilerOptions });
      writeFileSync(join(project.folder, names[i].replace('.ts', '.cjs')), outputText);
    }
    const runner = `
      const results = [];
      async function main() {
        await require('recurrent-lab').ready();
        for (let i = 0; i < ${examples.length}; i++) {
          try {
            results.push({ value: String(await require('./example-' + i + '.cjs').run()) });
          } catch (error) {
            results.push({ error: String(error) });
          }
          delete process.env.RECURRENT_CLIMATE;
        }
        require('node:fs').writeFileSync('results.json', JSON.stringify(results));
      }
      main();`;
    writeFileSync(join(project.folder, 'runner.cjs'), runner);
    const { status, output } = project.node(['runner.cjs']);
    expect(status, output).to.equal(0);
    const results: { value?: string; error?: string }[] = JSON.parse(
      readFileSync(join(project.folder, 'results.json'), 'utf8'),
    );
    const told = examples.map(({ at, value }, i) => ({
      at,
      error: results[i].error,
      value: value && results[i].value,
    }));
    expect(told).to.deep.equal(examples.map(({ at, value }) => ({ at, error: undefined, value })));
  });
});
