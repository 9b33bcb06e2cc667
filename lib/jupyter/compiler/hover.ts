import type * as TS from '@tslab/typescript-for-tslab';

/**
 * What TypeScript says of a name that it does not know: a bare type, where it gives a name with its type for one that it
 * knows; an import of nothing; and `this` at the top, which is undefined in a module, and not in a cell.
 */
const UNKNOWN = /^(any|undefined|import \S+|type \S+ = \/\*unresolved\*\/ any)$/;

/** A name's signature and doc comment in Markdown, or undefined where there is none. */
export function hoverText(info: TS.QuickInfo | undefined): string | undefined {
  const signature = join(info?.displayParts);
  if (!info || !signature || UNKNOWN.test(signature)) return undefined;
  const tags = (info.tags ?? []).map(({ name, text }) => {
    const said = join(text);
    return said ? `*@${name}* ${said}` : `*@${name}*`;
  });
  const documentation = join(info.documentation);
  return [`\`\`\`typescript\n${signature}\n\`\`\``, documentation, tags.join('  \n')]
    .filter(Boolean)
    .join('\n\n');
}

function join(parts: TS.SymbolDisplayPart[] | undefined): string {
  return (parts ?? []).map((part) => part.text).join('');
}
