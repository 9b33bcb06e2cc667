import { expect } from 'chai';
import { variants } from '../../support/thorough';
import { pythonIsHere, runPython } from './python';

/** What a front end got, and what a subscriber without keys heard meanwhile. */
interface Seen {
  result: string[];
  heard: string[];
  key: string | null;
}

interface Report {
  started: Seen & { file: Record<string, string>; mode: string; beats: boolean };
  restarted: Seen;
  renewed: Seen;
}

async function report(policy: string, transport: string): Promise<Report> {
  const { code, stdout, stderr } = await runPython('encryption.py', policy, transport);
  expect(code, stderr).to.equal(0);
  return JSON.parse(stdout);
}

describe('jupyter: started by jupyter_client', function () {
  this.timeout(120_000);
  before(function () {
    if (!pythonIsHere()) this.skip();
  });

  for (const [policy, transport] of variants([
    ['required', 'tcp'],
    ['auto', 'ipc'],
  ] as const)) {
    it(`is heard by its front end alone where encryption is ${policy}, over ${transport}, also after a restart with the keys kept or renewed [slow]`, async () => {
      const { started, restarted, renewed } = await report(policy, transport);
      for (const { result, heard } of [started, restarted, renewed]) {
        expect(result).to.deep.equal(['2']);
        expect(heard).to.deep.equal([]);
      }
      expect(started.file.curve_publickey).to.be.a('string').and.equal(started.key);
      expect(restarted.key).to.equal(started.key);
      expect(renewed.key).to.be.a('string').and.not.equal(started.key);
      expect(started).to.include({ mode: '0o600', beats: true });
    });
  }

  it('runs unencrypted where no encryption is asked for, and is then heard by everybody [slow]', async () => {
    const { started, restarted, renewed } = await report('disabled', 'tcp');
    for (const { result, heard } of [started, restarted, renewed]) {
      expect(result).to.deep.equal(['2']);
      expect(heard.join()).to.match(/execute_input.*1 \+ 1.*execute_result.*"text\/plain":"2"/s);
    }
    expect(started).to.deep.include({ file: {}, mode: '0o600', beats: true });
  });
});
