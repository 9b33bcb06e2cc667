import type { Conversion, Converter, Tslab } from './tslab-hooks';

/** Without work for this long, the full converter is made before somebody waits for it. */
const IDLE_MS = 500;
/** After this long without work what the cells have declared is checked, so that completion is quick. */
const WARM_MS = 300;
const NODE = ['node'];
/** The half of the language's declarations that takes half the time to read. */
const CORE_LANGUAGE = ['lib.es5.d.ts'];

/**
 * tslab's converters. The types of Node and of what cells import take TypeScript a second and more; a cell that
 * needs none of them, such as a first `1 + 1`, is compiled without, so that the kernel's first answer is quick.
 */
export class Converters {
  #lean: Converter | undefined;
  #full: Converter | undefined;
  #timer: NodeJS.Timeout;

  constructor(private readonly tslab: Tslab) {
    this.#timer = setTimeout(() => this.full(), IDLE_MS);
  }

  convert(declared: string, source: string): Conversion {
    const selfContained = !this.#full && !/\b(import|require)\b/.test(declared + source);
    if (selfContained) {
      this.#lean ??= this.tslab.createConverter([], CORE_LANGUAGE);
      const done = this.#lean.convert(declared, source);
      // What is not known may be Node's, or of a later edition of the language.
      if (done.diagnostics.length === 0) return done;
    }
    return this.full().convert(declared, source);
  }

  /** The converter that knows everything. */
  full(): Converter {
    this.#lean?.close();
    this.#lean = undefined;
    this.#full ??= this.tslab.createConverter(NODE);
    return this.#full;
  }

  /** Puts work that can wait off. */
  busy(): void {
    clearTimeout(this.#timer);
  }

  /** Makes use of the time in which a cell runs, or nothing does. */
  idle(declared: string): void {
    this.busy();
    this.#timer = setTimeout(() => {
      try {
        this.full().complete(declared, '', 0);
      } catch {
        // Whoever asks in earnest is told.
      }
    }, WARM_MS);
  }

  /** A crash inside TypeScript leaves the program half-updated; a fresh one costs a second and loses nothing. */
  reset(): void {
    this.#full?.close();
    this.#lean?.close();
    this.#full = this.#lean = undefined;
  }
}
