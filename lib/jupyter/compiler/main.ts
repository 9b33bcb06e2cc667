import { parentPort } from 'node:worker_threads';
import type { Compiled, CompilerApi, Problem } from '../protocol/compiler';
import { carriedOver, withoutRedeclared } from './carried';
import { completeness } from './completeness';
import { Converters } from './converters';
import { unrunnable } from './dependencies';
import { enclosingCallee } from './enclosing-call';
import { globalised } from './globals';
import { hoverText } from './hover';
import { dropDeclarations } from './lost-declarations';
import { refusals } from './refusals';
import { blankExports } from './transforms';
import { type Diagnostic, loadTslab } from './tslab-hooks';

/**
 * The thread in which cells are compiled, completed and inspected. It is a thread of its own because TypeScript can
 * work for seconds at a time, and the kernel's sockets have to answer meanwhile.
 */
const tslab = loadTslab();
const converters = new Converters(tslab);
/** What every Node that this kernel runs on has, and the types of an older one may lack. */
const ALWAYS = 'declare global { interface ImportMeta { dirname: string; filename: string; } }\n';
/** Declarations of all cells that ran; the next cell is compiled against them. */
let declared = ALWAYS;
/** Declarations after the cell that was compiled last; they count once it has run. */
let pending = ALWAYS;
/** tslab gives a module beside the notebook once; here it stays until a cell that needs it has run. */
const modules = new Map<string, string>();

const api: {
  [K in keyof CompilerApi]: (...args: Parameters<CompilerApi[K]>) => Awaited<ReturnType<CompilerApi[K]>>;
} = {
  compile(source) {
    const meta = tslab.getCodeMetadata(source);
    if (meta.mode === 'browser') {
      return {
        problems: [{ line: 1, column: 1, length: 1, code: 0, message: 'this kernel runs no browser cells' }],
      };
    }
    pending = declared;
    if (meta.module) return { problems: toProblems(converters.full().addModule(meta.module, source, meta)) };
    const refused = refusals(tslab.ts, source);
    if (refused.length > 0) return { problems: refused };
    const before = withoutRedeclared(tslab.ts, declared, source);
    const done = converters.convert(before, blankExports(tslab.ts, source));
    if (done.diagnostics.length > 0) return { problems: toProblems(done.diagnostics) };
    for (const { path, data } of done.sideOutputs ?? []) modules.set(path, data);
    const missing = unrunnable(tslab.ts, source, tslab.lastDependencies());
    if (missing.length > 0) return { problems: missing };
    const own = globalised(tslab.ts, done.declOutput ?? '', source);
    pending = own + carriedOver(tslab.ts, before, source, own);
    const compiled: Compiled = {
      code: done.output ?? '',
      maps: tslab.lastMaps(),
      resultName: done.lastExpressionVar,
      modules: Array.from(modules, ([path, data]) => ({ path, data })),
    };
    return { problems: [], compiled };
  },
  commit(lost) {
    declared = lost.length > 0 ? dropDeclarations(tslab.ts, pending, lost) : pending;
    modules.clear();
    converters.idle(declared);
  },
  reset() {
    declared = pending = ALWAYS;
    // The new process has none of the modules that tslab has given.
    modules.clear();
    converters.reset();
  },
  complete(source, position) {
    const { start, end, candidates, original } = converters.full().complete(declared, source, position);
    const kinds = new Map(original?.entries.map((entry) => [entry.name, entry.kind]));
    const names = bestMatches(candidates, source.slice(start, position));
    return { start, end, matches: names.map((name) => ({ name, kind: kinds.get(name) ?? '' })) };
  },
  inspect(source, position) {
    const textAt = (place: number) => hoverText(converters.full().inspect(declared, source, place));
    const own = textAt(position);
    if (own !== undefined) return own;
    const callee = enclosingCallee(tslab.ts, source, position);
    return callee === undefined ? undefined : textAt(callee);
  },
  completeness: (source) => completeness(tslab.ts, source),
};

/** The names that go on what is typed; those that do so in another case, or contain it, only where there are none. */
function bestMatches(names: string[], typed: string): string[] {
  const lower = typed.toLowerCase();
  const exact = names.filter((name) => name.startsWith(typed));
  if (exact.length > 0) return exact;
  const anyCase = names.filter((name) => name.toLowerCase().startsWith(lower));
  return anyCase.length > 0 ? anyCase : names;
}

/** tslab gives a message and its explanations as equal diagnostics at one place; here they are one problem. */
function toProblems(diagnostics: Diagnostic[]): Problem[] {
  const problems: Problem[] = [];
  for (const { start, end, messageText, code, fileName } of diagnostics) {
    const length = end.line === start.line ? Math.max(1, end.character - start.character) : 1;
    const problem = {
      line: start.line + 1,
      column: start.character + 1,
      length,
      code,
      message: messageText,
      fileName,
    };
    const last = problems.at(-1);
    const continues =
      last && last.line === problem.line && last.column === problem.column && last.length === length;
    if (continues) last.message += `\n  ${messageText}`;
    else problems.push(problem);
  }
  return problems;
}

parentPort!.on(
  'message',
  ({ id, method, args }: { id: number; method: keyof CompilerApi; args: unknown[] }) => {
    converters.busy();
    try {
      const call = api[method] as (...args: unknown[]) => unknown;
      parentPort!.postMessage({ id, value: call(...args) });
    } catch (error) {
      converters.reset();
      parentPort!.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  },
);
parentPort!.postMessage({ ready: true });
