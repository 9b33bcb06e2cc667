import { escapeMarkdown, markdownParagraph } from '../../display/markdown';
import type { TableRow } from './results';
import { ALL_ROWS, type Row } from './rows';
import type { DataFacts, Protocol } from './study';

/** `0.0065`, or `0.0065 ± 0.0001` where there are several seeds. */
const withSpread = (mse: number, spread: number | null) =>
  spread === null ? mse.toFixed(4) : `${mse.toFixed(4)} ± ${spread.toFixed(4)}`;

const lecture = (value: number | null | undefined, text: (value: number) => string) =>
  value == null ? '' : text(value);

function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...body.map(line)].join('\n');
}

const HEAD = [
  'network',
  'horizon',
  'parameters',
  's an epoch',
  'lecture: s',
  'train error',
  'lecture: train',
  'test error',
  'lecture: test',
  'last value',
  'linear regression',
];

function cells(row: TableRow): string[] {
  const printed = row.lecture;
  return [
    escapeMarkdown(row.network),
    `${row.horizonHours} h`,
    row.parameters.toLocaleString('en-US'),
    row.secondsPerEpoch.toFixed(row.secondsPerEpoch < 10 ? 1 : 0),
    lecture(printed?.secondsPerEpoch, String),
    withSpread(row.trainMse, row.trainMseSpread),
    lecture(printed?.trainMse, (x) => x.toFixed(4)),
    `**${withSpread(row.testMse, row.testMseSpread)}**`,
    lecture(printed?.testMse, (x) => x.toFixed(4)),
    (row.baselines['last value'] ?? Number.NaN).toFixed(4),
    (row.baselines['linear regression'] ?? Number.NaN).toFixed(4),
  ];
}

/** The protocol in sentences. */
export function protocolText(data: DataFacts, protocol: Protocol): string[] {
  const { recipe } = protocol;
  const trainRows = Math.floor(protocol.trainingShare * data.rows).toLocaleString('en-US');
  const rows = data.rows.toLocaleString('en-US');
  return [
    `Data: ${data.source}, ${rows} rows ${data.minutesPerRow} min apart, ${data.from} to ${data.to} (SHA-256 of the values ${data.sha256.slice(0, 16)}…).`,
    `Rows: the first ${protocol.trainingShare} of them (${trainRows}) train, the rest test; no window reaches across the cut. Missing readings are interpolated in time; windows across a jump of the clock are kept.`,
    `Windows: the past ${protocol.past} in steps of ${protocol.step}, ${protocol.features.length} features (${protocol.features.join(', ')}); the horizon is counted from ${protocol.horizonCountedFrom}.`,
    `Numbers: ${protocol.normalisation}. Errors are the ${protocol.loss}, ${protocol.errors}.`,
    `Training: ${recipe.optimizer}; batch ${recipe.batch}; ${protocol.epochs} epochs; the learning rate rises to ${recipe.learningRate.beyond} (at 1 h to ${recipe.learningRate.at1h}) in ${recipe.warmUpEpochs} epochs and falls to 0 along a ${recipe.decay}; gradients clipped to norm ${recipe.clipNorm}; ${recipe.initialisation}. The seed governs weights and order of windows.`,
  ];
}

const slideOf = (row: TableRow): Row['slide'] => ALL_ROWS.find(({ id }) => id === row.id)?.slide ?? null;

/** The tables of slides 12 and 13 and the rows besides, with the lecture's numbers beside ours, as Markdown. */
export function markdownReport(data: DataFacts, protocol: Protocol, rows: readonly TableRow[]): string {
  const seeds = Math.max(...rows.map((row) => row.seeds.length));
  const parts = [
    ['Slide 12', rows.filter((row) => slideOf(row) === 12)],
    ['Slide 13', rows.filter((row) => slideOf(row) === 13)],
    ['Besides the lecture', rows.filter((row) => slideOf(row) === null)],
  ] as const;
  const missing = ALL_ROWS.filter(({ id, slide }) => slide && !rows.some((row) => row.id === id));
  return [
    '# The tables of the lecture, reproduced',
    ...protocolText(data, protocol).map(markdownParagraph),
    seeds > 1 ? `Errors are means over the seeds, ± the standard deviation over them.` : '',
    ...parts.flatMap(([title, part]) =>
      part.length > 0 ? [`## ${title}`, markdownTable(HEAD, part.map(cells))] : [],
    ),
    missing.length > 0 ? `Not trained: ${missing.map(({ id }) => id).join(', ')}.` : '',
    'The columns "lecture" are the numbers printed on the slides. The horizon of slide 12 is not printed; its count of samples agrees with 2 h.',
    '![error against horizon](horizons.svg)',
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}
