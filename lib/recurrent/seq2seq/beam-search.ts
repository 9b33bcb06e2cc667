import { fail, refuseUnknown, wholeNumber } from '../../errors';

export interface BeamOptions {
  /** How many beginnings are kept at every step; 1 is greedy. Default 4. */
  width?: number;
  /** Tokens after which a sequence is cut off where it has not ended; default 50. */
  maxLength?: number;
  /** α of the score log P / length^α: 0 (default) is the plain probability, 1 its mean per token, which favours long ones. */
  lengthPenalty?: number;
}

/** A sequence that the search found. */
export interface Hypothesis {
  readonly tokens: number[];
  /** log P of the tokens and the end, in nats. */
  readonly logProb: number;
  readonly score: number;
}

interface Beam {
  tokens: number[];
  logProb: number;
}

/**
 * Looks for the likeliest sequences by keeping the `width` best beginnings at every step.
 *
 * @param next log-probabilities of every token after each beginning: given the place of its parent among the
 *   beginnings of the step before, and its last token
 * @returns up to `width` sequences, the best score first; those cut off at `maxLength` only where none has ended
 * @see B. Lowerre, "The HARPY speech recognition system", 1976
 */
export async function beamSearch(
  start: number,
  end: number,
  options: BeamOptions,
  next: (parents: number[], tokens: number[]) => Promise<number[][]>,
): Promise<Hypothesis[]> {
  refuseUnknown('beam', options, ['width', 'maxLength', 'lengthPenalty']);
  const width = wholeNumber('beam', 'width', options.width ?? 4);
  const maxLength = wholeNumber('beam', 'maxLength', options.maxLength ?? 50);
  const penalty = options.lengthPenalty ?? 0;
  if (!(penalty >= 0)) fail('beam', `lengthPenalty must be 0 or more, got ${penalty}`);
  const scored = ({ tokens, logProb }: Beam, length: number): Hypothesis => ({
    tokens,
    logProb,
    score: logProb / length ** penalty,
  });
  let beams: Beam[] = [{ tokens: [], logProb: 0 }];
  let parents = [0];
  const ended: Hypothesis[] = [];
  for (let length = 1; length <= maxLength + 1 && beams.length > 0; length++) {
    const rows = await next(
      parents,
      beams.map(({ tokens }) => tokens.at(-1) ?? start),
    );
    const grown = rows.flatMap((row, parent) =>
      row.map((logProb, token) => ({ parent, token, logProb: beams[parent].logProb + logProb })),
    );
    const best = grown
      .filter(
        ({ logProb, token }) => logProb > Number.NEGATIVE_INFINITY && (length <= maxLength || token === end),
      )
      .sort((a, b) => b.logProb - a.logProb || a.parent - b.parent || a.token - b.token)
      .slice(0, width);
    for (const { parent, token, logProb } of best) {
      if (token === end) ended.push(scored({ tokens: beams[parent].tokens, logProb }, length));
    }
    ended.sort((a, b) => b.score - a.score).splice(width);
    const open = best.filter(({ token }) => token !== end);
    // Without a penalty a beginning can only become less likely.
    const hopeless =
      ended.length === width && penalty === 0 ? ended[width - 1].score : Number.NEGATIVE_INFINITY;
    const kept = open.filter(({ logProb }) => logProb > hopeless);
    if (kept.length === 0 && ended.length === 0) break;
    parents = kept.map(({ parent }) => parent);
    const old = beams;
    beams = kept.map(({ parent, token, logProb }) => ({ tokens: [...old[parent].tokens, token], logProb }));
  }
  return ended.length > 0 ? ended : beams.map((beam) => scored(beam, Math.max(1, beam.tokens.length)));
}
