import { expect } from 'chai';
import type { Schematic } from 'recurrent-lab';
import { elements, labels, parseSvg, reach } from './svg';

/** What every schematic keeps to, as tests of one picture. */
export function describePicture(name: string, draw: () => Schematic): void {
  describe(name, () => {
    const svg = draw().toSvg();
    const root = parseSvg(svg);

    it('is the same text each time, without ids that two pictures of a page could share', () => {
      expect(draw().toSvg()).to.equal(svg);
      expect(svg).to.not.match(/\bid=|url\(|NaN|undefined/);
    });

    it('speaks both languages, also to who does not see it', () => {
      expect(root.getAttribute('role')).to.equal('img');
      for (const spoken of ['title', 'desc'])
        expect(elements(root, spoken)[0].textContent).to.match(/[ا-ی].*[\s\S]*[a-z]{3}/);
      const written = labels(root).filter(({ language }) => language);
      for (const language of ['fa', 'en'])
        expect(written.filter((label) => label.language === language)).to.not.be.empty;
      for (const { text, language } of written)
        expect(text).to.match(language === 'fa' ? /^[^\d]*[ا-ی][^\d]*$/ : /^[ -~]+$/);
    });

    it('reaches nowhere out of its panel', () => {
      const [x, y, width, height] = root.getAttribute('viewBox')!.split(' ').map(Number);
      for (const [px, py] of reach(root)) {
        expect(px).to.be.within(x, x + width);
        expect(py).to.be.within(y, y + height);
      }
      const [panel] = elements(root, 'rect');
      expect(panel.getAttribute('width')).to.equal(String(width));
      expect(panel.getAttribute('fill')).to.equal('#ffffff');
    });

    it('has no label on another', () => {
      const all = labels(root);
      const meet = all.flatMap((a, i) =>
        all
          .slice(0, i)
          .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          .map((b) => `${a.text} | ${b.text}`),
      );
      expect(meet).to.deep.equal([]);
    });
  });
}

/** The labels of a picture, without their places. */
export const textsOf = (schematic: Schematic): string[] =>
  labels(parseSvg(schematic.toSvg())).map(({ text }) => text);

export const count = (texts: readonly string[], text: string): number =>
  texts.filter((other) => other === text).length;
