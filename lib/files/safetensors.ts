import { util } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { readWhole } from './read-bytes';
import { writeWhole } from './write-whole';

/** Numbers with a shape, outside any engine. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: Record<string, TensorData>;
  /** Free text by name. */
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

const float16 = (bits: number): number => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** Whole numbers of any width as 32-bit ones, which tfjs has. */
function whole32(values: Iterable<number | bigint>): Int32Array {
  return Int32Array.from([...values], (value) => {
    const number = Number(value);
    if (number !== (number | 0)) throw new RangeError(`${value} does not fit 32 bits`);
    return number;
  });
}

/** By dtype: bytes of a number, and how its bytes (aligned, little-endian) become an array that tfjs takes. */
const readers = new Map<string, [bytes: number, read: (bytes: ArrayBuffer) => TensorData['data']]>([
  ['F64', [8, (b) => Float32Array.from(new Float64Array(b))]],
  ['F32', [4, (b) => new Float32Array(b)]],
  ['F16', [2, (b) => Float32Array.from(new Uint16Array(b), float16)]],
  ['BF16', [2, (b) => new Float32Array(Uint32Array.from(new Uint16Array(b), (bits) => bits << 16).buffer)]],
  ['I64', [8, (b) => whole32(new BigInt64Array(b))]],
  ['U64', [8, (b) => whole32(new BigUint64Array(b))]],
  ['I32', [4, (b) => new Int32Array(b)]],
  ['U32', [4, (b) => whole32(new Uint32Array(b))]],
  ['I16', [2, (b) => Int32Array.from(new Int16Array(b))]],
  ['U16', [2, (b) => Int32Array.from(new Uint16Array(b))]],
  ['I8', [1, (b) => Int32Array.from(new Int8Array(b))]],
  ['U8', [1, (b) => new Uint8Array(b)]],
  ['BOOL', [1, (b) => new Uint8Array(b)]],
]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isInteger(n) && n >= 0);

function parseHeader(where: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    if (isObject(header)) return header;
  } catch (error) {
    fail(where, `the header is not JSON (${(error as Error).message})`);
  }
  return fail(where, 'the header must be a JSON object of tensors by name');
}

function checkedMetadata(where: string, metadata: unknown): Record<string, string> {
  if (metadata == null) return {};
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Record<string, string>;
  }
  return fail(where, `__metadata__ must hold text by name, got ${JSON.stringify(metadata)}`);
}

function checkedEntry(where: string, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : ({} as Record<string, unknown>);
  if (!areSizes(shape)) fail(where, `tensor "${name}" must have a shape, got ${JSON.stringify(shape)}`);
  if (!areSizes(offsets) || offsets.length !== 2) {
    fail(where, `tensor "${name}" must have a first and a last offset, got ${JSON.stringify(offsets)}`);
  }
  if (!readers.has(dtype as string)) {
    const known = [...readers.keys()].join(', ');
    fail(where, `tensor "${name}" has dtype ${dtype}, which is not known; known are ${known}`);
  }
  return value as Entry;
}

/** The header, with everything it says of the data checked against `size`, the bytes there are. */
function checkedHeader(
  where: string,
  bytes: Uint8Array,
  size: number,
): [entries: [string, Entry][], metadata: Record<string, string>] {
  const { __metadata__: metadata, ...rest } = parseHeader(where, bytes);
  const entries = Object.entries(rest).map(([name, value]): [string, Entry] => [
    name,
    checkedEntry(where, name, value),
  ]);
  // An empty tensor begins and ends where the one after it begins.
  entries.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const [width] = readers.get(dtype) as [number, unknown];
    const fits = offsets[0] === end && offsets[1] - offsets[0] === sizeOf(shape) * width;
    if (!fits) fail(where, `tensor "${name}" of shape [${shape}] does not fill bytes ${offsets} of the data`);
    end = offsets[1];
  }
  if (end !== size) fail(where, `the tensors take ${end} bytes, the file has ${size}`);
  return [entries, checkedMetadata(where, metadata)];
}

const sizeOf = (shape: readonly number[]): number => util.sizeFromShape([...shape]);

/**
 * What `readSafetensors` does with a file's bytes.
 *
 * @param name what an error calls the bytes
 */
export function parseSafetensors(bytes: Uint8Array, name = 'safetensors'): SafetensorsFile {
  const where = `readSafetensors: ${name}`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) fail(where, `a file has at least 8 bytes, this has ${bytes.length}`);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MOST_HEADER_BYTES || 8 + headerBytes > bytes.length) {
    fail(where, `the header should have ${headerBytes} bytes, the file has ${bytes.length}`);
  }
  const start = 8 + headerBytes;
  const [entries, metadata] = checkedHeader(where, bytes.subarray(8, start), bytes.length - start);
  const read = ([key, { dtype, shape, data_offsets: offsets }]: [string, Entry]): [string, TensorData] => {
    const own = new Uint8Array(bytes.subarray(start + offsets[0], start + offsets[1]));
    const [, reader] = readers.get(dtype) as [number, (bytes: ArrayBuffer) => TensorData['data']];
    try {
      return [key, { shape, data: reader(own.buffer) }];
    } catch (error) {
      return fail(where, `tensor "${key}": ${(error as Error).message}`);
    }
  };
  return { tensors: Object.fromEntries(entries.map(read)), metadata };
}

/**
 * Reads a safetensors file, by which PyTorch, JAX and Keras users exchange weights. Doubles and half floats become
 * float32, whole numbers 32-bit ones; tensors may be empty, as of shape [0, 3].
 *
 * @throws RecurrentError for a file that is cut off, overlaps itself, or holds an unknown type (such as 8-bit floats)
 *   or a whole number beyond 32 bits
 * @see https://huggingface.co/docs/safetensors
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  return parseSafetensors(await readWhole('readSafetensors', path), path);
}

/** The bytes of a safetensors file. Float32, int32 and bytes stay what they are. */
export function formatSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  if (Object.hasOwn(tensors, '__metadata__')) {
    fail('writeSafetensors', 'a tensor may not be called __metadata__, which the format keeps for itself');
  }
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  // The widest numbers first, which keeps all of them aligned.
  const width = (name: string) => tensors[name].data.BYTES_PER_ELEMENT;
  const names = Object.keys(tensors).sort((a, b) => width(b) - width(a));
  for (const name of names) {
    const { shape, data } = tensors[name];
    if (sizeOf(shape) !== data.length) {
      fail('writeSafetensors', `tensor "${name}" has shape [${shape}] and ${data.length} numbers`);
    }
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8';
    header.push([name, { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let at = 8 + padded;
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = tensors[name].data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** Writes a safetensors file, whole or not at all. */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, TensorData>,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeWhole(path, formatSafetensors({ tensors, metadata }));
}
