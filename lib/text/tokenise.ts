import { fail, refuseUnknown } from '../errors';
import { normalisePersian } from './normalise-persian';

export interface TokeniseOptions {
  /** What is done before: English is written in small letters, Persian in one spelling. Default 'en'. */
  language?: 'en' | 'fa';
  /** Whether English words are written in small letters; default true. */
  lowerCase?: boolean;
  /** Whether each sign of punctuation is a token, or none is; default true. */
  punctuation?: boolean;
}

/**
 * A word with what is inside it (an apostrophe, a hyphen, a half-space, a mark), or a number with its separators, or any
 * other sign that is no space.
 */
const TOKEN =
  /\p{L}[\p{L}\p{M}\u200c]*(?:['’-]\p{L}[\p{L}\p{M}\u200c]*)*|\p{N}+(?:[.,٫٬/:]\p{N}+)*|[^\s\u200c]/gu;
const IS_WORD = /^[\p{L}\p{N}]/u;

/**
 * The words of a text, and its punctuation.
 *
 * @example tokenise("Don't panic: it's 3.5!") // → don't,panic,:,it's,3.5,!
 * @throws RecurrentError for an option it does not know, or another language
 */
export function tokenise(text: string, options: TokeniseOptions = {}): string[] {
  refuseUnknown('tokenise', options, ['language', 'lowerCase', 'punctuation']);
  const { language = 'en', lowerCase = true, punctuation = true } = options;
  if (language !== 'en' && language !== 'fa') fail('tokenise', `language must be en or fa, got ${language}`);
  const spelt = language === 'fa' ? normalisePersian(text) : text.normalize('NFC').replace(/’/g, "'");
  const tokens = (language === 'en' && lowerCase ? spelt.toLowerCase() : spelt).match(TOKEN) ?? [];
  return punctuation ? tokens : tokens.filter((token) => IS_WORD.test(token));
}

/**
 * The sentences of a text, by the rules of Unicode for the language, without the spaces around them.
 *
 * @example sentencesOf('It rains. Does it? Yes.') // → It rains.,Does it?,Yes.
 */
export function sentencesOf(text: string, language: 'en' | 'fa' = 'en'): string[] {
  const segments = new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text);
  return Array.from(segments, ({ segment }) => segment.trim()).filter(Boolean);
}
