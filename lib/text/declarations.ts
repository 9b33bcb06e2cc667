import { readFileSync } from 'node:fs';
import { shippedFile } from '../files/data-folder';

/** The Universal Declaration of Human Rights in one language. */
export interface Declaration {
  /** ISO 639-3, e.g. `pes` for Western Farsi. */
  readonly code: string;
  /** The language's English name. */
  readonly language: string;
  /** The preamble's and the articles' paragraphs, in order. */
  readonly paragraphs: readonly string[];
}

/**
 * The declaration in the languages that are shipped, all in the Arabic script: Persian, Arabic, Urdu, Pashto
 * and Uyghur. The same content paragraph by paragraph, so that languages differ and topics do not.
 *
 * @throws RecurrentError outside the course, which the texts are shipped with
 */
export function loadDeclarations(): Declaration[] {
  const path = shippedFile('loadDeclarations', 'declarations.json', "run this in the course's folder");
  return JSON.parse(readFileSync(path, 'utf8')) as Declaration[];
}
