import { expect } from 'chai';
import {
  countingTagger,
  DATE_FORM_NAMES,
  DATE_FORMS,
  dateTokens,
  glue,
  gluedDates,
  lastYearsCalendar,
  ready,
  seed,
  shareRight,
  taggingScores,
  tf,
  type WrittenDate,
  writeDate,
  writtenDates,
  yearOf,
} from 'recurrent-lab';

before(() => ready());

describe('gluedDates', () => {
  it('draws days that differ, half of them of either calendar, by the seed', () => {
    const draw = (n: number) => {
      seed(n);
      return gluedDates({ train: 40, test: 20 });
    };
    const { train, test } = draw(3);
    expect([train.length, test.length, new Set([...train, ...test]).size]).to.deep.equal([40, 20, 60]);
    const solar = [...train, ...test].filter((sentence) =>
      /فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی |بهمن|اسفند/.test(sentence),
    );
    expect(solar).to.have.length(30);
    expect(draw(3).train).to.deep.equal(train);
    expect(draw(4).train).to.not.deep.equal(train);
  });

  it('gives letters and tags as tensors, filled up with nothing', () => {
    const dates = gluedDates({ train: 10, test: 2 });
    const [sentence] = dates.train;
    const { letters, tags } = glue(sentence);
    const [inputs] = dates.inputs([sentence]).arraySync();
    const [targets] = dates.targets([sentence]).arraySync();
    expect(inputs).to.have.length(dates.length);
    expect(inputs.filter((index) => index > 0)).to.have.length(letters.length);
    expect(Math.max(...inputs)).to.be.below(dates.letters);
    expect(targets.slice(0, tags.length).map((row) => row.indexOf(1))).to.deep.equal(tags);
    expect(targets.slice(tags.length).flat()).to.not.include(1);
    // Gaps do not change what the network sees.
    expect(dates.inputs([letters.join('')]).arraySync()).to.deep.equal([inputs]);
    expect(() => dates.inputs(['ا'.repeat(dates.length + 1)])).to.throw('inputs: expected at most');
  });

  it('takes the likeliest tag of each letter from a network', () => {
    const dates = gluedDates({ train: 10, test: 2 });
    const tagTwo = { predict: (x: tf.Tensor2D) => tf.oneHot(x.mul(0).add(2).cast('int32'), 3) };
    const before = tf.memory().numTensors;
    expect(dates.tags(tagTwo as unknown as tf.LayersModel, ['سه', 'ده ده'])).to.deep.equal([
      [2, 2],
      [2, 2, 2, 2],
    ]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuses more days than there are', () => {
    expect(() => gluedDates({ train: 36_500, test: 1 })).to.throw('there are 36500 days, got 36500 + 1');
    expect(() => gluedDates({ train: 0, test: 1 })).to.throw('train');
  });
});

describe('countingTagger', () => {
  // After «ی» comes a space twice and nothing once; with «ز» behind it, nothing.
  const sentences = ['سی و دو', 'سی و سه', 'سیزده'];

  it('takes the tag that came most often among the same neighbours', () => {
    expect(countingTagger(sentences)([...'سیزده'])).to.deep.equal([0, 2, 0, 0, 0]);
    expect(countingTagger(sentences, { after: 1 })([...'سیزده'])).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('says that nothing follows letters it has never seen', () => {
    expect(countingTagger(sentences)(['x'])).to.deep.equal([0]);
  });

  it('tells a window before from one behind', () => {
    const tagger = countingTagger(['ab b', 'ba a'], { before: 1, after: 1 });
    expect(tagger([...'abb'])).to.deep.equal([0, 2, 0]);
    expect(tagger([...'baa'])).to.deep.equal([0, 2, 0]);
  });

  it('scores letters and whole sentences', () => {
    const scores = taggingScores(
      ['سی و دو', 'ده'],
      [
        [0, 0, 2, 0, 0],
        [0, 0],
      ],
    );
    expect(scores.letters).to.be.closeTo(6 / 7, 1e-12);
    expect(scores.sentences).to.equal(0.5);
    expect(() => taggingScores(['ده'], [[0]])).to.throw('sentence 0 has 2 letters, got 1 tags');
    expect(() => taggingScores(['ده'], [])).to.throw('got 0 for 1');
  });
});

describe('writtenDates', () => {
  const iso = (date: WrittenDate) => new Date(date.iso);

  it('holds out years whole, in both calendars', () => {
    seed(5);
    const { train, newDays, newYears, heldOut } = writtenDates({ train: 3000, test: 300, heldOut: 20 });
    expect(new Set(heldOut).size).to.equal(20);
    for (const date of [...train, ...newDays]) {
      expect(heldOut).to.not.include(yearOf(iso(date), 'jalali'));
      for (const year of heldOut)
        expect(iso(date).getUTCFullYear()).to.not.be.oneOf([year + 621, year + 622]);
    }
    for (const date of newYears) expect(heldOut).to.include(yearOf(iso(date), 'jalali'));
    const trained = new Set(train.map(({ iso }) => iso));
    expect(trained.size).to.equal(3000);
    for (const date of newDays) expect(trained.has(date.iso)).to.equal(false);
  });

  it('writes each day in its form, the tests in all forms alike', () => {
    seed(6);
    const { train, newYears } = writtenDates({ train: 60, test: 60 });
    for (const date of [...train, ...newYears]) expect(writeDate(iso(date), date.form)).to.equal(date.text);
    for (const form of DATE_FORMS) {
      expect(newYears.filter((date) => date.form === form)).to.have.length(10);
      expect(DATE_FORM_NAMES[form]).to.match(/^[^a-z]+ · [A-Za-z ,]+$/);
    }
    expect(writtenDates({ train: 6, test: 6, forms: ['english'] }).train[0].form).to.equal('english');
  });

  it('makes tokens and dates of each other', () => {
    const dates = writtenDates({ train: 500, test: 6 });
    expect(dates.target('2023-09-25')).to.deep.equal([3, 1, 3, 4, 1, 10, 3, 6]);
    expect(dates.iso(dates.target('2023-09-25'))).to.equal('2023-09-25');
    expect(dates.source('۳ مهر ۱۴۰۲')).to.have.length(6).and.not.include(1);
    expect(dates.pairs()[0]).to.deep.equal({
      source: dates.source(dates.train[0].text),
      target: dates.target(dates.train[0].iso),
    });
    expect(Math.max(...dates.pairs().flatMap(({ source }) => source))).to.equal(dates.sourceTokens);
    expect(dateTokens('سی‌ام ژانویهٔ ۱۴۰۲')).to.deep.equal(['سی‌ام', 'ژانویهٔ', '۱', '۴', '۰', '۲']);
  });

  it('refuses more days than there are', () => {
    expect(() => writtenDates({ train: 60_000, test: 6 })).to.throw('got 60000 to train');
    expect(() => writtenDates({ train: 6, test: 600, heldOut: 1 })).to.throw('365 held out');
  });
});

describe('lastYearsCalendar', () => {
  const answer = (day: string, form: WrittenDate['form'] = 'jalali') =>
    lastYearsCalendar({ form, text: writeDate(new Date(day), form), iso: day });

  it('is right in the Gregorian calendar, but for 29 February', () => {
    expect(answer('2023-09-25', 'english')).to.equal('2023-09-25');
    expect(answer('2024-03-01', 'american')).to.equal('2024-03-01');
    expect(answer('2024-02-29', 'english')).to.equal('2024-02-28');
  });

  // 1402-07-03 and 1401-07-03 are both 25 September; 1403-07-03 is 24 September, after 29 February 2024.
  it('is a day off in the solar one where a leap day of one calendar alone lies between', () => {
    expect(answer('2023-09-25')).to.equal('2023-09-25');
    expect(answer('2024-09-24')).to.equal('2024-09-25');
  });
});

describe('shareRight', () => {
  const dates = [
    { form: 'jalali', text: '', iso: '2023-09-25' },
    { form: 'english', text: '', iso: '2023-09-25' },
  ] as WrittenDate[];

  it('counts whole dates, of some forms', () => {
    const answers = ['2023-09-25', '2023-09-24'];
    expect(shareRight(dates, answers)).to.equal(0.5);
    expect(shareRight(dates, answers, ['jalali'])).to.equal(1);
    expect(() => shareRight(dates, [])).to.throw('each of 2 dates, got 0');
    expect(() => shareRight(dates, answers, ['american'])).to.throw('no date has one of the forms american');
  });
});
