import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fail } from '../errors';
import { formatSafetensors, parseSafetensors, type TensorData } from '../files/safetensors';
import { writeWhole } from '../files/write-whole';

/** What a checkpoint file holds: numbers, and the rest as JSON. */
export interface CheckpointContent {
  readonly state: unknown;
  readonly tensors: Record<string, TensorData>;
}

const FORMAT = 'recurrent checkpoint 1';
const BLANK = '0'.repeat(64);

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
  const metadata = { format: FORMAT, sha256: BLANK, state: JSON.stringify(state) };
  const bytes = formatSafetensors({ tensors, metadata });
  await writeWhole(path, withDigest(bytes, BLANK, digest(bytes)));
}

/**
 * Reads what `writeCheckpoint` wrote.
 *
 * @throws RecurrentError for a file that is cut off, changed, or something else
 */
export async function readCheckpoint(path: string): Promise<CheckpointContent> {
  const bytes = await readFile(path);
  const { tensors, metadata } = parseSafetensors(bytes, path);
  if (metadata.format !== FORMAT) fail('checkpoint', `${path} is no checkpoint of this library`);
  if (digest(withDigest(bytes, metadata.sha256, BLANK)) !== metadata.sha256) {
    fail('checkpoint', `${path} was changed since it was written`);
  }
  return { state: JSON.parse(metadata.state), tensors };
}
