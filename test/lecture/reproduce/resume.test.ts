import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { LECTURE_FEATURES } from 'recurrent-lab';
import { main } from '#lab/lecture/reproduce/main';
import type { RowFile } from '#lab/lecture/reproduce/results';

const root = resolve(__dirname, '..', '..', '..');

/** Readings of n hours that repeat by the day, in the Jena file's form. */
function climateCsv(n: number): string {
  const columns = ['Date Time', ...LECTURE_FEATURES];
  const stamp = (hour: number) => {
    const [date, time] = new Date(Date.UTC(2013, 0, 1, hour)).toISOString().split(/[TZ.]/);
    return `${date.split('-').reverse().join('.')} ${time}`;
  };
  const rows = Array.from({ length: n }, (_, hour) => {
    const wave = (i: number) =>
      (10 * Math.sin((2 * Math.PI * (hour + 3 * i)) / 24) + (hour % (i + 5))).toFixed(2);
    return [stamp(hour), ...LECTURE_FEATURES.map((_, i) => wave(i))].join(',');
  });
  return `${[columns.map((name) => `"${name}"`).join(','), ...rows].join('\n')}\n`;
}

/** Runs the command to its end, or kills it when it has said `killAt`. */
function reproduce(args: string[], killAt?: string): Promise<{ code: number | null; text: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'tools/reproduce.ts', ...args], { cwd: root });
    let text = '';
    const hear = (chunk: string) => {
      text += chunk;
      if (killAt && text.includes(killAt)) child.kill('SIGKILL');
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    child.on('close', (code) => done({ code, text }));
  });
}

describe('npm run reproduce: from start to table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reproduce-'));
  const csv = join(folder, 'tiny.csv');
  before(() => writeFileSync(csv, climateCsv(700)));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const options = (out: string) => [
    '--data',
    csv,
    '--only',
    'simple-rnn-1h',
    '--epochs',
    '4',
    '--out',
    join(folder, out),
  ];
  const rowOf = (out: string) =>
    JSON.parse(readFileSync(join(folder, out, 'rows', 'simple-rnn-1h.json'), 'utf8')) as RowFile;

  it('says in a sentence what is wrong with the data', async () => {
    const messages: unknown[] = [];
    const { error } = console;
    console.error = (message) => messages.push(message);
    try {
      expect(await main(['--data', join(folder, 'none.csv')])).to.equal(1);
    } finally {
      console.error = error;
    }
    expect(messages).to.have.length(1);
    expect(messages[0]).to.contain('none.csv');
  });

  it('[slow] killed and started again, comes to the numbers of a run that was not; then merges', async function () {
    this.timeout(120_000);
    expect((await reproduce(options('whole'))).code).to.equal(0);
    expect((await reproduce(options('killed'), 'epoch 2/4')).code).to.equal(null);
    const again = await reproduce(options('killed'));
    expect(again.text).to.contain('epoch 3/4').and.not.contain('epoch 1/4');
    const [whole, killed] = [rowOf('whole'), rowOf('killed')];
    const numbers = ({ runs }: RowFile) => runs.map(({ secondsPerEpoch, ...rest }) => rest);
    expect(numbers(killed)).to.deep.equal(numbers(whole));
    expect(killed.sample).to.deep.equal(whole.sample);

    const third = await reproduce(options('killed'));
    expect(third.text).to.contain('is there already');
    const changed = await reproduce([...options('killed'), '--epochs', '5']);
    expect([changed.code, changed.text.includes('epochs: 4 and 5')]).to.deep.equal([1, true]);

    const row = join(folder, 'whole', 'rows', 'simple-rnn-1h.json');
    const json = join(folder, 'table.json');
    const merged = await reproduce(['--merge', row, '--out', join(folder, 'table'), '--json', json]);
    expect(merged.code).to.equal(0);
    const table = JSON.parse(readFileSync(json, 'utf8'));
    expect(table.rows[0]).to.include({ horizonHours: 1, parameters: 4673, epochs: 4 });
    expect(table.rows[0].baselines).to.have.keys([
      'last value',
      'same time yesterday',
      'training mean',
      'linear regression',
    ]);
    expect(readFileSync(join(folder, 'table', 'horizons.svg'), 'utf8')).to.match(/^<svg/);
  });
});
