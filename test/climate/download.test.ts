import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DownloadOptions, downloadJena, JENA_COLUMNS, readClimateCsv } from 'recurrent-lab';
import { formatDownload } from '#lab/climate/download-display';
import { fullZipArchive, jenaText, PROJECT, temporaryFolder, zipArchive } from './support';

const ROWS = 500;
const NAME = 'jena_climate_2009_2016.csv.zip';
const EXPECTED = { rows: ROWS, first: Date.UTC(2009, 0, 1, 0, 10), columns: JENA_COLUMNS };

const zipOf = (text: string) => zipArchive({ 'jena_climate_2009_2016.csv': Buffer.from(text) });

describe('downloading the Jena file', () => {
  const folder = temporaryFolder();
  const whole = zipOf(jenaText(ROWS));
  let server: Server;
  let url = '';
  let answer: RequestListener;

  before((done) => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${NAME}`;
      done();
    });
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  /** Answers with the bytes, in two pieces. */
  const send =
    (bytes: Buffer, announced = true): RequestListener =>
    (_request, response) => {
      if (announced) response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, bytes.length / 2));
      setTimeout(() => response.end(bytes.subarray(bytes.length / 2)), 5);
    };

  /** Answers with half of the bytes and then does `next`. */
  const sendHalf =
    (next: (destroy: () => void) => void): RequestListener =>
    (_request, response) => {
      response.setHeader('content-length', whole.length);
      response.write(whole.subarray(0, whole.length / 2), () => next(() => response.destroy()));
    };

  const download = (options: Partial<DownloadOptions> = {}) =>
    downloadJena({ folder: folder(), url, expected: EXPECTED, ...options });

  /** The message of a download that fails; nothing may be left of it. */
  async function failure(options: Partial<DownloadOptions> = {}): Promise<string> {
    const before = readdirSync(folder());
    const message = await download(options).then(
      () => 'no failure',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(readdirSync(folder()), 'left behind').to.deep.equal(before);
    expect(message)
      .to.match(/^RecurrentError: downloadJena: /)
      .not.match(/\w+Csv: |downloadJena: .*downloadJena: |\.part/);
    if (!/unknown option/.test(message)) expect(message).to.contain('RECURRENT_CLIMATE=FILE');
    return message;
  }

  it('gives the file its name when it is whole, and tells how far it is', async () => {
    let sendRest = () => {};
    answer = (_request, response) => {
      response.setHeader('content-length', whole.length);
      response.write(whole.subarray(0, 1000));
      sendRest = () => response.end(whole.subarray(1000));
    };
    const seen: [number, number | undefined][] = [];
    const path = await download({
      onProgress: ({ receivedBytes, totalBytes, secondsLeft }) => {
        expect(secondsLeft).to.be.least(0);
        seen.push([receivedBytes, totalBytes]);
        if (receivedBytes === 1000) sendRest();
      },
    });
    expect(path).to.equal(join(folder(), NAME));
    expect(readdirSync(folder())).to.deep.equal([NAME]);
    expect(readFileSync(path).equals(whole)).to.equal(true);
    expect((await readClimateCsv(path)).length).to.equal(ROWS);
    expect(seen.at(-1)).to.deep.equal([whole.length, whole.length]);
    expect(seen[0]).to.deep.equal([1000, whole.length]);
  });

  it('makes the folder, and does without an announced length', async () => {
    answer = send(whole, false);
    const totals: unknown[] = [];
    const path = await download({
      folder: join(folder(), 'a', 'b'),
      onProgress: (p) => totals.push(p.totalBytes),
    });
    expect(readdirSync(join(folder(), 'a', 'b'))).to.deep.equal([NAME]);
    expect(path).to.contain(join('a', 'b'));
    expect(new Set(totals)).to.deep.equal(new Set([undefined]));
  });

  it('refuses 404 and 500', async () => {
    for (const [status, text] of [
      [404, 'Not Found'],
      [500, 'Internal Server Error'],
    ] as const) {
      answer = (_request, response) => response.writeHead(status).end('sorry');
      expect(await failure()).to.contain(
        `RecurrentError: downloadJena: ${url}: the server answered ${status} ${text}`,
      );
    }
  });

  it('refuses a connection that breaks off', async () => {
    answer = sendHalf((destroy) => destroy());
    expect(await failure()).to.match(/could not be reached or broke off/);
  });

  it('refuses a cut archive of unannounced length, another page, and a damaged archive', async () => {
    answer = send(whole.subarray(0, whole.length - 200), false);
    expect(await failure()).to.match(/what came: the zip archive is damaged or cut off/);
    answer = send(Buffer.from('<html>Please log in</html>'));
    expect(await failure()).to.match(/expected a header with "Date Time", got "<html>/);
    const damaged = Buffer.from(whole);
    damaged[damaged.length / 2] ^= 255;
    answer = send(damaged);
    expect(await failure()).to.match(/zip archive is damaged|line \d+/);
    answer = send(Buffer.from('fd377a585a000004', 'hex'));
    expect(await failure()).to.contain(`downloadJena: ${url}: what came is an xz file, which is not read`);
  });

  it('refuses another file: too few rows, another beginning, other columns, a malformed row', async () => {
    const text = jenaText(ROWS);
    const lines = text.trimEnd().split('\n');
    const cases: [string, RegExp][] = [
      [jenaText(ROWS - 1), /it is another file: expected 500 rows, got 499/],
      [
        [lines[0], ...lines.slice(2), lines[1]].join('\n'),
        /expected the first row at 2009-01-01 00:10, got 2009-01-01 00:20/,
      ],
      [lines.map((line) => line.replace(/,[^,]*$/, '')).join('\n'), /expected the columns p \(mbar\), /],
      [
        text.replace('265.4', '2.65.4'),
        /: jena_climate_2009_2016\.csv\.zip line 2: expected a number in column "Tpot \(K\)", got "2\.65\.4"/,
      ],
    ];
    for (const [content, message] of cases) {
      answer = send(zipOf(content));
      expect(await failure()).to.match(message);
    }
  });

  it('stops when it is interrupted: before, while it connects, and in the middle', async () => {
    answer = sendHalf(() => {});
    expect(await failure({ signal: AbortSignal.abort() })).to.contain(
      'downloadJena: interrupted. Nothing was left',
    );
    expect(await failure({ signal: AbortSignal.timeout(1) })).to.contain('interrupted');
    const controller = new AbortController();
    expect(await failure({ signal: controller.signal, onProgress: () => controller.abort() })).to.contain(
      'interrupted',
    );
  });

  it('gives up on a server that says nothing more', async () => {
    answer = sendHalf(() => {});
    expect(await failure({ stallSeconds: 0.05 })).to.contain('nothing arrived for 0.05 s');
    answer = () => {};
    expect(await failure({ stallSeconds: 0.05 })).to.contain('nothing arrived for 0.05 s');
  });

  it('says what to do without a network', async () => {
    expect(await failure({ url: 'http://127.0.0.1:9/x.zip' })).to.match(
      /could not be reached.*the quick size needs no download/,
    );
    expect(await failure({ url: 'no address' })).to.match(/could not be reached/);
  });

  it('says what is wrong with the folder', async () => {
    writeFileSync(join(folder(), 'file'), '');
    expect(await failure({ folder: join(folder(), 'file') })).to.contain('file is not a folder');
  });

  it('keeps the file that is there when another download fails, and removes what dead processes left', async () => {
    writeFileSync(join(folder(), NAME), 'the old one');
    const left = join(folder(), `${NAME}.999999999.part`);
    writeFileSync(left, 'half');
    const running = `${NAME}.${process.ppid}.part`;
    writeFileSync(join(folder(), running), 'of another that runs');
    answer = (_request, response) => response.writeHead(404).end();
    await download().catch(() => {});
    expect(readdirSync(folder())).to.deep.equal([NAME, running]);
    expect(readFileSync(join(folder(), NAME), 'utf8')).to.equal('the old one');
  });

  it('refuses unknown options', async () => {
    expect(await failure({ uri: url } as never)).to.contain('unknown option "uri"');
  });

  it('shows a line with a bar, megabytes and the time left', () => {
    const half = formatDownload({ receivedBytes: 6.5e6, totalBytes: 13e6, secondsLeft: 3.2 });
    expect(half).to.equal(`Jena climate file [${'█'.repeat(15)}${' '.repeat(15)}] 6.5 of 13.0 MB, 4 s left`);
    expect(formatDownload({ receivedBytes: 13e6, totalBytes: 13e6, secondsLeft: 0 })).to.contain(
      'checking it',
    );
    expect(formatDownload({ receivedBytes: 6.5e6 })).to.equal('Jena climate file: 6.5 MB');
  });

  describe('[slow] npm run data', () => {
    interface Ended {
      code: number | null;
      output: string;
    }

    /** Runs the command as a process of its own; `during` gets it when it says that it downloads. */
    function run(args: string[], during?: (pid: number) => void, limit = ''): Promise<Ended> {
      const command = [process.execPath, '--import', 'tsx', join(PROJECT, 'tools', 'data.ts'), ...args];
      const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, ...command], { cwd: PROJECT });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (data) => {
          output += data;
          if (/MB/.test(output)) during?.(child.pid as number);
        });
      }
      return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
    }

    it('downloads 420,551 rows, and the second time has nothing to do', async function () {
      this.timeout(60_000);
      answer = send(fullZipArchive());
      const first = await run(['--url', url, '--folder', folder()]);
      expect(first.output).to.match(/420,551 rows, whole/);
      expect(first.code).to.equal(0);
      expect(readdirSync(folder())).to.deep.equal([NAME]);
      const second = await run(['--url', url, '--folder', folder()]);
      expect(second.output).to.match(/is there and whole; nothing to do/);
      expect(second.code).to.equal(0);
    });

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`leaves nothing behind on ${signal}`, async () => {
        answer = sendHalf(() => {});
        const { code, output } = await run(['--url', url, '--folder', folder()], (pid) =>
          process.kill(pid, signal),
        );
        expect(output).to.contain('interrupted. Nothing was left behind');
        expect(code).to.equal(130);
        expect(readdirSync(folder())).to.deep.equal([]);
      });
    }

    it('says so where the disk has no room', async () => {
      answer = send(Buffer.alloc(3_000_000, 7));
      const { code, output } = await run(['--url', url, '--folder', folder()], undefined, 'ulimit -f 1000;');
      expect(output).to.contain(`there is no room in ${folder()} (EFBIG)`);
      expect(code).to.equal(1);
      expect(readdirSync(folder())).to.deep.equal([]);
    });

    it('refuses a wrong file and unknown options with a sentence and a code', async () => {
      mkdirSync(join(folder(), 'd'));
      answer = send(whole);
      const wrong = await run(['--url', url, '--folder', join(folder(), 'd')]);
      expect(wrong.output).to.contain('expected 420,551 rows, got 500');
      expect(wrong.code).to.equal(1);
      expect(readdirSync(join(folder(), 'd'))).to.deep.equal([]);
      const option = await run(['--uri', url]);
      expect(option.output).to.match(/Unknown option '--uri'[\s\S]*--force/);
      expect(option.code).to.equal(1);
    });
  });
});
