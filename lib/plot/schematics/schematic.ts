import type { Words } from '../names';
import { Drawing } from './drawing';

/** A schematic of the lecture: a picture with its description in both languages. */
export class Schematic {
  constructor(
    /** What the picture shows, in a few words. */
    readonly title: Words,
    /** What one sees on it, for who does not. */
    readonly description: Words,
    private readonly draw: (title: string, description: string) => string,
  ) {}

  /** The picture as a self-contained SVG document; the same options give the same text. */
  toSvg(): string {
    return this.draw(bothLines(this.title, ' · '), bothLines(this.description, '\n'));
  }

  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    const { title, description } = this;
    return {
      'image/svg+xml': this.toSvg(),
      'text/plain': `${title.fa}: ${description.fa}\n${title.en}: ${description.en}`,
    };
  }
}

const bothLines = ({ fa, en }: Words, between: string) => `${fa}${between}${en}`;

/** Draws a schematic with its title as the caption. */
export function schematic(title: Words, description: Words, draw: (drawing: Drawing) => void): Schematic {
  const drawing = new Drawing();
  draw(drawing);
  drawing.caption(title);
  return new Schematic(title, description, (...texts) => drawing.toSvg(...texts));
}
