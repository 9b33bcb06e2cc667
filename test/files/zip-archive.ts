import zlib from 'node:zlib';

const { crc32 } = zlib as unknown as { crc32(data: Buffer): number };

/** How an archive is written; default as most are, packed with Deflate. */
export interface ZipOptions {
  /** The number of the packing method; for others than 0 and 8 the content stands there as it is. Default 8. */
  method?: number;
  /** Bits of the general purpose flag, such as 1 for encryption. */
  flags?: number;
  /** Length and checksum follow the data, as where an archive was written to a pipe. */
  descriptor?: boolean;
  /** Lengths and places stand in 64 bits, as where an archive was to have any size. */
  zip64?: boolean;
}

const bytes16 = (...numbers: number[]) => Buffer.from(Uint16Array.from(numbers).buffer);
const bytes32 = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer);
const bytes64 = (...numbers: number[]) => Buffer.from(BigUint64Array.from(numbers, BigInt).buffer);
const signature = (text: string) => Buffer.from(`PK${text}`, 'latin1');

/** A zip archive of the given files, as PKWARE's APPNOTE lays it out. */
export function zipArchive(files: Record<string, Buffer>, options: ZipOptions = {}): Buffer {
  const { method = 8, flags = 0, descriptor = false, zip64 = false } = options;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const packed = method === 8 ? zlib.deflateRawSync(content, { level: 1 }) : content;
    const name = Buffer.from(path);
    const sizes = [packed.length, content.length];
    // Bit 11 says that the name is UTF-8.
    const head = bytes16(20, flags | 0x800 | (descriptor ? 8 : 0), method, 0, 0);
    const short = zip64 ? bytes32(0xffffffff, 0xffffffff) : bytes32(...sizes);
    const checksum = bytes32(crc32(content));
    const wide = (...numbers: number[]) =>
      zip64 ? Buffer.concat([bytes16(1, 8 * numbers.length), bytes64(...numbers)]) : Buffer.alloc(0);
    const [extra, fullExtra] = [
      wide(content.length, packed.length),
      wide(content.length, packed.length, offset),
    ];
    const local = Buffer.concat([
      signature('\x03\x04'),
      head,
      ...(descriptor ? [Buffer.alloc(12)] : [checksum, short]),
      bytes16(name.length, extra.length),
      name,
      extra,
      packed,
      ...(descriptor ? [signature('\x07\x08'), checksum, zip64 ? bytes64(...sizes) : bytes32(...sizes)] : []),
    ]);
    directory.push(
      signature('\x01\x02'),
      bytes16(20),
      head,
      checksum,
      short,
      bytes16(name.length, fullExtra.length, 0, 0, 0),
      bytes32(0, zip64 ? 0xffffffff : offset),
      name,
      fullExtra,
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end64 = [
    ...[signature('\x06\x06'), bytes64(44), bytes16(45, 45), bytes32(0, 0)],
    bytes64(count, count, central.length, offset),
    ...[signature('\x06\x07'), bytes32(0), bytes64(offset + central.length), bytes32(1)],
  ];
  return Buffer.concat([
    ...parts,
    central,
    ...(zip64 ? end64 : []),
    ...[signature('\x05\x06'), bytes16(0, 0, count, count)],
    zip64 ? bytes32(0xffffffff, 0xffffffff) : bytes32(central.length, offset),
    bytes16(0),
  ]);
}
