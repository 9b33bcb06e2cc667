import { StringDecoder } from 'node:string_decoder';

/**
 * The text that is written to one stream in pieces, which may end anywhere: within the bytes of a letter, or between
 * the two halves of an emoji.
 */
export class WrittenText {
  readonly #bytes = new StringDecoder('utf8');
  #half = '';

  /** What can be shown after a piece; a letter it has only begun is kept. */
  add(piece: string | Uint8Array): string {
    // A string begins a letter of its own, so what lacks its last bytes will not get them.
    const text =
      this.#half +
      (typeof piece === 'string' ? this.#bytes.end() + piece : this.#bytes.write(piece as Buffer));
    this.#half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
    return this.#half ? text.slice(0, -1) : text;
  }

  /** What stands for a letter that was begun and never ended. */
  end(): string {
    const rest = this.#half + this.#bytes.end();
    this.#half = '';
    return rest;
  }
}
