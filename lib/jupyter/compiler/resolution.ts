import { isBuiltin } from 'node:module';
import type * as TS from '@tslab/typescript-for-tslab';
import { isBeside } from './lean-files';

/**
 * Has TypeScript find the types of packages that name them under "exports" alone. tslab resolves as Node 10 did, without
 * "exports"; that stays the first way, and where it finds no types the newer one is tried.
 *
 * @param host that of the program in which cells are compiled; changed in place
 */
export function readExports(
  ts: typeof TS,
  host: TS.WatchCompilerHost<TS.EmitAndSemanticDiagnosticsBuilderProgram>,
): void {
  const cache = ts.createModuleResolutionCache(host.getCurrentDirectory(), (path) => path);
  host.resolveModuleNameLiterals = (literals, from, _redirected, options) =>
    literals.map(({ text }) => {
      // What a notebook imports may change at any time.
      const known = isBeside(from) && !isBuiltin(text) ? undefined : cache;
      const found = ts.resolveModuleName(text, from, options, host, known);
      if (hasTypes(found) || isBuiltin(text) || ts.isExternalModuleNameRelative(text)) return found;
      const { Bundler } = ts.ModuleResolutionKind;
      const newer = ts.resolveModuleName(text, from, { ...options, moduleResolution: Bundler }, host);
      return hasTypes(newer) ? newer : found;
    });
  host.hasInvalidatedResolutions = isBeside;
}

function hasTypes({ resolvedModule }: TS.ResolvedModuleWithFailedLookupLocations): boolean {
  return /\.[mc]?tsx?$/.test(resolvedModule?.resolvedFileName ?? '');
}
