import { writeFileSync } from 'node:fs';
import { Random } from 'recurrent-lab';

/** As many words as the addresses of the American presidents have, in sentences of their mean length. */
const [WORDS, SENTENCE, VOCABULARY] = [1_800_000, 28, 24_000];

/** Writes a text whose words are as frequent as Zipf's law has them, a sentence a line; time hangs on nothing else. */
export function writeText(path: string): void {
  const random = Random.seeded(1);
  const shares = Float64Array.from({ length: VOCABULARY }, (_, i) => 1 / (i + 2.7));
  for (let i = 1; i < VOCABULARY; i++) shares[i] += shares[i - 1];
  const draw = () => {
    const at = random.uniform() * shares[VOCABULARY - 1];
    let [low, high] = [0, VOCABULARY - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shares[middle] < at) low = middle + 1;
      else high = middle;
    }
    return `w${low}`;
  };
  const lines = Array.from({ length: Math.ceil(WORDS / SENTENCE) }, () =>
    Array.from({ length: SENTENCE }, draw).join(' '),
  );
  writeFileSync(path, lines.join('\n'));
}
