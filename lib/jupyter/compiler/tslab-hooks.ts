import { dirname } from 'node:path';
import type * as TS from '@tslab/typescript-for-tslab';
import { hideGlobals } from './globals';
import { leanFiles } from './lean-files';
import { awaitImports, nameModuleScope } from './module-scope';
import { handlePropertyNames } from './property-names';
import { readExports } from './resolution';
import { assignImports, exportVariables } from './transforms';

/** What a conversion returns; the part of tslab's converter that is used here. */
export interface Converter {
  convert(previous: string, source: string): Conversion;
  complete(previous: string, source: string, position: number): Completion;
  inspect(previous: string, source: string, position: number): TS.QuickInfo | undefined;
  addModule(name: string, source: string, meta: CodeMetadata): Diagnostic[];
  close(): void;
}

export interface Conversion {
  diagnostics: Diagnostic[];
  output?: string;
  declOutput?: string;
  lastExpressionVar?: string;
  sideOutputs?: { path: string; data: string }[];
}

export interface Diagnostic {
  start: { line: number; character: number };
  end: { line: number; character: number };
  messageText: string;
  code: number;
  fileName?: string;
}

export interface Completion {
  start: number;
  end: number;
  candidates: string[];
  original?: { entries: { name: string; kind: string }[] };
}

/** What the doc comments at a cell's head ask for, as in `/** @module greet *\/`. */
export interface CodeMetadata {
  module?: string;
  mode?: string;
}

export interface Tslab {
  /**
   * @param types packages of types that every cell sees
   * @param lib declarations of the language that it sees; default those of the Node that runs
   */
  createConverter(types: string[], lib?: string[]): Converter;
  getCodeMetadata(source: string): CodeMetadata;
  ts: typeof TS;
  /** Source maps of the last text converted: JavaScript to CommonJS, TypeScript to JavaScript. */
  lastMaps(): string[];
  /** The files on which the cell converted last depends. */
  lastDependencies(): readonly string[];
}

/** The file as which tslab compiles a cell; a module beside the notebook has its own name. */
const CELL_FILE = '__tslab__.ts';
type Builder = TS.EmitAndSemanticDiagnosticsBuilderProgram;
type Reports = [
  create?: TS.CreateProgram<Builder>,
  diagnostic?: TS.DiagnosticReporter,
  status?: TS.WatchStatusReporter,
];
const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

/**
 * Loads tslab's converter with a TypeScript that also makes source maps. tslab asks for none, and both of its
 * passes go through a function of the TypeScript module, so the module it loads is replaced by one in which these
 * two functions are wrapped. `types` keeps test runners' globals, which happen to lie in node_modules, out of cells.
 */
export function loadTslab(): Tslab {
  const path = require.resolve('@tslab/typescript-for-tslab', { paths: [require.resolve('tslab')] });
  const ts: typeof TS = require(path);
  leanFiles(ts.sys);
  let maps: string[] = [];
  let dependencies: readonly string[] = [];
  let wantedTypes: { types: string[]; lib?: string[] } = { types: [] };
  const createWatchCompilerHost = (
    files: string[],
    options: TS.CompilerOptions,
    system: TS.System,
    ...reports: Reports
  ) => {
    // A notebook may lie where no types of Node are installed; those of this package serve there.
    const typeRoots = [
      ...(options.typeRoots ?? []),
      dirname(dirname(require.resolve('@types/node/package.json'))),
    ];
    const wanted = { ...options, ...wantedTypes, typeRoots, inlineSourceMap: true };
    const host = ts.createWatchCompilerHost<Builder>(files, wanted, system, ...reports);
    readExports(ts, host);
    // tslab sets this property to be told of each new program.
    let tell: (builder: Builder) => void;
    return Object.defineProperty(host, 'afterProgramCreate', {
      get: () => (builder: Builder) => {
        transformCells(ts, builder);
        const { getAllDependencies } = builder;
        builder.getAllDependencies = (file) => (dependencies = getAllDependencies(file));
        tell(builder);
      },
      set: (listener) => (tell = listener),
    });
  };
  const transpileModule = (source: string, settings: TS.TranspileOptions) => {
    const inline = INLINE_MAP.exec(source);
    const first = inline ? [Buffer.from(inline[1]!, 'base64').toString()] : [];
    // Without downlevelIteration TypeScript takes `[a, b] = iterable` for an array where a and b are exported.
    const compilerOptions = { ...settings.compilerOptions, sourceMap: true, downlevelIteration: true };
    const transformers = first.some(isOfCell) ? { after: [assignImports(ts), awaitImports(ts)] } : {};
    const wanted = { ...settings, compilerOptions, transformers };
    const done = ts.transpileModule(source.replace(INLINE_MAP, '\n'), wanted);
    maps = [done.sourceMapText!, ...first];
    return { ...done, outputText: done.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n') };
  };
  const hooked = { createWatchCompilerHost, transpileModule };
  const properties: PropertyDescriptorMap = { ...Object.getOwnPropertyDescriptors(ts) };
  for (const [name, value] of Object.entries(hooked)) properties[name] = { value, enumerable: true };
  require.cache[path]!.exports = Object.defineProperties({}, properties);
  const converter = require('tslab/dist/converter.js') as { createConverter(options: object): Converter };
  const { getCodeMetadata } = require('tslab/dist/metadata.js') as Pick<Tslab, 'getCodeMetadata'>;
  const createConverter = (types: string[], lib?: string[]) => {
    wantedTypes = lib ? { types, lib } : { types };
    return converter.createConverter({ isJS: false, isBrowser: false });
  };
  return { createConverter, getCodeMetadata, ts, lastMaps: () => maps, lastDependencies: () => dependencies };
}

/** Whether a source map leads to a cell. */
function isOfCell(map: string): boolean {
  return (JSON.parse(map).sources as string[]).some((source) => source.endsWith(CELL_FILE));
}

/** Adds what tslab's compilation of a cell lacks to a program; changed in place. */
function transformCells(ts: typeof TS, builder: Builder): void {
  const program = builder.getProgram();
  const checker = program.getTypeChecker();
  const everywhere = [nameModuleScope(ts), handlePropertyNames(ts, checker)];
  const withoutGlobals = hideGlobals(ts, checker);
  for (const file of program.getSourceFiles()) if (isCell(file)) spellNames(ts, file);
  const { emit } = builder;
  builder.emit = (file, write, cancel, onlyDeclarations, transformers) => {
    const before = file && isCell(file) ? [...everywhere, exportVariables(ts)] : everywhere;
    return withoutGlobals(() => emit(file, write, cancel, onlyDeclarations, { ...transformers, before }));
  };
}

function isCell(file: TS.SourceFile): boolean {
  return file.fileName.endsWith(CELL_FILE);
}

/**
 * tslab exports what a cell declares by the names in TypeScript's own table, which has `___x` for `__x`, and
 * entries for `declare global` and `declare module "name"`. Here it is told what was written.
 */
function spellNames(ts: typeof TS, file: TS.SourceFile): void {
  const { locals } = file as unknown as { locals?: Map<TS.__String, TS.Symbol> };
  if (!locals) return;
  locals.forEach = (tell) => {
    for (const [key, symbol] of locals) {
      const name = ts.unescapeLeadingUnderscores(key);
      if (key !== '__global' && !name.startsWith('"')) tell(symbol, name as TS.__String, locals);
    }
  };
}
