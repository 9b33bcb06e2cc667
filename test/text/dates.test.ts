import { expect } from 'chai';
import { DATE_FORMS, dateInWords, GAPS, glue, readDate, unglue, writeDate, yearOf } from 'recurrent-lab';

describe('dates', () => {
  const autumn = new Date('2023-09-25');

  it('are written in every form', () => {
    expect(DATE_FORMS.map((form) => writeDate(autumn, form))).to.deep.equal([
      '۳ مهر ۱۴۰۲',
      'سوم مهر ۱۴۰۲',
      '۲۵ سپتامبر ۲۰۲۳',
      'بیست و پنجم سپتامبر ۲۰۲۳',
      '25 September 2023',
      'September 25, 2023',
    ]);
  });

  it('are written in words, with their weekday, in both calendars', () => {
    expect(dateInWords(autumn, 'jalali')).to.equal('دوشنبه سوم مهر هزار و چهارصد و دو');
    expect(dateInWords(autumn, 'gregorian')).to.equal('دوشنبه بیست و پنجم سپتامبر دو هزار و بیست و سه');
  });

  // Nowruz as Iran's calendar had it; 1399 and 1403 were leap years.
  it('know the leap years of both calendars', () => {
    expect(writeDate(new Date('2021-03-20'), 'jalali')).to.equal('۳۰ اسفند ۱۳۹۹');
    expect(writeDate(new Date('2021-03-21'), 'jalali')).to.equal('۱ فروردین ۱۴۰۰');
    expect(writeDate(new Date('2024-03-20'), 'jalali')).to.equal('۱ فروردین ۱۴۰۳');
    expect(writeDate(new Date('2025-03-20'), 'jalali')).to.equal('۳۰ اسفند ۱۴۰۳');
    expect(writeDate(new Date('2024-02-29'), 'english')).to.equal('29 February 2024');
  });

  it('lie in a year of each calendar', () => {
    const years = (day: string) => [yearOf(new Date(day), 'jalali'), yearOf(new Date(day), 'gregorian')];
    expect(years('2024-03-19')).to.deep.equal([1402, 2024]);
    expect(years('2024-03-20')).to.deep.equal([1403, 2024]);
    expect(years('2024-12-31')).to.deep.equal([1403, 2024]);
    expect(years('2025-01-01')).to.deep.equal([1403, 2025]);
  });

  it('are read back from every form', () => {
    for (const day of ['1921-03-21', '2021-03-20', '2024-02-29', '2024-12-31', '2025-01-01', '2071-03-20']) {
      for (const form of DATE_FORMS) {
        const read = readDate(writeDate(new Date(day), form));
        // The first of a month may be the same text in two forms; the day is the same one.
        expect(read?.date.toISOString().slice(0, 10), `${day} ${form}`).to.equal(day);
      }
    }
  });

  it('are none where the calendar has no such day', () => {
    for (const text of ['۳۱ مهر ۱۴۰۲', '۳۰ اسفند ۱۴۰۲', '29 February 2023', '۳ مهر', 'مهر ۱۴۰۲', ''])
      expect(readDate(text), text).to.equal(undefined);
  });

  it('are refused where they are none, and so are other forms and calendars', () => {
    expect(() => writeDate(new Date('no'), 'jalali')).to.throw(
      'writeDate: expected a date, got Invalid Date',
    );
    expect(() => writeDate(autumn, 'lunar' as 'jalali')).to.throw('writeDate: form must be one of jalali');
    expect(() => yearOf(autumn, 'english' as 'jalali')).to.throw(
      'yearOf: calendar must be jalali or gregorian',
    );
    expect(() => dateInWords(autumn, 'toString' as 'jalali')).to.throw('dateInWords: calendar must be');
  });
});

describe('gaps', () => {
  it('become the tags of the letters before them', () => {
    const { letters, tags } = glue('سی\u200cام مهر');
    expect(letters.join('')).to.equal('سیاممهر');
    expect(tags).to.deep.equal([0, 1, 0, 2, 0, 0, 0]);
    expect(GAPS.map((gap) => gap.length)).to.deep.equal([0, 1, 1]);
  });

  it('are put back', () => {
    for (const text of ['', 'سه', 'سه\u200cشنبه سی\u200cام مهر', 'a b '])
      expect(unglue(glue(text))).to.equal(text);
  });

  it('follow a letter, one at a time', () => {
    expect(() => glue(' سه')).to.throw('glue: expected a letter before each space');
    expect(() => glue('سه  ده')).to.throw('glue: expected a letter before each space');
  });

  it('are one of three for each letter', () => {
    expect(() => unglue({ letters: ['a'], tags: [] })).to.throw('got 1 letters and 0 tags');
    expect(() => unglue({ letters: ['a'], tags: [3] })).to.throw('a tag must be 0, 1 or 2, got 3');
  });
});
