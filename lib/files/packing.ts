/** What a packed file is, in words, by the bytes at a place near its beginning. */
const KINDS: readonly (readonly [name: string, at: number, hex: string])[] = [
  ['a gzip file', 0, '1f8b'],
  ['a zip archive', 0, '504b0304'],
  // An archive of no file, and the first part of one in several.
  ['a zip archive', 0, '504b0506'],
  ['a zip archive', 0, '504b0708'],
  ['a bzip2 file', 4, '314159265359'],
  ['an xz file', 0, 'fd377a585a00'],
  ['an lzip file', 0, '4c5a495001'],
  ['a Zstandard file', 0, '28b52ffd'],
  ['an LZ4 file', 0, '04224d18'],
  ['a compress (.Z) file', 0, '1f9d'],
  ['a 7-Zip archive', 0, '377abcaf271c'],
  ['a RAR archive', 0, '526172211a07'],
  ['a tar archive', 257, '7573746172'],
];

/** What kind of packed file the bytes are, such as `'a gzip file'`; undefined for any other. */
export function packingOf(bytes: Buffer): string | undefined {
  return KINDS.find(([, at, hex]) => bytes.toString('hex', at, at + hex.length / 2) === hex)?.[0];
}
