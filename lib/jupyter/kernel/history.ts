import type { Content } from '../protocol/wire';

interface Entry {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

/** The cells this kernel has run, for front ends that walk through them. A kernel's life is one session. */
export class History {
  readonly #entries: Entry[] = [];

  add(line: number, input: string): void {
    this.#entries.push({ session: 1, line, input, output: null });
  }

  /** Notes the text of a cell's result. */
  setOutput(line: number, output: string): void {
    const entry = this.#entries.filter((e) => e.line === line).at(-1);
    if (entry) entry.output = output;
  }

  /** Answers a `history_request`: its last `n` cells, a range of lines, or those that match a glob pattern. */
  select(request: Content): unknown[] {
    const {
      hist_access_type: type,
      output = false,
      n,
      session = 0,
      start = 0,
      stop,
      pattern = '*',
      unique,
    } = request;
    let found = this.#entries;
    if (type === 'range') {
      // Session 0 is the current one, a negative number counts back from it; there is only one.
      found =
        session === 0 || session === 1
          ? found.filter((e) => e.line >= start && e.line < (stop ?? Infinity))
          : [];
    } else {
      if (type === 'search') found = found.filter((e) => globPattern(pattern).test(e.input));
      if (unique) {
        const last = new Map(found.map((e) => [e.input, e]));
        found = found.filter((e) => last.get(e.input) === e);
      }
      if (typeof n === 'number') found = n > 0 ? found.slice(-n) : [];
    }
    return found.map((e) => [e.session, e.line, output ? [e.input, e.output] : e.input]);
  }
}

/** `*` stands for any text and `?` for one character, as in IPython. */
function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]');
  return new RegExp(`^${source}$`);
}
