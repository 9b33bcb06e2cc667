import { tf } from 'recurrent-lab';
import { type KernelHost, setKernelHost } from '#lab/display/display';

type Batch = { xs: tf.Tensor2D; ys: tf.Tensor2D };

/**
 * A data set of the given batches of rows; the target of a row is `target(row)`, `width` times over.
 */
export function batchesOf(
  batches: number[][][],
  target: (row: number[]) => number,
  width = 1,
): tf.data.Dataset<Batch> {
  const make = function* () {
    for (const rows of batches) {
      yield {
        xs: tf.tensor2d(rows),
        ys: tf.tensor2d(rows.map((row) => Array.from({ length: width }, () => target(row)))),
      };
    }
  };
  const data = tf.data.generator(make as () => Iterator<Batch>);
  (data as { size: number }).size = batches.length;
  return data;
}

/** ŷ = w x, for one number x. */
export function lineModel(w: number): tf.Sequential {
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], weights: [tf.tensor2d([[w]])] });
  return tf.sequential({ layers: [layer] });
}

/** What `fn` writes to a stream. */
export async function wrote(stream: NodeJS.WriteStream, fn: () => Promise<unknown>): Promise<string> {
  const { write } = stream;
  let text = '';
  stream.write = ((chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    await fn();
  } finally {
    stream.write = write;
  }
  return text;
}

interface Shown {
  bundle: Record<string, unknown>;
  id: string;
  update: boolean;
}

/** What `fn` displays, as a kernel would get it. */
export async function captureDisplays(fn: () => Promise<unknown>): Promise<Shown[]> {
  const pending: Shown[] = [];
  const host = {
    display: (bundle: Shown['bundle'], id: string, update: boolean) =>
      void pending.push({ bundle, id, update }),
    clearOutput: () => {},
    input: async () => '',
    cellSignal: () => new AbortController().signal,
  };
  setKernelHost(host as KernelHost);
  try {
    await fn();
  } finally {
    delete (globalThis as Record<symbol, unknown>)[Symbol.for('recurrent.kernelHost')];
  }
  return Promise.all(pending.map(async ({ bundle, ...rest }) => ({ bundle: await bundle, ...rest })));
}
