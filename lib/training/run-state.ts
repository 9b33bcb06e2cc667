import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { fail } from '../errors';

/** What a callback or a layer carries from one epoch to the next, as a checkpoint keeps it. */
export interface CallbackState {
  /** Anything JSON can hold, numbers that are not finite too. */
  readonly json: unknown;
  /** Of float32, int32 or bool. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What a layer of your own does that carries more from batch to batch than a checkpoint finds in it by itself. */
export interface ResumableLayer {
  /** The tensors stay the owner's. */
  saveState(): CallbackState;
  /**
   * The tensors stay the caller's.
   *
   * @throws RecurrentError where the state was made with other options, so that it means something else
   */
  restoreState(state: CallbackState): void;
}

/**
 * A callback whose decisions depend on the epochs before: a checkpoint saves and restores it. It says so in its
 * `onTrainBegin`, by `RunState.of(this.model).enter(this)`, and there it also forgets what an earlier run left in
 * it; the checkpoint restores it after that.
 *
 * Its place in the checkpoint is its `stateName` and how many callbacks of that name entered before it, which is
 * their order in the list of callbacks: two of one class have two places, `highest 1` and `highest 2`. A resumed run
 * is refused unless the same names enter in the same order; what was told to two callbacks of one name and is not the
 * same, `restoreState` compares.
 *
 * @example
 * class Highest extends tf.Callback implements ResumableCallback {
 *   readonly stateName = 'highest';
 *   loss = 0;
 *   override async onTrainBegin() {
 *     RunState.of(this.model).enter(this);
 *     this.loss = 0;
 *   }
 *   override async onEpochEnd(_epoch: number, logs?: object) {
 *     const [loss] = await (logs as { loss: tf.Tensor }).loss.data();
 *     this.loss = Math.max(this.loss, loss);
 *   }
 *   saveState() {
 *     return { json: this.loss, tensors: {} };
 *   }
 *   restoreState({ json }: CallbackState) {
 *     this.loss = json as number;
 *   }
 * }
 */
export interface ResumableCallback extends ResumableLayer {
  /** What all callbacks of the class are called in a checkpoint and in its errors, as `earlyStopping`. */
  readonly stateName: string;
}

/** Whether a layer or a callback says itself what it carries. */
export function savesItself(value: object): value is ResumableLayer {
  const { saveState, restoreState } = value as Partial<ResumableLayer>;
  return typeof saveState === 'function' && typeof restoreState === 'function';
}

/** What the callbacks of one training run tell each other about it. */
export class RunState {
  private readonly entered = new Map<string, ResumableCallback>();
  /** Whether the epoch was broken off before its last batch. */
  partialEpoch = false;

  private static readonly runs = new WeakMap<object, RunState>();

  /** The run that the model is in; tfjs makes each a history of its own before it calls anyone. */
  static of(model: LayersModel): RunState {
    const { history } = model as unknown as { history: object };
    let run = RunState.runs.get(history);
    if (!run) RunState.runs.set(history, (run = new RunState()));
    return run;
  }

  /** The callbacks that entered, by their places. */
  get resumable(): ReadonlyMap<string, ResumableCallback> {
    return this.entered;
  }

  /**
   * Gives a callback its place in the run's checkpoints; for `onTrainBegin`.
   *
   * @returns the place, as `earlyStopping 2` for the second of its name
   */
  enter(callback: ResumableCallback): string {
    const { stateName } = callback;
    if (!stateName) fail('RunState.enter', `stateName must be a name, got ${String(stateName)}`);
    const places = [...this.entered];
    const again = places.find(([, other]) => other === callback);
    if (again) return again[0];
    const before = places.filter(([, other]) => other.stateName === stateName).length;
    const place = `${stateName} ${before + 1}`;
    this.entered.set(place, callback);
    return place;
  }
}
