/** Sizes of a model and its batch. */
export interface Sizes {
  batch: number;
  time: number;
  features: number;
  units: number;
}

/** What is timed: by ours and, where they are fast enough to wait for, by its peers. */
export type RowSpec = {
  /** `task/kind`, e.g. `train-step/gru` */
  row: string;
  /** Timed runs in a round */
  runs: number;
  /** Whether TensorFlow.js' own layers are timed too */
  tfjs: boolean;
} & (
  | ({ task: 'train-step' | 'predict'; kind: 'fc' | 'simple-rnn' | 'gru' | 'lstm' } & Sizes)
  | { task: 'matmul'; kind: string; a: number[]; b: number[]; transposeA: boolean; transposeB: boolean }
);

/** The lecture's batch: five days of seven quantities every half hour. */
export const LECTURE: Sizes = { batch: 256, time: 240, features: 7, units: 64 };

const KINDS = ['fc', 'simple-rnn', 'gru', 'lstm'] as const;

function lectureRows(): RowSpec[] {
  return (['train-step', 'predict'] as const).flatMap((task) =>
    KINDS.map((kind): RowSpec => {
      const runs = kind === 'fc' ? 40 : 4;
      return { row: `${task}/${kind}`, task, kind, ...LECTURE, runs, tfjs: kind !== 'lstm' };
    }),
  );
}

/** One size at a time, the others as they are here. */
function sweepRows(): RowSpec[] {
  const middle: Sizes = { batch: 64, time: 60, features: 7, units: 64 };
  const sweeps = {
    units: [8, 16, 32, 64, 128, 256, 512],
    time: [1, 3, 10, 30, 100, 300, 1000],
    batch: [1, 2, 4, 8, 9, 16, 32, 64, 128, 256, 512, 1024],
  };
  return (Object.keys(sweeps) as (keyof typeof sweeps)[]).flatMap((name) =>
    sweeps[name].map((value): RowSpec => {
      const sizes = { ...middle, [name]: value };
      return {
        row: `sweep/gru/${name}=${value}`,
        task: 'train-step',
        kind: 'gru',
        ...sizes,
        runs: 3,
        tfjs: false,
      };
    }),
  );
}

function matMulRows(): RowSpec[] {
  const product = (
    name: string,
    a: number[],
    b: number[],
    transposeA = false,
    transposeB = false,
  ): RowSpec => ({
    row: `matmul/${name}`,
    task: 'matmul',
    kind: name,
    ...{ a, b, transposeA, transposeB },
    runs: 10,
    tfjs: true,
  });
  return [
    product('64x64x64', [64, 64], [64, 64]),
    product('256x1680x64', [256, 1680], [1680, 64]),
    product('1680x256x64-transposed', [256, 1680], [256, 64], true),
    product('512x512x512', [512, 512], [512, 512]),
  ];
}

/** All rows that ours and the peers both time. */
export function rowSpecs(): RowSpec[] {
  return [...lectureRows(), ...sweepRows(), ...matMulRows()];
}
