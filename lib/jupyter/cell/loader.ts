import Module from 'node:module';
import { isModuleNamespaceObject } from 'node:util/types';

/** A module's exports in a box: a module may have a `then`, and is no promise for that. */
export interface Loaded {
  exports: unknown;
}

export type Load = (id: string) => Loaded | Promise<Loaded>;

/** The codes with which `require` refuses what `import()` can load: top-level `await`, packages for `import` alone. */
const IMPORT_ONLY = new Set(['ERR_REQUIRE_ASYNC_MODULE', 'ERR_REQUIRE_ESM', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);

/**
 * Loads modules for the code in the file `path`, with `require` where that can, else with Node's `import()`.
 *
 * @param require that of the code
 */
export function loadFrom(path: string, require: NodeJS.Require): Load {
  const importModule = importFrom(path);
  const imported = async (id: string): Promise<Loaded> => ({ exports: marked(await importModule(id)) });
  return (id) => {
    if (/^(file|data):/.test(id)) return imported(id);
    try {
      return { exports: require(id) };
    } catch (error) {
      if (!IMPORT_ONLY.has((error as NodeJS.ErrnoException)?.code ?? '')) throw error;
      return imported(id);
    }
  };
}

/** Node's own `import()` as code in the file `path` has it; TypeScript would make a `require` of it here. */
function importFrom(path: string): (id: string) => Promise<Record<string, unknown>> {
  const module = new Module(path) as Module & { _compile(code: string, path: string): void };
  module._compile('module.exports = (id) => import(id)', path);
  return module.exports;
}

/** What `import()` gives for a module's exports; those of a CommonJS module are its default export too. */
export function namespaceOf(exports: unknown): unknown {
  const own = Object(exports) as Record<string, unknown>;
  if (isModuleNamespaceObject(own) || own.__esModule) return exports;
  return Object.defineProperty(live(own), 'default', { enumerable: true, value: exports });
}

/** A namespace that tells compiled code, as `require` does, that its `default` is the default export. */
function marked(namespace: Record<string, unknown>): Record<string, unknown> {
  if (!('default' in namespace)) return namespace;
  return Object.defineProperty(live(namespace), '__esModule', { value: true });
}

/** An object that has at any time what `exports` has. */
function live(exports: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(exports).map((name): [string, PropertyDescriptor] => [
    name,
    { enumerable: true, configurable: true, get: () => exports[name] },
  ]);
  return Object.defineProperties({}, Object.fromEntries(names));
}
