import { expect } from 'chai';
import { pythonIsHere, runPython } from './python';

describe('jupyter: conformance', function () {
  this.timeout(180_000);

  it('passes jupyter_kernel_test [slow]', async function () {
    if (!pythonIsHere()) this.skip();
    const { code, stdout, stderr } = await runPython('conformance.py', '-v');
    const text = stdout + stderr;
    expect(code, text).to.equal(0);
    const skipped = text.match(/^test_\w+.*skipped.*$/gm) ?? [];
    // The kernel has no pager; everything else has samples.
    expect(skipped.filter((line) => !line.startsWith('test_pager'))).to.deep.equal([]);
  });
});
