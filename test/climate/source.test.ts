import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { dataFolder, JENA_COLUMNS, loadClimate, STATIONS } from 'recurrent-lab';
import { fullZipArchive, jenaText, PROJECT, readShipped, temporaryFolder, zipArchive } from './support';

describe('shipped climate data', () => {
  it('has the checksums that data/README.md states', () => {
    const readme = readFileSync(join(PROJECT, 'data', 'README.md'), 'utf8');
    const stated = [...readme.matchAll(/`(shipped\/weather-\S+)` \|.*`([0-9a-f]{64})`/g)];
    expect(stated).to.have.length(STATIONS.length);
    for (const [, name, checksum] of stated) {
      const bytes = readFileSync(join(PROJECT, 'data', name));
      expect(createHash('sha256').update(bytes).digest('hex'), name).to.equal(checksum);
    }
  });

  for (const station of STATIONS) {
    it(`is a regular year of plausible weather at ${station}`, async () => {
      const series = await readShipped(station);
      expect(series.names).to.deep.equal([...JENA_COLUMNS]);
      expect([series.length, series.interval]).to.deep.equal([8730, 3_600_000]);
      expect(series.time[0]).to.equal(Date.UTC(2013, 0, 1, 6));
      expect([series.report?.missing, series.report?.clock]).to.deep.equal([[], []]);
      const range = (name: string) => {
        const sorted = series.column(name).slice().sort();
        return [sorted[0], sorted[sorted.length - 1]];
      };
      const plausible: Record<string, [number, number]> = {
        'p (mbar)': [980, 1045],
        'T (degC)': [-15, 40],
        'rh (%)': [10, 100],
        'wv (m/s)': [0, 25],
        'max. wv (m/s)': [0, 35],
        'wd (deg)': [0, 360],
        'rho (g/m**3)': [1100, 1400],
      };
      for (const [name, [least, most]] of Object.entries(plausible)) {
        expect(range(name)[0], name).to.be.least(least);
        expect(range(name)[1], name).to.be.most(most);
      }
      series.column('wv (m/s)').forEach((wind, i) => {
        expect(series.column('max. wv (m/s)')[i]).to.be.least(wind);
      });
    });
  }

  it('is warmest in the afternoon and coldest about sunrise, New York’s time being UTC − 4 in July', async () => {
    const series = await readShipped();
    const sums = new Float64Array(24);
    series.time.forEach((time, i) => {
      const date = new Date(time);
      if (date.getUTCMonth() === 6) sums[date.getUTCHours()] += series.column('T (degC)')[i];
    });
    expect(sums.indexOf(Math.min(...sums)) - 4).to.be.within(4, 6);
    expect(sums.indexOf(Math.max(...sums)) - 4).to.be.within(13, 16);
  });
});

describe('loadClimate', () => {
  const folder = temporaryFolder();
  const { RECURRENT_CLIMATE } = process.env;
  beforeEach(() => {
    delete process.env.RECURRENT_CLIMATE;
  });
  after(() => {
    if (RECURRENT_CLIMATE !== undefined) process.env.RECURRENT_CLIMATE = RECURRENT_CLIMATE;
  });

  /** The message of the refusal, which is in the name of the function that was called, and of no other. */
  const refusal = async (options: object) => {
    const message = await loadClimate(options).then(
      () => 'loaded',
      (error: Error) => error.message,
    );
    expect(message)
      .to.match(/^loadClimate: /)
      .not.match(/\w+Csv: |downloadJena: /);
    return message;
  };

  it('reads the quick size from the shipped files, and chosen columns alone', async () => {
    const series = await loadClimate({ size: 'quick', station: 'EWR', columns: ['T (degC)'] });
    expect(series.names).to.deep.equal(['T (degC)']);
    expect(series.source).to.equal('weather-ewr-2013.csv.gz');
  });

  it('finds the data from any working folder', () => {
    expect(dataFolder()).to.equal(join(PROJECT, 'data'));
    const code = `require(${JSON.stringify(join(PROJECT, 'lib'))}).loadClimate().then((s) => console.log(s.length))`;
    const output = execFileSync(process.execPath, ['-e', code], { cwd: folder(), encoding: 'utf8' });
    expect(output.trim()).to.equal('8730');
  });

  it('reads RECURRENT_CLIMATE in both sizes, plain, gzip or zip, also by a relative path', async () => {
    const text = Buffer.from(jenaText(30));
    const files = { 'a.csv': text, 'b.dat': gzipSync(text), 'c.bin': zipArchive({ 'c.csv': text }) };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder(), name), bytes);
      for (const path of [join(folder(), name), relative(process.cwd(), join(folder(), name))]) {
        process.env.RECURRENT_CLIMATE = path;
        for (const size of ['quick', 'full'] as const)
          expect((await loadClimate({ size })).length).to.equal(30);
      }
    }
  });

  it('says so where RECURRENT_CLIMATE is not there, or wrong', async () => {
    process.env.RECURRENT_CLIMATE = join(folder(), 'none.csv');
    expect(await refusal({})).to.match(
      /RECURRENT_CLIMATE is .*none\.csv, which is not there; unset it or give the whole path/,
    );
    process.env.RECURRENT_CLIMATE = folder();
    expect(await refusal({})).to.match(/is a folder, expected a file/);
    process.env.RECURRENT_CLIMATE = join(folder(), 'x.csv');
    writeFileSync(process.env.RECURRENT_CLIMATE, `${jenaText(3)}01.01.2009 00:40:00,1\n`);
    expect(await refusal({})).to.match(/x\.csv line 5: expected 15 fields, got 2/);
  });

  it('refuses a full file that is another one, and says what to do', async () => {
    writeFileSync(join(folder(), 'jena_climate_2009_2016.csv'), jenaText(100));
    const message = await refusal({ size: 'full', folder: folder() });
    expect(message).to.match(
      /jena_climate_2009_2016\.csv is another file: expected 420,551 rows, got 100\. Delete it, and it is downloaded again/,
    );
  });

  it('says so in its own name where a download fails', async () => {
    const url = 'http://127.0.0.1:9/x.zip';
    expect(await refusal({ size: 'full', folder: folder(), url, onProgress: () => {} })).to.contain(
      `loadClimate: ${url} could not be reached or broke off`,
    );
    expect(readdirSync(folder())).to.deep.equal([]);
  });

  it('refuses another size, another station, and unknown options', async () => {
    expect(await refusal({ size: 'huge' })).to.contain("size must be 'quick' or 'full', got huge");
    expect(await refusal({ station: 'LAX' })).to.contain('station must be JFK, EWR, LGA, got LAX');
    expect(await refusal({ stations: 'JFK' })).to.contain('unknown option "stations"');
    expect(await refusal({ columns: ['T'] })).to.contain('no column "T"; there are p (mbar), T (degC)');
  });

  it('[slow] downloads the full size at the first use, and reads it from then on', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.end(fullZipArchive());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.zip`;
      const options = {
        size: 'full',
        folder: folder(),
        url,
        columns: ['T (degC)'],
        onProgress: () => {},
      } as const;
      expect((await loadClimate(options)).length).to.equal(420_551);
      expect(readdirSync(folder())).to.deep.equal(['jena_climate_2009_2016.csv.zip']);
      const unpacked = join(folder(), 'unpacked');
      mkdirSync(unpacked);
      copyFileSync(
        join(folder(), 'jena_climate_2009_2016.csv.zip'),
        join(unpacked, 'jena_climate_2009_2016.csv'),
      );
      expect((await loadClimate({ ...options, folder: unpacked })).length).to.equal(420_551);
      expect(requests).to.equal(1);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('[slow] the reader on a file of full size', () => {
  const folder = temporaryFolder();

  it('takes at most 3 s and 400 MB for 420,551 rows of 15 columns', () => {
    const path = join(folder(), 'jena.csv.zip');
    writeFileSync(path, fullZipArchive());
    const reader = join(PROJECT, 'lib', 'dist', 'climate', 'read-csv.js');
    const code = `
      const started = performance.now();
      const before = process.cpuUsage();
      require(${JSON.stringify(reader)}).readClimateCsv(${JSON.stringify(path)}).then((series) => {
        // On a busy machine a wall clock counts the others' work, too.
        const { user, system } = process.cpuUsage(before);
        const seconds = Math.min(performance.now() - started, (user + system) / 1000) / 1000;
        console.log(JSON.stringify({ rows: series.length, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
      });`;
    const measured = JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }));
    expect(measured.rows).to.equal(420_551);
    expect(measured.seconds).to.be.below(3);
    expect(measured.megabytes).to.be.below(400);
  });
});
