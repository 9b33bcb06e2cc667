import { readFile } from 'node:fs/promises';
import { fail } from '../errors';
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
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

const float16 = (bits: number): number => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

const wholeFrom64 = (value: bigint): number => {
  const number = Number(BigInt.asIntN(32, value));
  return BigInt(number) === value ? number : fail('readSafetensors', `${value} does not fit 32 bits`);
};

/** By dtype: bytes of a number, and how its bytes (aligned, little-endian) become an array that tfjs takes. */
const readers: Record<string, [bytes: number, read: (bytes: ArrayBuffer) => TensorData['data']]> = {
  F64: [8, (b) => Float32Array.from(new Float64Array(b))],
  F32: [4, (b) => new Float32Array(b)],
  F16: [2, (b) => Float32Array.from(new Uint16Array(b), float16)],
  BF16: [2, (b) => new Float32Array(Uint32Array.from(new Uint16Array(b), (bits) => bits << 16).buffer)],
  I64: [8, (b) => Int32Array.from([...new BigInt64Array(b)].map(wholeFrom64))],
  I32: [4, (b) => new Int32Array(b)],
  I16: [2, (b) => Int32Array.from(new Int16Array(b))],
  U8: [1, (b) => new Uint8Array(b)],
  BOOL: [1, (b) => new Uint8Array(b)],
};

/** The header, with everything it says of the data checked against `size`, the bytes there are. */
function checkedHeader(
  where: string,
  text: string,
  size: number,
): [Map<string, Entry>, Record<string, string>] {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text);
  } catch (error) {
    return fail(where, `the header is not JSON (${(error as Error).message})`);
  }
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = Object.entries(rest as Record<string, Entry>);
  entries.sort(([, a], [, b]) => a.data_offsets?.[0] - b.data_offsets?.[0]);
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const bytes =
      readers[dtype]?.[0] ?? fail(where, `tensor "${name}" has dtype ${dtype}, which is not known`);
    const numbers = Array.isArray(shape) ? shape.reduce((product, n) => product * n, 1) : Number.NaN;
    const fits = offsets?.[0] === end && offsets[1] - offsets[0] === numbers * bytes;
    if (!fits) fail(where, `tensor "${name}" of shape [${shape}] does not fill bytes ${offsets} of the data`);
    end = offsets[1];
  }
  if (end !== size) fail(where, `the tensors take ${end} bytes, the file has ${size}`);
  return [new Map(entries), metadata as Record<string, string>];
}

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
  const text = new TextDecoder().decode(bytes.subarray(8, start));
  const [entries, metadata] = checkedHeader(where, text, bytes.length - start);
  const tensors: Record<string, TensorData> = {};
  for (const [key, { dtype, shape, data_offsets: offsets }] of entries) {
    const own = new Uint8Array(bytes.subarray(start + offsets[0], start + offsets[1]));
    tensors[key] = { shape, data: readers[dtype][1](own.buffer) };
  }
  return { tensors, metadata };
}

/**
 * Reads a safetensors file, by which PyTorch, JAX and Keras users exchange weights. Doubles and half floats become
 * float32, 64-bit whole numbers 32-bit ones.
 *
 * @throws RecurrentError for a file that is cut off, overlaps itself, or holds an unknown type
 * @see https://huggingface.co/docs/safetensors
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  return parseSafetensors(await readFile(path), path);
}

/** The bytes of a safetensors file. Float32, int32 and bytes stay what they are. */
export function formatSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  // The widest numbers first, which keeps all of them aligned.
  const width = (name: string) => tensors[name].data.BYTES_PER_ELEMENT;
  const names = Object.keys(tensors).sort((a, b) => width(b) - width(a));
  for (const name of names) {
    const { shape, data } = tensors[name];
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) {
      fail('writeSafetensors', `tensor "${name}" has shape [${shape}] and ${data.length} numbers`);
    }
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8';
    header[name] = { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
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
