import { expect } from 'chai';
import type { KernelClient } from '#lab/jupyter/notebooks/client';
import { run, startKernel } from '../support';

/** What `inspect_request` finds at the bar. */
const FOUND: Record<string, RegExp> = {
  'known|': /const known: \{\s+a: number;\s+\}/,
  '|known': /const known/,
  '(kno|wn)': /const known/,
  'known|  + 1': /const known/,
  '`a ${kno|wn} b`': /const known/,
  'known.a|': /\(property\) a: number/,
  'known.a.toFi|xed(2)': /\(method\) Number\.toFixed/,
  'loose|': /const loose: any/,
  'process.env.HO|ME': /string/,
  'undefin|ed': /var undefined/,
  'let z: Kno|wn': /type Known/,
  'const {a|} = known': /const a: number/,
  'let q|: any': /let q: any/,
  '[1].map(x| => x)': /\(parameter\) x: number/,
  'try {} catch (er|r) {}': /var err: any/,
  "import { jo|in } from 'path'": /join/,
  "import f|s from 'fs'": /module "fs"/,
  "'😀'; kno|wn": /const known/,
  // Where a name says nothing, the call does in which it stands.
  'call(|': /call\(n: number, m\?: number\): void/,
  'call|(': /call\(n: number/,
  'call(1, |': /call\(n: number/,
  'call(1,\n  2,\n  |': /call\(n: number/,
  'call(1|)': /call\(n: number/,
  'call(nope|': /call\(n: number/,
  "call(1, 'a|')": /call\(n: number/,
  'call(known.|': /call\(n: number/,
  'call(Math.max(1) |': /call\(n: number/,
  'call(Math.max(1, |': /Math\.max\(\.\.\.values: number\[\]\)/,
  'if (call(1, |': /call\(n: number/,
  'new Made().act(|': /\(method\) Made\.act\(n: number\): number/,
  'new Made(|': /constructor Made\(\)/,
};

/** Where there is nothing to be found. */
const NOTHING = [
  ...[
    'nope|',
    'no|pe',
    '|nope',
    'nope.fo|o',
    'nope(|',
    'nope(1, |',
    'foo.bar(|',
    'new Nope(|',
    '1 + nope|',
    '$nope|',
    '_|',
  ],
  ...[
    'known.zz|',
    '[1].nope|',
    'loose.fo|o',
    'loose.foo.b|ar',
    'loose.f(|',
    "JSON.parse('{}').fo|o",
    '(x: any) => x.fo|o',
  ],
  ...[
    'if| (true) {}',
    'ret|urn',
    'cons|t x = 1',
    'aw|ait 1',
    'typ|eof known',
    'thi|s',
    'tru|e',
    'nul|l',
    'argument|s',
  ],
  ...['12|3', "'str|ing'", "'kno|wn'", '`tem|plate`', '/re|g/', '// com|ment known', '/* kno|wn */', '😀|'],
  ...[
    '|',
    ' | ',
    'known |',
    ' | known',
    'known\n|',
    'known.|',
    'known + |',
    'call(1)|',
    'call(1)  |',
    'call(1); |',
    'new Made |',
  ],
  ...['let z: Nop|e', '<sp|an>', 'lab|el: for (;;) {}', 'asdf qw|er zxcv'],
  ...["import { nope|x } from 'path'", "import no|x from 'not-there'", "import x from 'not-the|re'"],
];

describe('jupyter: inspection', function () {
  this.timeout(60_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    const { reply } = await run(
      kernel,
      `const known = { a: 1 }; const loose: any = 5; type Known = { q: number };
       function call(n: number, m?: number) {} class Made { act(n: number) { return n } }`,
    );
    expect(reply.status).to.equal('ok');
  });
  after(() => kernel.close());

  async function inspect(marked: string) {
    const [before, after] = marked.split('|') as [string, string];
    const content = { code: before + after, cursor_pos: Array.from(before).length, detail_level: 0 };
    return (await kernel.request('inspect_request', content)).content;
  }

  for (const [marked, text] of Object.entries(FOUND)) {
    it(`finds ${JSON.stringify(marked)}`, async () => {
      const { found, data } = await inspect(marked);
      expect(found).to.equal(true);
      expect(data['text/plain']).to.match(text);
    });
  }

  for (const marked of NOTHING) {
    it(`finds nothing at ${JSON.stringify(marked)}`, async () => {
      expect(await inspect(marked)).to.deep.equal({ status: 'ok', found: false, data: {}, metadata: {} });
    });
  }

  it('takes a place after the end for the end', async () => {
    const request = { code: 'known', cursor_pos: 1000, detail_level: 0 };
    expect((await kernel.request('inspect_request', request)).content.found).to.equal(true);
  });
});
