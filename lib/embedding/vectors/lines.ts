import { fail } from '../../errors';
import { decodeText, plainText } from '../../files/plain-text';
import { readBytes } from '../../files/read-bytes';

/** The lines of a text file, plain or packed, with their numbers; empty ones are left out. */
export async function readLines(where: string, path: string): Promise<[line: number, text: string][]> {
  const bytes = await readBytes(where, path);
  let text: string;
  try {
    text = decodeText(plainText(bytes));
  } catch (error) {
    return fail(where, `${path}: ${(error as Error).message}`);
  }
  const lines = text.split('\n').map((line, i): [number, string] => [i + 1, line.replace(/\r$/, '')]);
  return lines.filter(([, line]) => line.trim() !== '');
}
