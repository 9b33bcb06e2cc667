import { expect } from 'chai';
import { keepOutputs, outputDifference } from '#lab/jupyter/notebooks/kept-outputs';
import type { Notebook, NotebookCell, Output } from '#lab/jupyter/notebooks/notebook-file';

const result = (text: string[], execution_count = 7): Output => ({
  output_type: 'execute_result',
  execution_count,
  metadata: {},
  data: { 'text/plain': text, 'application/json': { b: 1, a: [{ d: 1, c: 2 }] } },
});
const cell = (source: string, outputs: Output[], tags: string[] = []): NotebookCell => ({
  id: source,
  cell_type: 'code',
  source,
  metadata: tags.length > 0 ? { tags } : {},
  execution_count: 7,
  outputs,
});
const notebook = (...cells: NotebookCell[]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells,
});

describe('outputs kept in git', () => {
  it('have no numbers of the run and their keys in order, and so are the same bytes again', () => {
    const [first, second] = [3, 12].map((count) =>
      keepOutputs(notebook(cell('x', [])), notebook(cell('x', [result(['1'], count)]))),
    );
    expect(first.cells[0].execution_count).to.equal(null);
    expect(first.cells[0].outputs![0].execution_count).to.equal(null);
    expect(JSON.stringify(first)).to.equal(JSON.stringify(second));
    expect(JSON.stringify(first.cells[0].outputs![0].data)).to.equal(
      '{"application/json":{"a":[{"c":2,"d":1}],"b":1},"text/plain":["1"]}',
    );
  });

  it('of a timed cell stay while its source does', () => {
    const timed = (source: string, text: string) => cell(source, [result([text])], ['timing']);
    const textOf = (before: NotebookCell, after: NotebookCell) =>
      keepOutputs(notebook(before), notebook(after)).cells[0].outputs![0].data['text/plain'];
    expect(textOf(timed('x', '1 s'), timed('x', '2 s'))).to.deep.equal(['1 s']);
    expect(textOf(timed('x', '1 s'), timed('y', '2 s'))).to.deep.equal(['2 s']);
    expect(textOf(cell('x', [], ['timing']), timed('x', '2 s'))).to.deep.equal(['2 s']);
  });

  it('of an error are its message and its places in cells, not where a library lies', () => {
    const error = (folder: string, more: number): Output => ({
      output_type: 'error',
      ename: 'Error',
      evalue: 'inner shapes (2) and (3) must match',
      traceback: [
        'Error: inner shapes (2) and (3) must match',
        '> 1 | at(x)',
        '    at step (In[3]:1:1)',
        '    at async In[4]:2:1',
        '    … the same 2 more times',
        `    at matMul (${folder}/tf-core.node.js:454:15)`,
        `    … ${more} more`,
      ],
    });
    const [first, second] = [error('/a', 3), error('/b', 4)].map((output) =>
      keepOutputs(notebook(cell('x', [])), notebook(cell('x', [output]))),
    );
    const { evalue, traceback } = first.cells[0].outputs![0];
    expect([evalue, ...traceback]).to.deep.equal([
      'inner shapes (2) and (3) must match',
      'Error: inner shapes (2) and (3) must match',
      '> 1 | at(x)',
      '    at step (In[3]:1:1)',
      '    at async In[4]:2:1',
      '    … the same 2 more times',
    ]);
    expect(JSON.stringify(first)).to.equal(JSON.stringify(second));
    expect(outputDifference(first.cells[0], [error('/c', 5)])).to.equal('');
    const other = { ...error('/a', 3), evalue: 'another' };
    expect(outputDifference(first.cells[0], [other]))
      .to.contain('0.evalue: kept')
      .and.contain('came "another"');
  });

  it('are compared, whatever the run’s numbers; what differs is told by place and value', () => {
    const before = cell('x', [result(['a\n', 'b'])]);
    expect(outputDifference(before, [result(['a\n', 'b'], 99)])).to.equal('');
    expect(outputDifference(before, [result(['a\n', 'c'])])).to.equal(
      '0.data.text/plain, line 2: kept "b", came "c"',
    );
    expect(outputDifference(before, [])).to.contain('0: kept {').and.contain('came nothing');
    const changed = result(['a\n', 'b']);
    changed.data['application/json'].a[0].d = 3;
    expect(outputDifference(before, [changed])).to.equal('0.data.application/json.a.0.d: kept 1, came 3');
    expect(outputDifference(cell('x', [], ['timing']), [result(['b'])])).to.equal('');
  });
});
