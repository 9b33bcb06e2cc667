import { Writable } from 'node:stream';

/**
 * Gives `take` what is written to a stream of the process. All else is as with any writable stream (encodings,
 * callbacks, refusals), except that nothing waits for `uncork`, and that after `end` cells to come can still write.
 */
export function divert(stream: NodeJS.WriteStream, take: (piece: string | Buffer) => void): void {
  // One for each call: a stream that is interrupted while it writes stays busy for ever.
  const fresh = () =>
    new Writable({
      decodeStrings: false,
      highWaterMark: Number.MAX_SAFE_INTEGER,
      write(piece: string | Buffer, encoding, done) {
        const isText = typeof piece !== 'string' || /^utf-?8$/i.test(encoding);
        take(isText ? piece : Buffer.from(piece, encoding));
        done();
      },
    });
  stream.write = (...call: unknown[]) => Reflect.apply(Writable.prototype.write, fresh(), call);
  stream.end = (...call: unknown[]) => {
    Reflect.apply(
      Writable.prototype.end,
      fresh().once('finish', () => stream.emit('finish')),
      call,
    );
    return stream;
  };
}
