import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { PROJECT } from './support';

/** The project's own files, by their paths in it. */
function ownFiles(folder = ''): string[] {
  const entries = readdirSync(join(PROJECT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isFile()) return [path];
    return /^(node_modules|dist|artefacts|\..+)$/.test(entry.name) ? [] : ownFiles(path);
  });
}

const files = ownFiles();
const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

/** The comments of a source file, each with its line. */
function comments(text: string): [line: number, comment: string][] {
  const found = new Map<number, string>();
  const file = ts.createSourceFile('any.ts', text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node) => {
    const at = (from: number) => [
      ...(ts.getLeadingCommentRanges(text, from) ?? []),
      ...(ts.getTrailingCommentRanges(text, from) ?? []),
    ];
    for (const { pos, end } of [...at(node.pos), ...at(node.end)]) found.set(pos, text.slice(pos, end));
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return [...found].map(([pos, comment]) => [file.getLineAndCharacterOfPosition(pos).line + 1, comment]);
}

/** Names of files in a text that look like the project's own. */
const NAMED = /(?<![\w/.:*@<-])(?:\.{1,2}\/)?[\w-][\w./-]*\.(?:ts|mjs|cjs|py|md|ipynb)\b(?![\w(*])/g;
/** What a tool writes. */
const WRITTEN = ['table.md', 'notebook.ipynb', 'in.ipynb'];

/** Whether one of the project's files ends in this path; what is compiled is known by its source. */
function isThere(name: string): boolean {
  const path = name.replace(/^(\.{1,2}\/)+/, '').replace(/^lib\/dist\//, 'lib/');
  return files.some((file) => file === path || file.endsWith(`/${path}`));
}

describe('files named in comments and pages', () => {
  it('are there', () => {
    const sources = files.filter((path) => /^(lib|test|tools)\/.*\.(ts|mjs|cjs)$/.test(path));
    const gone: string[] = [];
    for (const path of sources) {
      for (const [line, comment] of comments(read(path))) {
        for (const [name] of comment.matchAll(NAMED)) {
          if (!isThere(name)) gone.push(`${path}:${line} names ${name}`);
        }
      }
    }
    expect(gone).to.deep.equal([]);
  });

  it('are there where a page links to them or names them as code', () => {
    const gone: string[] = [];
    for (const path of files.filter((file) => file.endsWith('.md'))) {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((link) => link[1]);
      const code = [...read(path).matchAll(/`([^`\n]+)`/g)].flatMap(([, text]) => text.match(NAMED) ?? []);
      for (const name of [...links, ...code]) {
        if (!isThere(name) && !WRITTEN.includes(name)) gone.push(`${path} names ${name}`);
      }
    }
    expect(gone).to.deep.equal([]);
  });
});
