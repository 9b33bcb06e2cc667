import { refuseUnknown, wholeNumber } from '../errors';

export interface TextPiecesOptions {
  /** Characters (code points) in a piece. */
  length: number;
  /** Characters from one piece's start to the next one's; default `length`, so that no two pieces overlap. */
  every?: number;
}

/**
 * Pieces of one length, cut from a text in order; what is left at its end and fills no piece is dropped.
 *
 * @returns none where the text is shorter than a piece
 * @example textPieces('abcdefg', { length: 3, every: 2 }) // → abc,cde,efg
 * @throws RecurrentError for a length or distance that is no whole number of at least 1
 */
export function textPieces(text: string, options: TextPiecesOptions): string[] {
  refuseUnknown('textPieces', options, ['length', 'every']);
  const length = wholeNumber('textPieces', 'length', options.length);
  const every = wholeNumber('textPieces', 'every', options.every ?? length);
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let start = 0; start + length <= characters.length; start += every)
    pieces.push(characters.slice(start, start + length).join(''));
  return pieces;
}
