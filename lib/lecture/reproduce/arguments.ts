import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fail } from '../../errors';
import { courseSize } from '../course-size';
import { EXTRA_ROWS, findRow, LECTURE_ROWS, type Row } from './rows';

export const HELP = `npm run reproduce [-- options]

Trains every cell of the lecture's two tables, and writes them with the lecture's numbers beside ours.
Stopped in any way, the same command goes on where it was.

  --data quick|full|FILE  shipped hourly weather, the 10-minute Jena file, or a climate file of your own
                          (what RECURRENT_SIZE says, else quick)
  --seeds N               runs of every row, with the seeds 1 to N (1)
  --epochs N              epochs of every run (12)
  --only ROW              this row alone; may be given again for more
  --extra                 LSTM and two layers of GRU besides
  --out DIR               where results go (artefacts/reproduce/DATA)
  --json FILE             the results as JSON (DIR/table.json)
  --merge FILE ...        no training: one table of the rows in these files
  --fresh                 begin anew, without what is in DIR
  --list                  the names of the rows, one a line
  --help`;

const OPTIONS = {
  data: { type: 'string' },
  seeds: { type: 'string' },
  epochs: { type: 'string' },
  only: { type: 'string', multiple: true },
  extra: { type: 'boolean' },
  out: { type: 'string' },
  json: { type: 'string' },
  merge: { type: 'boolean' },
  fresh: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What the command line asks for. */
export interface Wishes {
  readonly action: 'train' | 'merge' | 'list' | 'help';
  /** `quick`, `full`, or a whole path. */
  readonly data: string;
  readonly seeds: number;
  readonly epochs: number;
  readonly rows: readonly Row[];
  /** Whether the rows were chosen one by one. */
  readonly chosen: boolean;
  readonly out: string;
  readonly json: string;
  /** The files of `--merge`. */
  readonly files: readonly string[];
  readonly fresh: boolean;
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 10_000) return value;
  return fail(`--${name}`, `expected a whole number from 1 to 10000, got "${text}"`);
}

/** Where results go by default: a folder for each data set. */
function defaultOut(data: string): string {
  const name = data.split(/[\\/]/).pop() as string;
  return join('artefacts', 'reproduce', name.replace(/\.(csv|gz|zip)/g, ''));
}

function chooseRows(only: readonly string[] | undefined, extra: boolean): Row[] {
  if (only) return [...new Set(only.flatMap((names) => names.split(',')).map(findRow))];
  return extra ? [...LECTURE_ROWS, ...EXTRA_ROWS] : [...LECTURE_ROWS];
}

/**
 * Reads the command line; paths are meant from `folder`.
 *
 * @throws RecurrentError for options that do not exist, do not go together, or have values that they can't have
 */
export function readArguments(args: readonly string[], folder = process.env.INIT_CWD ?? '.'): Wishes {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return fail('reproduce', `${(error as Error).message}\n\n${HELP}`);
  }
  const { values, positionals } = parsed;
  const action = values.help ? 'help' : values.list ? 'list' : values.merge ? 'merge' : 'train';
  if (action === 'merge') {
    const other = (['data', 'seeds', 'epochs', 'only', 'extra', 'fresh'] as const).find(
      (name) => name in values,
    );
    if (other) fail('--merge', `merges what was trained, and does not go with --${other}`);
    if (positionals.length === 0) fail('--merge', 'expected the files of rows, e.g. --merge out/rows/*.json');
  } else if (positionals.length > 0) {
    fail(
      'reproduce',
      `unexpected "${positionals[0]}"; values follow their option, e.g. --only gru-6h\n\n${HELP}`,
    );
  }
  if (values.only && values.extra) fail('--only', 'names the rows one by one, and does not go with --extra');
  for (const name of ['data', 'out', 'json'] as const)
    if (values[name] === '') fail(`--${name}`, 'expected a value, got nothing');
  const named = values.data ?? courseSize();
  const data = named === 'quick' || named === 'full' ? named : resolve(folder, named);
  const merged = join('artefacts', 'reproduce', 'merged');
  const out = resolve(folder, values.out ?? (action === 'merge' ? merged : defaultOut(data)));
  return {
    action,
    data,
    seeds: count('seeds', values.seeds, 1),
    epochs: count('epochs', values.epochs, 12),
    rows: chooseRows(values.only, values.extra ?? false),
    chosen: values.only !== undefined,
    out,
    json: values.json ? resolve(folder, values.json) : join(out, 'table.json'),
    files: positionals.map((file) => resolve(folder, file)),
    fresh: values.fresh ?? false,
  };
}

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
