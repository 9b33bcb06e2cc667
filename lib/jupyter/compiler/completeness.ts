import type * as TS from '@tslab/typescript-for-tslab';
import type { Completeness } from '../protocol/compiler';

/** TypeScript's codes for a template literal or regular expression that is not closed, and for a comment. */
const UNTERMINATED = new Set([1160, 1010]);

/** The part of a parsed file that TypeScript keeps to itself. */
interface Parsed {
  parseDiagnostics: { start: number; length: number; code: number }[];
}

/**
 * Whether a front end should run `source` on Enter: it is incomplete if it breaks off where more is expected, and
 * invalid if it breaks earlier.
 */
export function completeness(ts: typeof TS, source: string): Completeness {
  // `export {}` makes it a module, in which `await` may stand at the top.
  const prefix = 'export {};';
  const parsed = ts.createSourceFile(
    'cell.ts',
    prefix + source,
    ts.ScriptTarget.Latest,
    false,
    ts.ScriptKind.TS,
  );
  const end = prefix.length + source.trimEnd().length;
  // What follows the first error may be an error only because of it.
  const [first] = (parsed as unknown as Parsed).parseDiagnostics;
  if (!first) return { status: 'complete' };
  const breaksOff = first.start >= end || (UNTERMINATED.has(first.code) && first.start + first.length >= end);
  if (!breaksOff) return { status: 'invalid' };
  return { status: 'incomplete', indent: nextIndent(source) };
}

/** The last line's indent, two more after an opening bracket. */
function nextIndent(source: string): string {
  const line = source.slice(source.lastIndexOf('\n') + 1);
  const indent = /^\s*/.exec(line)![0];
  return /[{([]\s*(\/\/.*)?$/.test(line) ? `${indent}  ` : indent;
}
