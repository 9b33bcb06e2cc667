import type { LayersModel } from '@tensorflow/tfjs';
import { fail } from '../errors';
import { tf } from '../tensor';
import { DataPasses, type Dataset } from './data-passes';
import { RowOrder } from './row-order';

type Callback = tf.Callback;

/** How a model is being trained: what tfjs does not tell its callbacks. */
export type FitCall = { readonly callbacks: readonly Callback[] } & (
  | { readonly method: 'fit'; readonly rows: RowOrder | null }
  | { readonly method: 'fitDataset'; readonly batchesPerEpoch: number | null; readonly passes: DataPasses }
);

/** A callback for which the call that it is in is looked at. */
export interface FitWatcher extends Callback {
  readonly watchesFit: true;
}

interface Args {
  callbacks?: unknown;
  shuffle?: boolean | string;
  batchesPerEpoch?: number;
  validationData?: unknown;
}

const calls = new WeakMap<LayersModel, FitCall>();

/** The call of `fit` or `fitDataset` that the model is in. */
export const fitCallOf = (model: LayersModel): FitCall | undefined => calls.get(model);

const isDataset = (value: unknown): value is Dataset =>
  typeof (value as Partial<Dataset> | null)?.iterator === 'function';

/**
 * The callbacks of a call in which one of them watches; else none.
 *
 * @throws RecurrentError where objects of functions stand among them, beside which tfjs takes no callback
 */
function watched(args: Args | undefined): Callback[] {
  const callbacks = [args?.callbacks ?? []].flat() as Callback[];
  if (!callbacks.some((callback) => (callback as Partial<FitWatcher>)?.watchesFit)) return [];
  if (callbacks.some((callback) => typeof callback?.setModel !== 'function')) {
    fail(
      'checkpoint',
      'tfjs takes no objects of functions beside it: make them new tf.CustomCallback({ … })',
    );
  }
  return callbacks;
}

/** Runs a method of tfjs with its call at hand. */
async function during<T>(model: LayersModel, call: FitCall, run: () => Promise<T>): Promise<T> {
  if ((model as unknown as { isTraining: boolean }).isTraining) return run();
  calls.set(model, call);
  try {
    return await run();
  } finally {
    calls.delete(model);
  }
}

type Method = (this: LayersModel, ...given: unknown[]) => Promise<tf.History>;
const model = tf.LayersModel.prototype as unknown as { fit: Method; fitDataset: Method };
const { fit, fitDataset } = model;

model.fit = async function (x, y, args) {
  const callbacks = watched(args as Args);
  if (callbacks.length === 0) return fit.call(this, x, y, args);
  const rows = ((args as Args).shuffle ?? true) ? new RowOrder() : null;
  return during(this, { method: 'fit', callbacks, rows }, () => fit.call(this, x, y, args));
};

model.fitDataset = async function (data, args) {
  const callbacks = watched(args as Args);
  if (callbacks.length === 0 || !isDataset(data)) return fitDataset.call(this, data, args);
  const { batchesPerEpoch = null, validationData } = args as Args;
  const passes = new DataPasses(isDataset(validationData) ? [data, validationData] : [data]);
  const [training, validation = validationData] = passes.observed();
  return during(this, { method: 'fitDataset', callbacks, batchesPerEpoch, passes }, () =>
    fitDataset.call(this, training, { ...(args as Args), validationData: validation }),
  );
};
