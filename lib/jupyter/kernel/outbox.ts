/** The part of a ZeroMQ socket that sends. */
interface Sender {
  readonly closed: boolean;
  send(frames: Buffer[]): Promise<void>;
}

/**
 * Sends messages over one socket, one after the other: a ZeroMQ socket sends most at once, but now and then, as
 * after 512 in a row, it takes a turn for one, and refuses every other meanwhile.
 */
export class Outbox {
  readonly #waiting: Buffer[][] = [];
  #sending = false;

  /** @param onError is told of a message that could not be sent, as to a front end that has gone away */
  constructor(
    private readonly socket: Sender,
    private readonly onError: (error: Error) => void,
  ) {}

  /** What is not sent when the socket is closed has no way out any more, and is dropped. */
  send(frames: Buffer[]): void {
    this.#waiting.push(frames);
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let frames = this.#waiting.shift(); frames; frames = this.#waiting.shift()) {
      if (this.socket.closed) continue;
      try {
        await this.socket.send(frames);
      } catch (error) {
        this.onError(error as Error);
      }
    }
    this.#sending = false;
  }
}
