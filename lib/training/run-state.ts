import type { LayersModel, Tensor } from '@tensorflow/tfjs';

/** What a callback carries from one epoch to the next, as a checkpoint keeps it. */
export interface CallbackState {
  /** Anything JSON can hold. */
  readonly json: unknown;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A callback whose decisions depend on the epochs before: a checkpoint saves and restores it. */
export interface ResumableCallback {
  /** Under what name the checkpoint keeps it. */
  readonly stateName: string;
  /** The epoch whose end it saw last. */
  readonly seenEpoch: number;
  /** The tensors stay the callback's own. */
  saveState(): CallbackState;
  /** The tensors stay the caller's. */
  restoreState(state: CallbackState): void;
}

/** What the callbacks of one training run tell each other about it. */
export class RunState {
  /** By name; a callback enters itself when training begins. */
  readonly resumable = new Map<string, ResumableCallback>();
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
}
