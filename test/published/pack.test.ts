import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { variants } from '../support/thorough';
import {
  CONSUMER,
  compilers,
  compileStrictly,
  entries,
  ForeignProject,
  filesBelow,
  LIBRARY,
  manifest,
  PROJECT,
} from './support';

const text = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('the published package', function () {
  this.timeout(60_000);
  let project: ForeignProject;
  let files: string[];
  before(() => {
    project = new ForeignProject();
    files = filesBelow(project.library);
  });
  after(() => project.remove());

  const packed = (path: string) => text(project.library, path);

  describe('its files', () => {
    it('are what was compiled, the kernels, README and LICENSE, and nothing else', () => {
      const sources = filesBelow(LIBRARY).filter((path) => path.endsWith('.ts'));
      const own = sources.filter((path) => !/^(dist|node_modules|simd.assembly)/.test(path));
      const compiled = own.flatMap((path) => {
        const stem = join('dist', path.replace(/\.ts$/, ''));
        return path.endsWith('.d.ts') ? [] : [`${stem}.d.ts`, `${stem}.js`, `${stem}.js.map`];
      });
      const kernels = ['kernels.wasm', 'kernels-single.wasm'].map((name) => join('dist', 'simd', name));
      expect(files).to.deep.equal(['LICENSE', 'README.md', 'package.json', ...kernels, ...compiled].sort());
      expect(packed('LICENSE')).to.equal(text(PROJECT, 'LICENSE'));
    });

    it('carry the sources that their maps lead to', () => {
      for (const path of files.filter((path) => path.endsWith('.js'))) {
        const map = /^\/\/# sourceMappingURL=(.+)$/m.exec(packed(path))![1];
        const { sources, sourcesContent } = JSON.parse(packed(join(dirname(path), map)));
        expect(sourcesContent, path).to.have.length(sources.length);
        expect(sourcesContent[0], path).to.equal(
          text(LIBRARY, `${path.slice('dist/'.length, -'.js'.length)}.ts`),
        );
      }
    });

    it('are there for every entry, by exports and for older TypeScript by typesVersions', () => {
      const older: Record<string, string[]> = {};
      for (const [entry, target] of Object.entries(manifest.exports)) {
        if (typeof target === 'string') continue;
        expect(files).to.contain(join(target.types)).contain(join(target.default));
        if (entry !== '.') older[entry.slice(2)] = [target.types.slice(2)];
      }
      expect(manifest.typesVersions['*']).to.deep.equal(older);
    });

    it('have an entry for every folder with an index, and a line in the README for every entry', () => {
      const folders = filesBelow(LIBRARY).filter((path) => /^[a-z]+.index\.ts$/.test(path));
      const wanted = folders.map((path) => `${manifest.name}/${dirname(path)}`);
      expect(entries.slice(1)).to.deep.equal(wanted);
      const table = packed('README.md').split('## What is where')[1].split('\n## ')[0];
      expect([...table.matchAll(/^\| `(.+?)` \|/gm)].map((row) => row[1])).to.deep.equal(entries);
    });
  });

  describe('its dependencies', () => {
    /** What a file imports by name, in its code or in its types. */
    const imported = (path: string) => {
      const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(packed(path));
      const loaded = packed(path).matchAll(/\b(?:require|import|require\.resolve)\(['"]([^'"]+)['"]\)/g);
      return {
        modules: [...importedFiles.map(({ fileName }) => fileName), ...[...loaded].map((match) => match[1])],
        types: typeReferenceDirectives.map(({ fileName }) => fileName),
      };
    };
    const packageOf = (specifier: string) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
    const isNode = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);

    it('are all declared, those of its types too', () => {
      const { dependencies, peerDependencies } = manifest;
      const seen = new Set<string>();
      for (const path of files.filter((path) => /\.(js|d\.ts)$/.test(path))) {
        const { modules, types } = imported(path);
        for (const specifier of modules.filter((name) => !name.startsWith('.') && !isNode(name))) {
          const name = packageOf(specifier);
          seen.add(name);
          expect({ ...dependencies, ...peerDependencies }, `${path} imports ${specifier}`).to.have.property(
            name,
          );
          if (!path.endsWith('.d.ts') || name in peerDependencies) continue;
          const { types: own, typings } = JSON.parse(text(PROJECT, 'node_modules', name, 'package.json'));
          if (!own && !typings)
            expect(dependencies, `${path} wants types of ${name}`).to.have.property(`@types/${name}`);
        }
        for (const name of types) expect(dependencies, path).to.have.property(`@types/${name}`);
      }
      const unused = Object.keys(dependencies).filter(
        (name) => !name.startsWith('@types/') && !seen.has(name),
      );
      expect(unused).to.deep.equal([]);
    });

    it("come from npm's registry, whatever else a project's package.json says", () => {
      const { packages } = JSON.parse(text(PROJECT, 'package-lock.json'));
      const { overrides } = JSON.parse(text(PROJECT, 'package.json'));
      const closure = new Set<string>();
      const follow = (from: string) => {
        const { dependencies = {}, optionalDependencies = {} } = packages[from];
        for (const [name, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
          expect(range, `${from} wants ${name}`).to.match(/^[\d^~<>=*. |x-]+(-[a-z]+\.\d+)?$/);
          expect(overrides, `${from} wants ${name}`).to.not.have.property(name);
          let folder = from;
          while (!packages[join(folder, 'node_modules', name)] && folder !== '.') folder = dirname(folder);
          const found = join(folder, 'node_modules', name);
          if (closure.has(found)) continue;
          closure.add(found);
          follow(found);
        }
      };
      follow('lib');
      expect(closure).to.contain(join('node_modules', '@tensorflow', 'tfjs-core'));
      const installing = [...closure].filter((path) => packages[path].hasInstallScript);
      // The one prints a plea for donations, the other finds the binary that its package carries.
      expect(installing.map((path) => path.split('node_modules/').at(-1)).sort()).to.deep.equal([
        'core-js',
        'zeromq',
      ]);
    });
  });

  describe('in an empty project outside the workspace', () => {
    const run = (name: string, ...args: string[]) => {
      copyFileSync(join(CONSUMER, name), join(project.folder, name));
      const { status, output } = project.node([name, ...args], { RECURRENT_THREADS: '2' });
      expect(status, output).to.equal(0);
      return JSON.parse(output);
    };

    it('[slow] trains with threads, draws, runs a cell, and says what is missing', () => {
      const { engine, loss, threads, chart, cell, refusals } = run('program.cjs');
      expect(engine).to.include({ name: 'wasm', simd: true, threads: 2 });
      expect(loss[2]).to.be.below(loss[0]);
      expect(threads).to.equal(2);
      expect(chart).to.equal('<svg');
      expect(cell).to.deep.equal({ status: 'ok', shown: ['2'] });
      expect(refusals.loadClimate)
        .to.match(/^RecurrentError: loadClimate: weather-jfk-2013\.csv\.gz is shipped with the course/)
        .contain('RECURRENT_CLIMATE=FILE')
        .contain("size 'full'");
      expect(refusals.fullClimate).to.match(/loadClimate: http:\/\/127\.0\.0\.1:1\/ could not be reached/);
      expect(existsSync(join(project.folder, 'data'))).to.equal(true);
      expect(refusals.loadDeclarations).to.match(
        /^RecurrentError: loadDeclarations: declarations\.json is shipped/,
      );
      expect(refusals.dataFolder).to.match(/^RecurrentError: dataFolder: no folder "data\/shipped" above/);
      for (const name of ['toDataFrame', 'describe']) {
        expect(refusals[name])
          .to.match(new RegExp(`^RecurrentError: ${name}: needs the package danfojs-node`))
          .contain('npm install danfojs-node@1.2.0');
        const advice = JSON.parse(`{${/"overrides": .*\} \}/.exec(refusals[name])![0]}}`);
        const shown = /"overrides": \{[\s\S]+?\n\}/.exec(packed('README.md'))![0];
        expect(JSON.parse(`{${shown}}`)).to.deep.equal(advice);
      }
    });

    it('gives every name to an import by name', () => {
      const { missing, shape, same } = run('program.mjs', ...entries);
      expect(missing).to.deep.equal(Object.fromEntries(entries.map((entry) => [entry, []])));
      expect(shape).to.deep.equal([2, 5, 3]);
      expect(same).to.equal(true);
    });

    it("[slow] runs its README's first example, in CommonJS and in ES modules", () => {
      const example = /```ts\n([\s\S]+?)```/.exec(packed('README.md'))![1];
      for (const [name, module] of [
        ['readme.cjs', ts.ModuleKind.CommonJS],
        ['readme.mjs', ts.ModuleKind.ESNext],
      ] as const) {
        const compilerOptions = { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
        writeFileSync(
          join(project.folder, name),
          ts.transpileModule(example, { compilerOptions }).outputText,
        );
        const { status, output } = project.node([name]);
        expect(status, output).to.equal(0);
        const [, next, guess] = /the next number is (\S+), the network says (\S+)/.exec(output)!;
        expect(Math.abs(Number(next) - Number(guess)), output).to.be.below(0.1);
      }
    });
  });

  describe('its types', () => {
    /** Uses of everything that is there at run time: a namespace of no type would make a number of itself. */
    const everything = () =>
      entries
        .map((entry, i) => {
          const names = Object.keys(require(entry));
          return `import * as all${i} from '${entry}';
            import { ${names.map((name) => `${name} as _${i}_${name}`).join(', ')} } from '${entry}';
            // @ts-expect-error its types are known
            export const none${i}: number = all${i};
            export const used${i} = [${names.map((name) => `_${i}_${name}`).join(', ')}];`;
        })
        .join('\n');

    /** Compiles the consumer's files, each under every suffix; returns the compiler's complaints. */
    const compile = (version: keyof typeof compilers, suffixes: string[], options: object): string[] => {
      const example = /```ts\n([\s\S]+?)```/.exec(packed('README.md'))![1];
      const sources = { everything: everything(), readme: example, forecast: text(CONSUMER, 'forecast.ts') };
      const names = suffixes.flatMap((suffix) =>
        Object.entries(sources).map(([stem, source]) => {
          writeFileSync(join(project.folder, stem + suffix), source);
          return stem + suffix;
        }),
      );
      return compileStrictly(project, version, names, options);
    };

    it('are tried with the oldest TypeScript that they are for and with a current one', () => {
      const versions = Object.values(compilers).map(
        (folder) => JSON.parse(text(folder, 'package.json')).version,
      );
      expect(versions[0]).to.equal('5.0.4');
      expect(Number.parseInt(versions[1], 10)).to.be.at.least(7);
    });

    const both = ['.mts', '.cts'];
    const resolutions: [keyof typeof compilers, string[], object][] = [
      ['5.0.4', ['.ts'], { module: 'CommonJS', moduleResolution: 'node10' }],
      ['5.0.4', both, { module: 'Node16', moduleResolution: 'Node16' }],
      ['5.0.4', both, { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022'] }],
      ['5.0.4', ['.ts'], { module: 'ESNext', moduleResolution: 'Bundler' }],
      ['current', both, { module: 'Node16', moduleResolution: 'Node16' }],
      ['current', both, { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022'] }],
      ['current', ['.ts'], { module: 'ESNext', moduleResolution: 'Bundler' }],
    ];
    for (const [version, suffixes, options] of variants(resolutions, 2)) {
      it(`[slow] hold under ${version} TypeScript, ${Object.values(options).flat().join(', ')}`, () => {
        expect(compile(version, suffixes, { ...options, skipLibCheck: true })).to.deep.equal([]);
      });
    }

    // TensorFlow.js' declarations do not hold themselves: interfaces of tfjs-layers contradict their own index signatures,
    // and tfjs-core names the browser's types. A program that checks its libraries' declarations hears of those alone.
    for (const [version, suffixes, options] of variants([
      resolutions[6],
      resolutions[5],
      resolutions[2],
      resolutions[0],
    ])) {
      it(`[slow] are faultless in themselves under ${version} TypeScript, ${Object.values(options).flat().join(', ')}`, () => {
        const complaints = compile(version, suffixes, { ...options, skipLibCheck: false });
        const ours = complaints.filter((line) => !/^[^(]*node_modules\/(?!recurrent-lab\/)/.test(line));
        expect(ours).to.deep.equal([]);
      });
    }
  });
});
