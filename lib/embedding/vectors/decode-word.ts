import { fail } from '../../errors';

/** What becomes of a word that is not UTF-8: the file is refused, or the word read with `�` for what is not. */
export type UnicodeErrors = 'strict' | 'replace';

const MOST_SHOWN = 40;

const decoders = {
  strict: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
  replace: new TextDecoder('utf-8', { ignoreBOM: true }),
};

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at];
  return bits < 0x80;
}

/**
 * The word that some bytes are.
 *
 * @param where what an error begins with: the function, the file and the line
 */
export function decodeWord(
  where: () => string,
  bytes: Buffer,
  start: number,
  end: number,
  errors: UnicodeErrors,
): string {
  if (isAscii(bytes, start, end)) return bytes.toString('latin1', start, end);
  try {
    return decoders[errors].decode(bytes.subarray(start, end));
  } catch {
    const shown = bytes.toString('hex', start, Math.min(end, start + MOST_SHOWN)).replace(/..(?=.)/g, '$& ');
    return fail(
      where(),
      `expected a word in UTF-8, got the bytes ${shown}; unicodeErrors: 'replace' reads it with � in it`,
    );
  }
}

/** Bytes of a file as an error shows them: the first ones, what is no UTF-8 as `�`. */
export function shown(bytes: Buffer): string {
  const text = decoders.replace.decode(bytes.subarray(0, MOST_SHOWN));
  return JSON.stringify(bytes.length > MOST_SHOWN ? `${text}…` : text);
}
