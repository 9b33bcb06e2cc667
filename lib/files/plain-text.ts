const NEWLINE = 10;
const RETURN = 13;
/** Bytes decoded at a time: a text of 1 GiB is longer than a string can be. */
const PIECE = 2 ** 24;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
/** What Windows-1252 has where Latin-1 has control characters; Node 20's decoder takes the one for the other. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Text as UTF-8 where it is valid UTF-8, else as Windows-1252, which agrees with Latin-1 on all letters. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    return latin1.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]);
  }
}

/**
 * A text's bytes without a byte order mark, UTF-16 with one made UTF-8, and with the line ends of old Macs (`\r`) made
 * `\n`. What needs none of it is not copied.
 *
 * @throws Error with the reason for what begins as UTF-16 and is not
 */
export function plainText(bytes: Buffer): Buffer {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return unixLines(fromUtf16(bytes, 'utf-16le'));
  if (first === 0xfe && second === 0xff) return unixLines(fromUtf16(bytes, 'utf-16be'));
  return unixLines(first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes);
}

function fromUtf16(bytes: Buffer, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const pieces: Buffer[] = [];
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const more = at + PIECE < bytes.length;
      pieces.push(Buffer.from(decoder.decode(bytes.subarray(at, at + PIECE), { stream: more })));
    }
  } catch {
    throw new Error('begins with the byte order mark of UTF-16, and is no UTF-16 text');
  }
  return Buffer.concat(pieces);
}

/** Whether a text has the line ends of old Macs, its first line shows. */
function unixLines(bytes: Buffer): Buffer {
  const newline = bytes.indexOf(NEWLINE);
  const firstLine = newline < 0 ? bytes : bytes.subarray(0, newline);
  let firstReturn = firstLine.indexOf(RETURN);
  if (firstReturn < 0) return bytes;
  while (bytes[firstReturn] === RETURN) firstReturn++;
  if (firstReturn === newline) return bytes;
  const lines = Buffer.from(bytes);
  for (let at = lines.indexOf(RETURN); at >= 0; at = lines.indexOf(RETURN, at + 1)) {
    if (lines[at + 1] !== NEWLINE) lines[at] = NEWLINE;
  }
  return lines;
}
