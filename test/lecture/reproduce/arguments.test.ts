import { resolve } from 'node:path';
import { expect } from 'chai';
import { RecurrentError } from 'recurrent-lab';
import { readArguments } from '#lab/lecture/reproduce/arguments';

const refusal = (...args: string[]): string => {
  try {
    readArguments(args, '/course');
  } catch (error) {
    expect(error).to.be.instanceOf(RecurrentError);
    return (error as Error).message;
  }
  throw new Error(`${args.join(' ')} was not refused`);
};

describe('npm run reproduce: the command line', () => {
  it('trains the eight rows of the lecture where nothing is asked for', () => {
    const { RECURRENT_SIZE } = process.env;
    delete process.env.RECURRENT_SIZE;
    const wishes = readArguments([], '/course');
    expect(wishes).to.include({ action: 'train', data: 'quick', seeds: 1, epochs: 12, chosen: false });
    expect(wishes.rows.map(({ id }) => id).join(' ')).to.equal(
      'fc-2h simple-rnn-2h simple-rnn-1h simple-rnn-6h simple-rnn-12h gru-1h gru-6h gru-12h',
    );
    expect(wishes.out).to.equal(resolve('/course/artefacts/reproduce/quick'));
    if (RECURRENT_SIZE !== undefined) process.env.RECURRENT_SIZE = RECURRENT_SIZE;
  });

  it('reads files from where it was called, and names the results after the data', () => {
    const wishes = readArguments(['--data', 'own/jena.csv.gz', '--json', 'x.json'], '/course');
    expect(wishes.data).to.equal(resolve('/course/own/jena.csv.gz'));
    expect(wishes.out).to.equal(resolve('/course/artefacts/reproduce/jena'));
    expect(wishes.json).to.equal(resolve('/course/x.json'));
  });

  it('takes rows one by one, each once, and adds those the lecture lacks', () => {
    const only = readArguments(['--only', 'gru-6h', '--only', 'fc-2h,gru-6h'], '/course');
    expect(only.rows.map(({ id }) => id)).to.deep.equal(['gru-6h', 'fc-2h']);
    expect(readArguments(['--extra'], '/course').rows).to.have.length(14);
  });

  it('says what was expected of what it refuses', () => {
    expect(refusal('--seeds', '0')).to.equal('--seeds: expected a whole number from 1 to 10000, got "0"');
    expect(refusal('--epochs', '1.5')).to.contain('whole number').and.contain('"1.5"');
    expect(refusal('--only', 'gru-7h')).to.contain('no row "gru-7h"; there are fc-2h, simple-rnn-2h');
    expect(refusal('--sede', '1')).to.contain('--sede').and.contain('--seeds N');
    expect(refusal('gru-6h')).to.contain('unexpected "gru-6h"');
    expect(refusal('--only', 'gru-6h', '--extra')).to.contain('does not go with --extra');
    expect(refusal('--merge')).to.contain('expected the files of rows');
    expect(refusal('--merge', 'a.json', '--seeds', '3')).to.contain('does not go with --seeds');
    expect(refusal('--data', '')).to.contain('expected a value');
  });
});
