/** A position in a source, lines and columns counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The line of the source, one before and one after, and a caret below the column. */
export function codeFrame(source: string, { line, column }: Position, length = 1): string[] {
  const lines = source.split('\n');
  const out: string[] = [];
  const width = String(Math.min(line + 1, lines.length)).length;
  for (let n = Math.max(1, line - 1); n <= Math.min(lines.length, line + 1); n++) {
    out.push(`${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${lines[n - 1]}`.trimEnd());
    if (n === line)
      out.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))}`);
  }
  return out;
}
