import { expect } from 'chai';
import { check, en, fa, todo, toMimeBundle } from 'recurrent-lab';

type Double = (x: number) => number;

/** Two inputs that a student has not seen, so that no constant passes. */
const checkDouble = (double: Double) =>
  check(1, { double }, ({ that }) => {
    for (const x of [3, -7])
      that(double(x) === 2 * x, fa`دو برابر ${x} را خواستیم`, en`twice ${x} was wanted, ${double(x)} came`);
  });

describe('exercises', () => {
  it('a stub that runs is not yet answered, whether it is a value, a function or inside one', async () => {
    const inside: Double = () => todo();
    const used: Double = (x) => x + todo<number[]>().length;
    for (const stub of [todo<Double>(), inside, used]) {
      const result = await checkDouble(stub);
      expect(result.status).to.equal('not-yet');
      expect(String(result)).to.contain('هنوز پاسخی ندارد').and.contain('no answer yet');
    }
  });

  it('a value that is compared, not used, is not yet answered either', async () => {
    const answer = todo<number>();
    const result = await check(2, { answer }, ({ that }) => that(answer === 4, en`no`));
    expect(result.status).to.equal('not-yet');
  });

  it('a right answer is told so, a wrong one gets its hint in both languages', async () => {
    expect((await checkDouble((x) => 2 * x)).status).to.equal('right');
    const wrong = await checkDouble(() => 6);
    expect(wrong.status).to.equal('wrong');
    expect(String(wrong))
      .to.contain('دو برابر -۷'.replace('-', '‎−'))
      .and.contain('twice -7 was wanted, 6 came');
  });

  it('an answer that throws, waits or gives nonsense is wrong, and stops nothing', async () => {
    const throws = await checkDouble(() => {
      throw new TypeError('no such thing');
    });
    expect(throws.status).to.equal('wrong');
    expect(String(throws)).to.contain('TypeError: no such thing');
    const rejects = await check(3, {}, async () => Promise.reject('bad'));
    expect(rejects.status).to.equal('wrong');
    expect((await checkDouble((() => undefined) as unknown as Double)).status).to.equal('wrong');
  });

  it('is shown with its status for a program that grades', async () => {
    const bundle = await toMimeBundle(await checkDouble((x) => x + x));
    expect(bundle['application/vnd.recurrent.check+json']).to.deep.equal({ exercise: 1, status: 'right' });
    expect(bundle['text/html']).to.contain('recurrent-right');
  });

  it('a cell that ends in a stub shows what it is', async () => {
    expect(await toMimeBundle(todo())).to.deep.equal({ 'text/plain': 'todo()' });
  });
});
