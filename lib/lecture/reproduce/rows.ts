import { fail } from '../../errors';

/** The networks of the lecture's tables, and two that it does not have. */
export type Network = 'fc' | 'simpleRnn' | 'gru' | 'lstm' | 'stackedGru';

/** What the lecture prints in a row; null where it prints nothing. */
export interface LectureNumbers {
  readonly parameters: number | null;
  readonly secondsPerEpoch: number | null;
  readonly trainMse: number;
  readonly testMse: number;
}

/** One cell of the tables: a network and how far ahead it forecasts. */
export interface Row {
  /** How it is named on the command line and in files, e.g. `gru-6h`. */
  readonly id: string;
  readonly network: Network;
  readonly horizonHours: number;
  /** The slide it is on; null where it is not the lecture's. */
  readonly slide: 12 | 13 | null;
  readonly lecture: LectureNumbers | null;
}

/** As the lecture writes them. */
export const NETWORK_NAMES: Readonly<Record<Network, string>> = {
  fc: 'FC(64) + FC(1)',
  simpleRnn: 'SimpleRNN(64) + FC(1)',
  gru: 'GRU(64) + FC(1)',
  lstm: 'LSTM(64) + FC(1)',
  stackedGru: 'GRU(64) + GRU(64) + FC(1)',
};

const IDS: Readonly<Record<Network, string>> = {
  fc: 'fc',
  simpleRnn: 'simple-rnn',
  gru: 'gru',
  lstm: 'lstm',
  stackedGru: 'stacked-gru',
};

const row = (
  slide: Row['slide'],
  network: Network,
  horizonHours: number,
  lecture: LectureNumbers | null,
): Row => ({ id: `${IDS[network]}-${horizonHours}h`, network, horizonHours, slide, lecture });

const errors = (trainMse: number, testMse: number): LectureNumbers => ({
  parameters: null,
  secondsPerEpoch: null,
  trainMse,
  testMse,
});

/** The rows of slide 12 (its horizon, 2 h, is worked out from its sample count) and of slide 13. */
export const LECTURE_ROWS: readonly Row[] = [
  row(12, 'fc', 2, { ...errors(0.1377, 0.1413), parameters: 107_649, secondsPerEpoch: 52 }),
  row(12, 'simpleRnn', 2, { ...errors(0.0403, 0.0599), parameters: 4_673, secondsPerEpoch: 241 }),
  row(13, 'simpleRnn', 1, errors(0.0158, 0.0311)),
  row(13, 'simpleRnn', 6, errors(0.2193, 0.2516)),
  row(13, 'simpleRnn', 12, errors(0.2752, 0.4135)),
  row(13, 'gru', 1, errors(0.0127, 0.0165)),
  row(13, 'gru', 6, errors(0.0662, 0.0831)),
  row(13, 'gru', 12, errors(0.0986, 0.1313)),
];

/** What an LSTM and a second layer of GRU add, on the horizons of slide 13. */
export const EXTRA_ROWS: readonly Row[] = (['lstm', 'stackedGru'] as const).flatMap((network) =>
  [1, 6, 12].map((hours) => row(null, network, hours, null)),
);

export const ALL_ROWS: readonly Row[] = [...LECTURE_ROWS, ...EXTRA_ROWS];

/**
 * The row of a name.
 *
 * @throws RecurrentError for a name that no row has; it lists those that there are
 */
export function findRow(id: string): Row {
  const found = ALL_ROWS.find((candidate) => candidate.id === id);
  return found ?? fail('--only', `no row "${id}"; there are ${ALL_ROWS.map(({ id }) => id).join(', ')}`);
}

/** How much work an epoch is for each window and step, in units of SimpleRNN's; for the time left. */
export const RELATIVE_WORK: Readonly<Record<Network, number>> = {
  fc: 0.08,
  simpleRnn: 1,
  gru: 3.1,
  lstm: 4,
  stackedGru: 8.5,
};
