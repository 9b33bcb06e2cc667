import Module, { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** Loads what cells import: packages as Node finds them from the notebook's folder, and compiled modules beside it. */
export class CellModules {
  readonly #sources = new Map<string, string>();
  readonly #loaded = new Map<string, Module>();

  /** The `require` of the cells. */
  readonly require: NodeJS.Require;

  /** @param folder the notebook's */
  constructor(folder: string) {
    this.require = this.#requireFrom(createRequire(join(folder, 'cell.js')), folder);
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

  #requireFrom(real: NodeJS.Require, folder: string): NodeJS.Require {
    return new Proxy(real, {
      apply: (_target, self, [id]: [string]) => {
        // Cells see the kernel's own tslab, whether or not one is installed beside the notebook.
        if (id === 'tslab') return require('tslab');
        return this.#own(folder, id)?.exports ?? Reflect.apply(real, self, [id]);
      },
    });
  }

  #own(folder: string, id: string): Module | undefined {
    if (typeof id !== 'string' || !id.startsWith('.')) return undefined;
    const path = extname(id) === '.js' ? join(folder, id) : `${join(folder, id)}.js`;
    const loaded = this.#loaded.get(path);
    const source = this.#sources.get(path);
    if (loaded || source === undefined) return loaded;
    const module = new Module(path) as Module & { _compile(code: string, path: string): void };
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      dirname(path),
    );
    module.require = this.#requireFrom(module.require.bind(module) as NodeJS.Require, dirname(path));
    this.#loaded.set(path, module);
    try {
      module._compile(source, path);
      module.loaded = true;
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    }
    return module;
  }
}
