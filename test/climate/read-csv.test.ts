import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { JENA_COLUMNS, readClimateCsv, Series } from 'recurrent-lab';
import { parseClimateCsv } from '#lab/climate/read-csv';
import { ReadingReport } from '#lab/climate/report';
import { NASTY_NAMES } from '../support/names';
import {
  JENA_HEADER,
  JENA_HOURLY,
  jenaText,
  requireJenaHourly,
  temporaryFolder,
  zipArchive,
} from './support';

const ROW =
  '01.01.2009 00:10:00,996.52,-8.02,265.4,-8.9,93.3,3.33,3.11,0.22,1.94,3.12,1307.75,1.03,1.75,152.3';

/** Reads a text as the file weather.csv. */
const read = (text: string | Buffer, columns?: string[] | 'all') =>
  parseClimateCsv(Buffer.from(text), 'weather.csv', columns ? { columns } : {});

/** A small file: times and one column. */
const small = (...rows: string[]) => read(['Date Time,x', ...rows].join('\n'), ['x']);

describe('readClimateCsv', () => {
  const folder = temporaryFolder();

  it('reads the Jena header and a real row into 14 typed columns', () => {
    const series = read(`${JENA_HEADER}\n${ROW}\n`);
    expect(series).to.be.instanceOf(Series);
    expect(series.names).to.deep.equal([...JENA_COLUMNS]);
    expect(series.length).to.equal(1);
    expect(series.time[0]).to.equal(Date.UTC(2009, 0, 1, 0, 10));
    expect(series.column('p (mbar)')[0]).to.equal(Math.fround(996.52));
    expect(series.column('T (degC)')[0]).to.equal(Math.fround(-8.02));
    expect(series.column('wd (deg)')[0]).to.equal(Math.fround(152.3));
  });

  it('equals JavaScript on every number and date of a generated file', () => {
    const text = jenaText(3000);
    const series = read(text);
    const rows = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    JENA_COLUMNS.forEach((name, c) => {
      const slow = Float32Array.from(rows, (row) => Number(row[c + 1]));
      expect(series.column(name), name).to.deep.equal(slow);
    });
    const slowTimes = rows.map(([date]) => {
      const [, d, m, y, rest] = /^(..)\.(..)\.(....) (.*)$/.exec(date) as RegExpExecArray;
      return Date.parse(`${y}-${m}-${d}T${rest}Z`);
    });
    expect(Array.from(series.time)).to.deep.equal(slowTimes);
  });

  it('reads every way to write a number', () => {
    const written = [
      '0',
      '-0.5',
      '+3',
      '.25',
      '7.',
      '1e3',
      '-2.5E-2',
      ' 4 ',
      '123456789012345.6',
      '0.1000000000000000055',
    ];
    const hour = (i: number) => String(i).padStart(2, '0');
    const series = small(...written.map((text, i) => `01.01.2020 ${hour(i)}:00:00,${text}`));
    expect(series.column('x')).to.deep.equal(Float32Array.from(written, Number));
  });

  it('reads leap days, and times as UTC whatever the time zone', () => {
    const { TZ } = process.env;
    process.env.TZ = 'Asia/Tehran';
    try {
      const series = small('29.02.2012 23:59:59,1', '29.02.2000 00:00:00,2', '31.12.1969 00:00:00,3');
      expect([...series.time]).to.deep.equal([
        Date.UTC(2012, 1, 29, 23, 59, 59),
        Date.UTC(2000, 1, 29),
        -86_400_000,
      ]);
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  it('reads Windows line ends, a byte order mark, quoted values, and a last line without its end', () => {
    const plain = read('Date Time,x\n01.01.2020 00:00:00,1.5\n01.01.2020 01:00:00,2.5\n', ['x']);
    const odd = read('\ufeff"Date Time","x"\r\n"01.01.2020 00:00:00","1.5"\r\n01.01.2020 01:00:00,2.5', [
      'x',
    ]);
    expect(odd.columns).to.deep.equal(plain.columns);
    expect(odd.time).to.deep.equal(plain.time);
    expect(read('"x ""y"", z","Date Time"\n1,01.01.2020 00:00:00\n\n\r\n', 'all').names).to.deep.equal([
      'x "y", z',
    ]);
  });

  const HOURS = ['01.01.2020 00:00:00', '01.01.2020 01:00:00'];
  const plain = `Date Time,x,y\n${HOURS[0]},1.5,-2\n${HOURS[1]},2.5,-3\n`;
  const written: [what: string, text: string | Buffer][] = [
    ['the line ends of an old Mac', plain.replaceAll('\n', '\r')],
    ['an old Mac’s header over the rows of a new one', plain.replace('\n', '\r')],
    ['line ends of two returns', plain.replaceAll('\n', '\r\r\n')],
    ['empty and blank lines at the end', `${plain}\n \t\r\n  \n`],
    ['UTF-16 of Windows', Buffer.from(`\ufeff${plain}`, 'utf16le')],
    ['UTF-16 of others', Buffer.from(`\ufeff${plain.replaceAll('\n', '\r\n')}`, 'utf16le').swap16()],
    ['UTF-8 with its mark and a Mac’s line ends', `\ufeff${plain.replaceAll('\n', '\r')}`],
    ['blanks around names and numbers', plain.replaceAll(',', ' ,\t ').replaceAll('\n', '  \n')],
    [
      'quotation marks with blanks around them',
      plain
        .replace(/[^,\n]+/g, ' "$&"\t')
        .replaceAll('"x"', '" x "')
        .replaceAll('"1.5"', '" 1.5 "')
        .replaceAll('"01', '"\t01'),
    ],
    ['commas and quotation marks in a column passed over', plain.replace(/^(?=.)/gm, '"a, ""b""" ,')],
    ['a comma at every end', plain.replaceAll('\n', ',\n')],
    ['two commas at every end', plain.replaceAll('\n', ', ,"" \n')],
  ];
  for (const [what, text] of written) {
    it(`reads ${what}`, () => {
      const [series, expected] = [read(text, ['x', 'y']), read(plain, 'all')];
      expect([series.names, series.columns]).to.deep.equal([['x', 'y'], expected.columns]);
      expect(series.time).to.deep.equal(expected.time);
    });
  }

  it('reads all named columns where others are empty', () => {
    expect(read(plain.replaceAll('\n', ',\n'), 'all').names).to.deep.equal(['x', 'y']);
    const numbered = plain.replace(/^(?=.)/gm, '7,').replace('7,', ',');
    expect(() => read(numbered, 'all')).to.throw(
      'line 1: column 1 has no name, and is not empty; say with columns which ones to read',
    );
    expect(() => read(numbered.replaceAll('7,', 'a,'), 'all')).to.throw(
      'line 2: expected a number in column without a name, got "a"',
    );
    expect(read(numbered, ['y']).names).to.deep.equal(['y']);
  });

  it('keeps the file’s order for names of any kind', () => {
    const names = ['x', '2013', '1', '0', '__proto__', 'constructor', 'toString', '-1'];
    const header = `Date Time,${names.join(',')}`;
    const rows = HOURS.map((time, row) => [time, ...names.map((_, i) => i + row / 2)].join(','));
    const text = [header, ...rows].join('\n');
    const series = read(text, 'all');
    expect(series.names).to.deep.equal(names);
    expect(names.map((name) => [...series.column(name)])).to.deep.equal(names.map((_, i) => [i, i + 0.5]));
    expect(read(text, ['1', 'x', '0']).names).to.deep.equal(['1', 'x', '0']);
    const { report } = read([header, rows[0], HOURS[1] + ',-9999'.repeat(names.length)].join('\n'), 'all');
    expect(Object.getOwnPropertyNames(report?.missingCounts)).to.have.members(names);
    expect(String(report)).to.contain(`filled in: ${names.map((name) => `${name} 1`).join(', ')}`);
  });

  it('reads a header in UTF-8, and one that is none as Windows-1252', () => {
    const names = ['T (°C)', 'CO₂ (µmol/mol)', 'دما'];
    const rows = HOURS.map((time) => [time, ...names.map((_, i) => i)].join(','));
    expect(read([`Date Time,${names.join(',')}`, ...rows].join('\n'), 'all').names).to.deep.equal(names);
    const bytes = Buffer.concat([
      Buffer.from('Date Time,W/m\xb2,W/m\xb3,T (\xb0C),\xb5mol,\x80 \x96 Gr\xf6\xdfe\n', 'latin1'),
      Buffer.from(HOURS.map((time) => `${time},1,2,3,4,5`).join('\n')),
    ]);
    expect(read(bytes, 'all').names).to.deep.equal(['W/m²', 'W/m³', 'T (°C)', 'µmol', '€ – Größe']);
    expect(read(bytes, ['T (°C)']).column('T (°C)')[0]).to.equal(3);
    const short = Buffer.concat([bytes, Buffer.from('\nGr\xf6\xdfe', 'latin1')]);
    expect(() => read(short, 'all')).to.throw('line 4: expected 6 fields, got 1: "Größe"');
  });

  it('reads −9999 with any decimals as missing, and blanks as empty', () => {
    for (const nothing of [
      '-9999',
      '-9999.0',
      '-9999.00',
      ' -9999.0 ',
      '"-9999"',
      '-9.999e3',
      '',
      ' ',
      '" "',
      '""',
    ]) {
      const { report } = small(`${HOURS[0]},1`, `${HOURS[1]},${nothing}`);
      expect(report?.missingCounts, nothing).to.deep.equal({ x: 1 });
    }
  });

  it('reads a view of bytes from anywhere', () => {
    const all = new Uint8Array(Buffer.from(`xx${plain}xx`));
    expect(parseClimateCsv(all.subarray(2, -2), 'view', { columns: 'all' }).names).to.deep.equal(['x', 'y']);
  });

  it('reads chosen columns only, whatever stands in the others', () => {
    const text = 'a,Date Time,b\nnonsense,01.01.2020 00:00:00,2\n';
    expect(read(text, ['b']).columns).to.deep.equal({ b: Float32Array.of(2) });
    expect(() => read(text, 'all')).to.throw('line 2: expected a number in column "a", got "nonsense"');
  });

  it('knows plain, gzip and zip by their first bytes, not by the name', async () => {
    const text = Buffer.from(jenaText(20));
    const expected = read(text).columns;
    const files = {
      plain: text,
      gzip: gzipSync(text),
      zip: zipArchive({ 'a/': Buffer.alloc(0), 'a/x.csv': text }),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const path = join(folder(), `${name}.txt`);
      writeFileSync(path, bytes);
      expect((await readClimateCsv(path)).columns, name).to.deep.equal(expected);
    }
  });

  const refused: [what: string, text: string | Buffer, message: string][] = [
    ['an empty file', '', 'parseClimateCsv: weather.csv: the file is empty'],
    ['a header alone', `${JENA_HEADER}\r\n`, 'expected rows after the header, the file ends at line 1'],
    ['a missing column', 'Date Time,p (mbar)\n01.01.2020 00:00:00,1', 'line 1: no column "T (degC)"'],
    ['a column twice', 'Date Time,x,x\n01.01.2020 00:00:00,1,2', 'line 1: column "x" stands there twice'],
    ['no header', ROW, 'line 1: expected a header with "Date Time", got "01.01.2009'],
    [
      'something else',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]),
      'line 1: expected a header with "Date Time"',
    ],
    [
      'a short row',
      `${JENA_HEADER}\n${ROW}\n01.01.2009 00:20:00,996.5\n`,
      'line 3: expected 15 fields, got 2: "01.01',
    ],
    ['a long row', `${JENA_HEADER}\n${ROW},1\n`, 'line 2: expected 15 fields, got 16'],
    ['an empty line inside', `${JENA_HEADER}\n\n${ROW}\n`, 'line 2: expected 15 fields, got an empty line'],
    ['a cut last row', `${JENA_HEADER}\n${ROW}\n${ROW.slice(0, 40)}`, 'line 3: expected 15 fields'],
    [
      'a word',
      `${JENA_HEADER}\n${ROW.replace('-8.02', 'cold')}\n`,
      'line 2: expected a number in column "T (degC)", got "cold"',
    ],
    ['an unclosed quote', `${JENA_HEADER}\n"${ROW}\n`, 'line 2: a quotation mark is not closed'],
    [
      'text after a quote',
      `${JENA_HEADER}\n"${ROW.replace(',', '" x,')}\n`,
      'line 2: text after a closing quotation mark',
    ],
    [
      'semicolons',
      plain.replaceAll(',', ';'),
      'line 1: expected commas between the fields, and points in numbers; there are semicolons, got "Date Time;x',
    ],
    [
      'quoted semicolons',
      plain.replaceAll(',', '";"').replace(/^(?=.)|(?<=.)$/gm, '"'),
      'line 1: expected commas between the fields, and points in numbers; there are semicolons',
    ],
    ['tabs', plain.replaceAll(',', '\t'), 'there are tabs, got "Date Time\\tx\\ty"'],
    ['vertical bars', plain.replaceAll(',', ' | '), 'there are vertical bars'],
    [
      'decimal commas',
      `${JENA_HEADER}\n${HOURS[0]}${',1,5'.repeat(14)}\n`,
      'line 2: expected 15 fields, got 29: "01.01.2020 00:00:00,1,5,1,5,1,5,1,5,1,5,1,5,1,5,1,5,1,5,1,5,…"; a number has a decimal point, no comma',
    ],
    [
      'quoted decimal commas',
      `${JENA_HEADER}\n${ROW.replace('-8.02', '"-8,02"')}\n`,
      'line 2: expected a number in column "T (degC)", got "-8,02"; a number has a decimal point, no comma',
    ],
    [
      'UTF-16 without its mark',
      Buffer.from(plain, 'utf16le'),
      'line 1: expected a header with "Date Time"; there are zero bytes, as in UTF-16 without its byte order mark, got "D',
    ],
    [
      'what begins as UTF-16',
      Buffer.from('fffe00d80000', 'hex'),
      'weather.csv: begins with the byte order mark of UTF-16, and is no UTF-16 text',
    ],
    ['zero bytes in a row', `${JENA_HEADER}\n${ROW}\n\0\0\n`, 'line 3: expected 15 fields, got 1: "\\u0000'],
    ['a blank line inside', `${JENA_HEADER}\n \t\n${ROW}\n`, 'line 2: expected 15 fields, got an empty line'],
    [
      'a header with an unclosed quote',
      `${JENA_HEADER.slice(0, -1)}\n${ROW}\n`,
      'line 1: expected a header with "Date Time"; a quotation mark is not closed, or text follows one, got',
    ],
    ['a header of the time alone', `Date Time\n${HOURS[0]}\n`, 'there are none'],
    ['a column twice but for blanks', 'Date Time,x," x "\n', 'line 1: column "x" stands there twice'],
    ['the time twice', 'Date Time, Date Time\n', 'line 1: column "Date Time" stands there twice'],
    ['a comma at the ends of rows alone', `${JENA_HEADER}\n${ROW},\n`, 'line 2: expected 15 fields, got 16'],
    ['a comma at the header’s end alone', `${JENA_HEADER},\n${ROW}\n`, 'line 2: expected 16 fields, got 15'],
    [
      'a line end within quotation marks',
      `${JENA_HEADER}\n"01.01.2009\n00:10:00",1\n`,
      'line 2: a quotation mark is not closed',
    ],
    ['a long line, cut between letters', `${'x'.repeat(59)}🌱🌱\n`, `got "${'x'.repeat(59)}…"`],
    ['a line of a million letters', `x${'د'.repeat(2 ** 20)}\n`, `got "x${'د'.repeat(59)}…"`],
    ['an infinite number', `${JENA_HEADER}\n${ROW.replace('-8.02', '1e999')}\n`, 'line 2: expected a number'],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what} with line and reason`, () => {
      expect(() => read(text))
        .to.throw(message)
        .with.property('name', 'RecurrentError');
    });
  }

  for (const date of [
    '31.04.2020 00:00:00',
    '29.02.2100 00:00:00',
    '01.13.2020 00:00:00',
    '00.01.2020 00:00:00',
    '01.01.2020 24:00:00',
    '01.01.2020 00:60:00',
    '01.01.2020 00:00:61',
    '2020-01-01 00:00:00',
    '1.1.2020 00:00:00',
    '01.01.2020 00:00',
    '',
    '01.01.2020 0a:00:00',
    '01.01.2020T00:00:00',
    '01/01/2020 00:00:00',
  ]) {
    it(`refuses the date ${JSON.stringify(date)}`, () => {
      expect(() => small(`${date},1`)).to.throw(`line 2: expected a date dd.mm.yyyy hh:mm:ss, got "${date}"`);
    });
  }

  it('refuses numbers written in other ways', () => {
    for (const text of [
      '1,5'.replace(',', ';'),
      '0x10',
      '1_000',
      '--1',
      '1.2.3',
      '.',
      '-',
      'NaN',
      'Infinity',
      '1e',
    ]) {
      expect(() => small(`01.01.2020 00:00:00,${text}`), text).to.throw('expected a number in column "x"');
    }
  });

  it('says how a missing reading is written', () => {
    for (const word of ['NaN', 'nan', 'NA', 'N/A', 'null', 'None', '-', '--']) {
      expect(() => small(`${HOURS[0]},${word}`)).to.throw(
        `line 2: expected a number in column "x", got "${word}"; a missing reading is an empty field or -9999`,
      );
    }
  });

  it('refuses columns that are no list of names, or name one twice', () => {
    expect(() => read(plain, 'x' as never)).to.throw(`columns must be a list of names or 'all', got "x"`);
    expect(() => read(plain, ['x', 'y', 'x'])).to.throw('weather.csv: columns names "x" twice');
    expect(() => read(plain, ['Date Time'])).to.throw('no column "Date Time"; there are x, y');
    expect(() => parseClimateCsv(Buffer.from(plain), 'a', { colums: [] } as never)).to.throw(
      'parseClimateCsv: unknown option "colums"',
    );
  });

  it('names the function that was called', async () => {
    const path = join(folder(), 'bad.csv');
    writeFileSync(path, 'nothing\n');
    const message = await readClimateCsv(path).catch((error: Error) => error.message);
    expect(message).to.match(/^readClimateCsv: bad\.csv line 1: /);
    expect(() => small(`${HOURS[0]},`)).to.throw(/^parseClimateCsv: weather\.csv: column "x" has no reading/);
  });

  it('refuses a file that is not there, a folder, damaged gzip, damaged zip, and unknown options', async () => {
    const refusal = async (path: string, options = {}) =>
      readClimateCsv(path, options).then(
        () => 'read',
        (error: Error) => error.message,
      );
    const put = (name: string, bytes: Buffer) => {
      writeFileSync(join(folder(), name), bytes);
      return join(folder(), name);
    };
    expect(await refusal(join(folder(), 'none.csv'))).to.match(/none\.csv: no such file$/);
    expect(await refusal(folder())).to.match(/is a folder, expected a file$/);
    const gzip = gzipSync(jenaText(50));
    expect(await refusal(put('cut.gz', gzip.subarray(0, gzip.length - 20)))).to.match(
      /gzip data is damaged or cut off/,
    );
    const zip = zipArchive({ 'x.csv': Buffer.from(jenaText(50)) });
    expect(await refusal(put('cut.zip', zip.subarray(0, zip.length - 30)))).to.match(
      /zip archive is damaged or cut off/,
    );
    const flipped = Buffer.from(zip);
    flipped[14] ^= 1;
    flipped[zip.indexOf('PK\x01\x02') + 16] ^= 1;
    expect(await refusal(put('flip.zip', flipped))).to.match(/its checksum differs/);
    const two = zipArchive({ a: Buffer.from('1'), b: Buffer.from('2') });
    expect(await refusal(put('two.zip', two))).to.match(/expected a zip archive of one file, got 2 files/);
    expect(await refusal(put('x.csv', Buffer.from('x')), { colums: [] })).to.match(/unknown option "colums"/);
  });

  describe('with missing readings', () => {
    it('interpolates −9999 and empty ones in time, and reports them', () => {
      const series = small(
        '01.01.2020 00:00:00,1',
        '01.01.2020 01:00:00,-9999',
        '01.01.2020 04:00:00,-9999.00',
        '01.01.2020 05:00:00,6',
        '01.01.2020 06:00:00,',
      );
      expect([...series.column('x')]).to.deep.equal([1, 2, 5, 6, 6]);
      expect(series.report?.missing).to.deep.equal([
        { column: 'x', line: 3, from: Date.UTC(2020, 0, 1, 1), rows: 2, filled: 'interpolated' },
        { column: 'x', line: 6, from: Date.UTC(2020, 0, 1, 6), rows: 1, filled: 'nearest' },
      ]);
      expect(series.report?.missingCounts).to.deep.equal({ x: 3 });
      expect(String(series.report)).to.contain(
        'line 3, 2020-01-01 01:00: x missing in 2 rows, interpolated in time',
      );
      expect(String(series.report)).to.contain('set to the nearest reading');
    });

    it('turns wind directions the shorter way round', () => {
      const read360 = (...values: string[]) => {
        const rows = values.map((v, i) => `01.01.2020 0${i}:00:00,${v}`);
        return [...read(['Date Time,wd (deg)', ...rows].join('\n'), 'all').column('wd (deg)')];
      };
      expect(read360('350', '', '10')).to.deep.equal([350, 0, 10]);
      expect(read360('20', '', '', '350')).to.deep.equal([20, 10, 0, 350]);
      expect(read360('100', '', '200')).to.deep.equal([100, 150, 200]);
    });

    it('counts rows where the clock goes back between the readings', () => {
      const series = small(
        '01.01.2020 02:00:00,0',
        '01.01.2020 03:00:00,',
        '01.01.2020 02:00:00,',
        '01.01.2020 03:00:00,3',
      );
      expect([...series.column('x')]).to.deep.equal([0, 1, 2, 3]);
    });

    it('refuses a column without any reading', () => {
      expect(() => small('01.01.2020 00:00:00,-9999', '01.01.2020 01:00:00,')).to.throw(
        'column "x" has no reading in any row',
      );
    });
  });

  it('reports jumps and repeats of the clock with line, from and to', () => {
    const at = (hour: number) => Date.UTC(2020, 0, 1, hour);
    const hours = [0, 1, 2, 5, 6, 7, 7, 8, 4, 5, 6, 7];
    const series = small(...hours.map((h) => `01.01.2020 0${h}:00:00,1`), '01.01.2020 07:30:00,1');
    expect(series.interval).to.equal(3_600_000);
    expect(series.report?.clock).to.deep.equal([
      { kind: 'jump', row: 3, line: 5, from: at(2), to: at(5) },
      { kind: 'repeat', row: 6, line: 8, from: at(7), to: at(7) },
      { kind: 'repeat', row: 8, line: 10, from: at(8), to: at(4) },
      { kind: 'early', row: 12, line: 14, from: at(7), to: at(7) + 1_800_000 },
    ]);
    const text = String(series.report);
    expect(text).to.contain(
      'line 5: the clock jumps ahead by 3 h, from 2020-01-01 02:00 to 2020-01-01 05:00',
    );
    expect(text).to.contain('line 8: the clock repeats a time');
    expect(text).to.contain('line 10: the clock goes back by 4 h');
  });

  it('shortens a long report and shows it in a notebook', () => {
    const rows = Array.from(
      { length: 31 },
      (_, i) => `${String(i + 1).padStart(2, '0')}.01.2020 00:00:00,${i % 2 ? '' : 1}`,
    );
    const { report } = small(...rows);
    expect(report?.missing).to.have.length(15);
    expect(report?.lines().filter((line) => line.startsWith('  '))).to.have.length(11);
    expect(String(report)).to.contain('… and 5 more');
    const bundle = (report as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for('Jupyter.display')
    ]();
    expect(Object.keys(bundle)).to.deep.equal(['text/plain', 'text/html']);
  });

  it('reports columns of any name, each on its line, in the order of the file', () => {
    const names = [...NASTY_NAMES, '10', '2'];
    const missing = names.map((column) => ({
      column,
      line: 2,
      from: 0,
      rows: 1,
      filled: 'nearest' as const,
    }));
    const report = new ReadingReport('a\nb.csv', 3, 3_600_000, [...missing, missing[0]], []);
    expect(String(report).split(/[\n\u2028]/)).to.have.length(1 + 1 + 11 + 1);
    expect(report.lines()[1]).to.match(/, toString 1, .*, 1 1, 0 1, -1 1, .*, 10 1, 2 1$/);
    expect(report.missingCounts).to.have.property('__proto__', 1);
    expect(report.missingCounts).to.have.property(names[0], 2);
  });

  it('reads ../shared/data/jena_climate_hourly.csv.gz, where it is, and finds its known faults', async function () {
    requireJenaHourly.call(this);
    const { length, report } = await readClimateCsv(JENA_HOURLY);
    expect(length).to.equal(70_092);
    expect(report?.missingCounts).to.deep.equal({ 'wv (m/s)': 3, 'max. wv (m/s)': 4 });
    const days = report?.clock.map(
      ({ kind, from }) => `${kind} ${new Date(from).toISOString().slice(0, 10)}`,
    );
    expect(days).to.include.members([
      'repeat 2010-07-01',
      'repeat 2014-03-21',
      'jump 2014-09-24',
      'jump 2016-10-25',
    ]);
  });
});
