import { isDeepStrictEqual } from 'node:util';
import { bundled, type DisplayHandle, display } from '../display/display';
import { oneLine } from '../display/plain-text';
import { fail, refuseUnknown } from '../errors';
import { learningCurve, type VegaLiteSpec } from '../plot';
import { tf } from '../tensor';
import { type Logs, nextTurn, numbersOf } from './logs';
import { type CallbackState, type ResumableCallback, RunState } from './run-state';

export interface LiveCurveOptions {
  /** Above the chart; default 'Loss by epoch'. */
  title?: string;
  /** The vertical axis' title; default: the name of the model's loss. */
  y?: string;
  /** What to draw, by the name of the epoch's number; default `{ loss: 'train', val_loss: 'validation' }`. */
  series?: Readonly<Record<string, string>>;
  /** Least milliseconds between two redraws; default 1,000. The last epoch is always drawn. */
  every?: number;
}

/** Made by `liveCurve`. */
export class LiveCurve extends tf.Callback implements ResumableCallback {
  readonly stateName = 'liveCurve';
  private readonly title: string;
  private readonly y: string | undefined;
  private readonly series: Readonly<Record<string, string>>;
  private readonly every: number;
  private losses = new Map<string, number[]>();
  private shown: DisplayHandle | null = null;
  private drawnAt = Number.NEGATIVE_INFINITY;

  constructor(options: LiveCurveOptions = {}) {
    super();
    refuseUnknown('liveCurve', options, ['title', 'y', 'series', 'every']);
    this.title = options.title ?? 'Loss by epoch';
    this.y = options.y;
    this.series = { ...(options.series ?? { loss: 'train', val_loss: 'validation' }) };
    this.every = options.every ?? 1000;
    const names = Object.values(this.series);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined)
      fail('liveCurve', `expected a name for each of the series, "${twice}" comes twice`);
  }

  saveState(): CallbackState {
    return { json: { series: this.series, losses: Object.fromEntries(this.losses) }, tensors: {} };
  }

  restoreState({ json }: CallbackState): void {
    const { series, losses } = json as { series: LiveCurve['series']; losses: Record<string, number[]> };
    if (!isDeepStrictEqual(series, this.series)) {
      const [here, there] = [this.series, series].map((each) => JSON.stringify(each));
      const differ = `series is ${here}, in the checkpoint at this place ${there}`;
      fail('liveCurve', `${differ}: give the same callbacks in the same order`);
    }
    this.losses = new Map(Object.entries(losses));
  }

  override async onTrainBegin(): Promise<void> {
    RunState.of(this.model).enter(this);
    this.losses = new Map();
    this.shown = null;
    this.drawnAt = Number.NEGATIVE_INFINITY;
  }

  override async onEpochEnd(_epoch: number, logs?: Logs): Promise<void> {
    const seen = await numbersOf(logs);
    for (const [key, name] of Object.entries(this.series)) {
      if (Object.hasOwn(seen, key)) this.losses.set(name, [...(this.losses.get(name) ?? []), seen[key]]);
    }
    if (performance.now() - this.drawnAt >= this.every) this.draw();
    await nextTurn();
  }

  override async onTrainEnd(): Promise<void> {
    // With a picture this time, for those who read the notebook where no chart is drawn.
    if (this.losses.size > 0) this.show(this.chart());
    await nextTurn();
  }

  private chart(): VegaLiteSpec {
    // In the order of the series: a checkpoint keeps names that are numbers in another one.
    const names = Object.values(this.series).filter((name) => this.losses.has(name));
    const losses = new Map(names.map((name) => [name, this.losses.get(name) ?? []]));
    return learningCurve(losses, { title: this.title, y: this.y ?? this.lossName() });
  }

  /** `meanSquaredError` as words; a function has no name to show. */
  private lossName(): string {
    const { loss } = this.model as unknown as { loss: unknown };
    return typeof loss === 'string' ? loss.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`) : 'loss';
  }

  private draw(): void {
    const last = [...this.losses].map(([name, values]) => `${name} ${values.at(-1)?.toPrecision(4)}`);
    const text = oneLine(`${this.title}: ${last.join(', ')}`);
    this.show(bundled({ 'application/vnd.vegalite.v5+json': this.chart(), 'text/plain': text }));
    this.drawnAt = performance.now();
  }

  private show(value: object): void {
    if (this.shown) this.shown.update(value);
    else this.shown = display(value);
  }
}

/**
 * Draws the loss while the model trains: one Vega-Lite chart in the cell's output that grows epoch by
 * epoch, on a logarithmic scale, with the validation's loss where there is one.
 */
export function liveCurve(options?: LiveCurveOptions): LiveCurve {
  return new LiveCurve(options);
}
