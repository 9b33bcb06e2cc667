import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { fail, RecurrentError } from '../errors';
import { formatSafetensors, parseSafetensors, type TensorData } from '../files/safetensors';
import { writeWhole } from '../files/write-whole';

/** What a checkpoint file holds: numbers, and the rest as JSON. */
export interface CheckpointContent {
  readonly state: unknown;
  readonly tensors: Record<string, TensorData>;
}

const FORMAT = 'recurrent checkpoint 2';
const EARLIER = ['recurrent checkpoint 1'];
const BLANK = '0'.repeat(64);

/** A whole checkpoint of a layout that is not read any more. */
export class EarlierFormat extends RecurrentError {}

/** In place of numbers that JSON does not have. */
const NUMBER = 'not in JSON';

const toJson = (state: unknown) =>
  JSON.stringify(state, (_, value) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? { [NUMBER]: Object.is(value, -0) ? '-0' : String(value) }
      : value,
  );

const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, value) =>
    typeof value?.[NUMBER] === 'string' && Object.keys(value).length === 1 ? Number(value[NUMBER]) : value,
  );

/** Whether a value comes out of a checkpoint as it went in. */
export const isHeld = (value: unknown) =>
  value === null || (value !== undefined && isDeepStrictEqual(fromJson(toJson(value) ?? 'null'), value));

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Puts `text` in place of the digest, wherever in the header it stands. */
function withDigest(bytes: Uint8Array, old: string, text: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(`"sha256":"${old}"`);
  copy.write(text, at + '"sha256":"'.length, 'latin1');
  return copy;
}

/** Writes a checkpoint as a safetensors file whose metadata hold the state and a digest of the whole file. */
export async function writeCheckpoint(path: string, { state, tensors }: CheckpointContent): Promise<void> {
  const metadata = { format: FORMAT, sha256: BLANK, state: toJson(state) };
  const bytes = formatSafetensors({ tensors, metadata });
  await writeWhole(path, withDigest(bytes, BLANK, digest(bytes)));
}

/**
 * Reads what `writeCheckpoint` wrote.
 *
 * @throws RecurrentError for a file that is cut off, changed, or something else; EarlierFormat for an earlier layout
 */
export async function readCheckpoint(path: string): Promise<CheckpointContent> {
  const bytes = await readFile(path);
  const { tensors, metadata } = parseSafetensors(bytes, path);
  if (EARLIER.includes(metadata.format)) {
    const made = `${path} was made by an earlier version, whose checkpoints leave out what a run needs to go on`;
    throw new EarlierFormat(`checkpoint: ${made} to the same bytes: train again, in another folder`);
  }
  if (metadata.format !== FORMAT) fail('checkpoint', `${path} is no checkpoint of this library`);
  if (digest(withDigest(bytes, metadata.sha256, BLANK)) !== metadata.sha256) {
    fail('checkpoint', `${path} was changed since it was written`);
  }
  return { state: fromJson(metadata.state), tensors };
}
