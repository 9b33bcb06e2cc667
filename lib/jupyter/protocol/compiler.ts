/** Names that compiled code uses, and that whoever runs it provides beside those which Node gives to a module. */
export const SCOPE = { importMeta: '__importMeta', import: '__import', load: '__load' } as const;

/** A cell in JavaScript, ready to run. */
export interface Compiled {
  code: string;
  /** Source maps in JSON, that of the last step first. */
  maps: string[];
  /** The name under which the code exports the value of the cell's last expression, if it ends in one. */
  resultName?: string;
  /** Modules beside the notebook that the cell imports, compiled. */
  modules: { path: string; data: string }[];
}

/** A diagnostic of TypeScript; line and column are counted from 1. */
export interface Problem {
  line: number;
  column: number;
  length: number;
  code: number;
  message: string;
  /** Set if the problem is not in the cell but in a file it imports. */
  fileName?: string;
}

export interface Completeness {
  status: 'complete' | 'incomplete' | 'invalid';
  indent?: string;
}

/** What the compiler's thread does; positions are offsets in UTF-16 units. */
export interface CompilerApi {
  compile(source: string): Promise<{ problems: Problem[]; compiled?: Compiled }>;
  /** Keeps the declarations of the cell compiled last, except `lost`: after an error, names that got no value. */
  commit(lost: string[]): Promise<void>;
  /** Forgets all declarations. */
  reset(): Promise<void>;
  complete(
    source: string,
    position: number,
  ): Promise<{ start: number; end: number; matches: { name: string; kind: string }[] }>;
  inspect(source: string, position: number): Promise<string | undefined>;
  completeness(source: string): Promise<Completeness>;
}
