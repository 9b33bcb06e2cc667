import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, RecurrentError } from '../errors';
import { type CheckpointContent, EarlierFormat, readCheckpoint, writeCheckpoint } from './checkpoint-file';

const FILE = /^epoch-(\d+)\.safetensors$/;

/** The checkpoints of one run: a file for each epoch that is kept. */
export class CheckpointFolder {
  /**
   * @param path made where it is missing
   * @param keep how many of the latest checkpoints stay
   */
  constructor(
    readonly path: string,
    private readonly keep: number,
  ) {}

  private file(epoch: number): string {
    return join(this.path, `epoch-${String(epoch).padStart(5, '0')}.safetensors`);
  }

  /** The epochs there are files of, in order. */
  async epochs(): Promise<number[]> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const epochs = names.map((name) => FILE.exec(name)).filter((match) => match !== null);
    return epochs.map((match) => Number(match?.[1])).sort((a, b) => a - b);
  }

  /** Makes the folder, and takes away what a killed run left half written. */
  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    for (const name of await readdir(this.path)) {
      if (name.endsWith('.part')) await rm(join(this.path, name), { force: true });
    }
  }

  /**
   * The latest whole checkpoint, null where there is none; a damaged one is named on standard error and the one
   * before it used.
   *
   * @throws RecurrentError where all are damaged, or they are of an earlier layout
   */
  async latest(): Promise<CheckpointContent | null> {
    const damaged: string[] = [];
    for (const epoch of (await this.epochs()).reverse()) {
      const content = await readCheckpoint(this.file(epoch)).catch((error) => {
        if (!(error instanceof RecurrentError) || error instanceof EarlierFormat) throw error;
        damaged.push(error.message);
        return null;
      });
      if (!content) continue;
      for (const message of damaged) console.warn(`${message}; going on from ${this.file(epoch)}`);
      return content;
    }
    if (damaged.length > 0)
      fail('checkpoint', `no checkpoint in ${this.path} is whole (${damaged.join('; ')})`);
    return null;
  }

  /** Writes the checkpoint of an epoch, and takes away those that are too old to be kept. */
  async write(epoch: number, content: CheckpointContent): Promise<void> {
    await writeCheckpoint(this.file(epoch), content);
    const earlier = (await this.epochs()).filter((saved) => saved <= epoch);
    for (const old of earlier.slice(0, -this.keep)) await rm(this.file(old), { force: true });
  }
}
