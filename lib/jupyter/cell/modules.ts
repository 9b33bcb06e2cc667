import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { SCOPE } from '../protocol/compiler';
import { loadFrom, namespaceOf } from './loader';

/** The parameters of the function around the code of a cell or module: names that the code uses and does not declare. */
export const SCOPE_NAMES = [
  'exports',
  'require',
  'module',
  '__filename',
  '__dirname',
  ...Object.values(SCOPE),
];

/** Loads what cells import: packages as Node finds them from the notebook's folder, and compiled modules beside it. */
export class CellModules {
  readonly #sources = new Map<string, string>();
  readonly #loaded = new Map<string, Module>();
  /** The module that cells are, as if they were the program that runs. */
  readonly #main: Module;
  /** What cells find as {@link SCOPE_NAMES}. */
  readonly scope: unknown[];

  /**
   * @param folder the notebook's
   * @param exports the names that cells declare, and their values
   */
  constructor(folder: string, exports: Record<string, unknown>) {
    this.#main = this.#prepare(notebookFile(folder));
    this.#main.exports = exports;
    this.#main.loaded = true;
    this.scope = scopeOf(this.#main);
  }

  /** Takes in modules compiled from TypeScript beside the notebook; a changed one is loaded anew. */
  add(modules: { path: string; data: string }[]): void {
    for (const { path, data } of modules) {
      this.#sources.set(path, data);
      this.#loaded.delete(path);
    }
  }

  /**
   * Forgets modules whose code was terminated half-way, so that the next import loads them anew. Node drops a module
   * that throws while it is loaded, but termination passes by its `finally`.
   */
  dropUnfinished(): void {
    for (const [path, module] of Object.entries(require.cache)) {
      if (!module?.loaded) delete require.cache[path];
    }
    for (const [path, module] of this.#loaded) {
      if (!module.loaded) this.#loaded.delete(path);
    }
  }

  /** A module of this file whose code has yet to run. */
  #prepare(path: string): Module {
    const module = new Module(path);
    const folder = dirname(path);
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      folder,
    );
    module.require = new Proxy(createRequire(path), {
      apply: (real, self, [id]: [string]) => {
        // Cells see the kernel's own tslab, whether or not one is installed beside the notebook.
        if (id === 'tslab') return require('tslab');
        return this.#own(folder, id)?.exports ?? Reflect.apply(real, self, [id]);
      },
      get: (real, key) => (key === 'main' ? this.#main : Reflect.get(real, key)),
    });
    return module;
  }

  /** The module compiled from a file beside the notebook, if `id` names one. */
  #own(folder: string, id: string): Module | undefined {
    if (typeof id !== 'string' || !id.startsWith('.')) return undefined;
    const path = join(folder, id);
    const paths = extname(path) === '.js' ? [path] : [`${path}.js`, join(path, 'index.js')];
    const found = paths.find((p) => this.#sources.has(p));
    if (found === undefined) return undefined;
    return this.#loaded.get(found) ?? this.#run(found, this.#sources.get(found)!);
  }

  #run(path: string, source: string): Module {
    const written = path.replace(/\.js$/, '.ts');
    const module = this.#prepare(existsSync(written) ? written : path);
    this.#loaded.set(path, module);
    try {
      compileFunction(source, SCOPE_NAMES, { filename: path }).apply(module.exports, scopeOf(module));
      module.loaded = true;
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    }
    return module;
  }
}

/** The values of {@link SCOPE_NAMES} for the code of a module. */
function scopeOf(module: Module): unknown[] {
  const { filename, exports, require } = module as Module & { require: NodeJS.Require };
  const load = loadFrom(filename, require);
  const importModule = async (id: unknown) => namespaceOf((await load(String(id))).exports);
  return [
    exports,
    require,
    module,
    filename,
    dirname(filename),
    importMeta(filename, require),
    importModule,
    load,
  ];
}

function importMeta(filename: string, require: NodeJS.Require): object {
  const url = pathToFileURL(filename).href;
  const resolve = (id: string) => {
    if (/^(\.{0,2}\/|\w\w+:)/.test(id)) return new URL(id, url).href;
    const found = require.resolve(id);
    return isAbsolute(found) ? pathToFileURL(found).href : `node:${found}`;
  };
  return { dirname: dirname(filename), filename, resolve, url };
}

/** The notebook's file, by the name that Jupyter's server gives; other front ends say only in which folder it is. */
function notebookFile(folder: string): string {
  const said = process.env.JPY_SESSION_NAME;
  return join(folder, said?.endsWith('.ipynb') ? basename(said) : 'notebook.ipynb');
}
