/**
 * Ours in tools/bench/word2vec.ts, in a process of its own, since RECURRENT_THREADS holds for a whole process: reads a
 * JSON request a line, answers with the times of its runs in seconds.
 *
 * {"path": "text.txt"}
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ready, word2vec } from 'recurrent-lab';

async function main(): Promise<void> {
  await ready();
  console.log(JSON.stringify({ version: 'ours' }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { path } = JSON.parse(line) as { path: string };
    const sentences = readFileSync(path, 'utf8')
      .split('\n')
      .map((sentence) => sentence.split(' '));
    const { seconds } = await word2vec(sentences, { epochs: 1, seed: 1 });
    console.log(JSON.stringify({ times: [seconds] }));
  }
}

void main();
