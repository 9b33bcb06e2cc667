import { readFileSync } from 'node:fs';
import { fail } from '../../errors';
import { writeJson } from '../../files/write-whole';
import type { Content, Message } from '../protocol/wire';

/** A notebook file, nbformat 4. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: Content;
  nbformat: number;
  nbformat_minor: number;
}

export interface NotebookCell {
  id?: string;
  cell_type: 'code' | 'markdown' | 'raw';
  source: string | string[];
  metadata: { tags?: string[] } & Content;
  outputs?: Output[];
  execution_count?: number | null;
}

/** An output as nbformat stores it: `stream`, `display_data`, `execute_result` or `error`. */
export type Output = Content & { output_type: string };

const CELL_TYPES = ['code', 'markdown', 'raw'];

/** @throws if the file is no notebook of nbformat 4 */
export function readNotebook(path: string): Notebook {
  let notebook: Notebook;
  try {
    // Editors on Windows may put a byte order mark before the text.
    notebook = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    return fail('readNotebook', `${path} is no notebook: ${(error as Error).message}`);
  }
  if (!Array.isArray(notebook?.cells)) fail('readNotebook', `${path} has no list of cells`);
  if (notebook.nbformat !== 4) fail('readNotebook', `${path} has nbformat ${notebook.nbformat}, expected 4`);
  for (const [i, cell] of notebook.cells.entries()) {
    if (!CELL_TYPES.includes(cell?.cell_type))
      fail(
        'readNotebook',
        `${path}, cell ${i} has the type ${cell?.cell_type}, expected ${CELL_TYPES.join(', ')}`,
      );
    if (![cell.source].flat().every((line) => typeof line === 'string'))
      fail('readNotebook', `${path}, cell ${i} has no source that is text or a list of lines`);
    cell.metadata ??= {};
  }
  notebook.metadata ??= {};
  return notebook;
}

/** Writes a notebook the way nbformat does, whole or not at all. */
export function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  return writeJson(path, notebook);
}

/** Whether a run of the notebook executes the cell: it is code, not blank, and not tagged `skip-execution`. */
export function isExecuted(cell: NotebookCell): boolean {
  const skipped = cell.metadata.tags?.includes('skip-execution');
  return cell.cell_type === 'code' && !skipped && cellSource(cell).trim() !== '';
}

export function cellSource(cell: NotebookCell): string {
  return Array.isArray(cell.source) ? cell.source.join('') : cell.source;
}

/** The outputs of a cell, built from published messages as a front end builds them. */
export class OutputList {
  readonly outputs: Output[] = [];
  #clearNext = false;

  /** @param displays shared by a notebook's cells, since one may update what an earlier one showed */
  constructor(private readonly displays: Map<string, Output[]> = new Map()) {}

  add({ header, content }: Message): void {
    const type = header.msg_type;
    if (type === 'clear_output') {
      if (content.wait) this.#clearNext = true;
      else this.outputs.length = 0;
      return;
    }
    if (type === 'update_display_data') {
      for (const output of this.displays.get(content.transient?.display_id) ?? []) {
        output.data = storedBundle(content.data);
        output.metadata = content.metadata;
      }
      return;
    }
    const output = toOutput(type, content);
    if (!output) return;
    if (this.#clearNext) this.outputs.length = 0;
    this.#clearNext = false;
    const last = this.outputs.at(-1);
    if (type === 'stream' && last?.output_type === 'stream' && last.name === output.name) {
      last.text = splitLines(joinLines(last.text) + content.text);
      return;
    }
    this.outputs.push(output);
    const id = content.transient?.display_id;
    if (id) this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
  }
}

function toOutput(type: string, content: Content): Output | undefined {
  switch (type) {
    case 'stream':
      return { name: content.name, output_type: 'stream', text: splitLines(content.text) };
    case 'display_data':
      return { data: storedBundle(content.data), metadata: content.metadata, output_type: 'display_data' };
    case 'execute_result': {
      const { data, metadata, execution_count } = content;
      return { data: storedBundle(data), execution_count, metadata, output_type: 'execute_result' };
    }
    case 'error': {
      const { ename, evalue, traceback } = content;
      return { ename, evalue, output_type: 'error', traceback };
    }
    default:
      return undefined;
  }
}

/** Text is stored as lines, JSON types as they are. */
function storedBundle(data: Content): Content {
  const entries = Object.entries(data).map(([mime, value]) => {
    const isText = typeof value === 'string' && !/[/+]json$/.test(mime);
    return [mime, isText ? splitLines(value) : value];
  });
  return Object.fromEntries(entries);
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Text as nbformat may store it, in one piece. */
export function joinLines(text: string | string[]): string {
  return Array.isArray(text) ? text.join('') : text;
}
