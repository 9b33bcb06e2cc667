import { clearLine, cursorTo } from 'node:readline';
import { cutText } from '../display/cut-text';
import { bundled, type DisplayHandle, display, insideKernel } from '../display/display';
import { escapeHtml } from '../display/html';
import { oneLine } from '../display/plain-text';
import { refuseUnknown } from '../errors';
import { tf } from '../tensor';
import { type Logs, nextTurn, numbersOf } from './logs';
import { duration, ProgressClock } from './progress-clock';

export interface ProgressBarOptions {
  /** Least milliseconds between two redraws; default 250. */
  every?: number;
  /** Where it draws; default: the notebook, a terminal's line, or plain lines, by what it runs in. */
  to?: 'notebook' | 'terminal' | 'lines';
}

/** What a bar shows: how much is done, 0 … 1, and the words beside it. */
interface Progress {
  share: number;
  text: string;
  /** True where an epoch ends, and at the end: what is worth a line of its own. */
  milestone: boolean;
}

interface ProgressView {
  draw(progress: Progress): void;
  end(): void;
}

/** A bar in the cell's output, replaced in place. */
class NotebookView implements ProgressView {
  private shown: DisplayHandle | null = null;

  draw({ share, text }: Progress): void {
    const progress = bundled({
      'text/html': `<progress value="${share.toFixed(3)}" max="1" style="width:16em"></progress> ${escapeHtml(text)}`,
      'text/plain': `${Math.floor(share * 100)}% ${text}`,
    });
    if (this.shown) this.shown.update(progress);
    else this.shown = display(progress);
  }

  end(): void {
    this.shown = null;
  }
}

/**
 * One line of a terminal, drawn again and again. No timer and no hidden cursor: a training that fails or is
 * killed leaves nothing to clean up.
 */
class TerminalView implements ProgressView {
  private drawn = false;

  draw({ share, text }: Progress): void {
    const done = Math.round(share * 24);
    const bar = `${'█'.repeat(done)}${'░'.repeat(24 - done)}`;
    const line = `${bar} ${Math.floor(share * 100)}% ${text}`;
    cursorTo(process.stderr, 0);
    process.stderr.write(cutText(line, (process.stderr.columns || 100) - 1));
    clearLine(process.stderr, 1);
    this.drawn = true;
  }

  end(): void {
    if (this.drawn) process.stderr.write('\n');
  }
}

/** A line an epoch, for files and continuous integration. */
class LinesView implements ProgressView {
  draw({ text, milestone }: Progress): void {
    if (milestone) process.stderr.write(`${text}\n`);
  }

  end(): void {}
}

const views = { notebook: NotebookView, terminal: TerminalView, lines: LinesView };

/** Made by `progressBar`. */
export class ProgressBar extends tf.Callback {
  private readonly every: number;
  private readonly to: keyof typeof views;
  private view: ProgressView = new LinesView();
  private clock = new ProgressClock(1, null);
  private drawnAt = Number.NEGATIVE_INFINITY;
  private losses: Record<string, number> = {};

  constructor(options: ProgressBarOptions = {}) {
    super();
    refuseUnknown('progressBar', options, ['every', 'to']);
    this.every = options.every ?? 250;
    this.to = options.to ?? (insideKernel() ? 'notebook' : process.stderr.isTTY ? 'terminal' : 'lines');
  }

  override async onTrainBegin(): Promise<void> {
    this.clock = new ProgressClock(this.params.epochs as number, this.params.steps as number | null);
    this.view = new views[this.to]();
    this.losses = {};
    this.drawnAt = Number.NEGATIVE_INFINITY;
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.clock.beginEpoch(epoch);
  }

  override async onBatchEnd(batch: number, logs?: Logs): Promise<void> {
    this.clock.endBatch(batch);
    const now = performance.now();
    if (now - this.drawnAt < this.every) return;
    this.drawnAt = now;
    const { loss } = await numbersOf(logs);
    const { epoch, epochs, steps } = this.clock;
    const left = this.clock.secondsLeft();
    const text = [
      `epoch ${epoch + 1}/${epochs}`,
      `batch ${batch + 1}${steps ? `/${steps}` : ''}`,
      `loss ${loss.toPrecision(4)}`,
      ...this.pace(),
      ...(left === null ? [] : [`${duration(left)} left`]),
    ];
    this.view.draw({ share: this.clock.share(), text: text.join(' · '), milestone: false });
    // Drawing goes through pipes and sockets, which move only when the loop lets go.
    await nextTurn();
  }

  override async onEpochEnd(epoch: number, logs?: Logs): Promise<void> {
    this.clock.endEpoch();
    this.losses = await numbersOf(logs);
    this.drawEpoch(epoch);
    await nextTurn();
  }

  private pace(): string[] {
    const perEpoch = this.clock.secondsPerEpoch();
    return perEpoch === null ? [] : [`${duration(perEpoch)} an epoch`];
  }

  private drawEpoch(epoch: number): void {
    // The training's own before the validation's, whichever tfjs has first.
    const sorted = Object.entries(this.losses).sort(([a], [b]) => a.localeCompare(b));
    const losses = sorted.map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    const text = [`epoch ${epoch + 1}/${this.clock.epochs}`, ...losses, ...this.pace()].join(' · ');
    this.view.draw({ share: this.clock.share(), text: oneLine(text), milestone: true });
  }

  override async onTrainEnd(): Promise<void> {
    this.view.end();
    await nextTurn();
  }
}

/**
 * Shows how far training is: epoch, batch, loss, seconds an epoch and the time left, in one place. In a
 * notebook a bar that is replaced in place; in a terminal one line drawn again; elsewhere (a pipe, continuous
 * integration) a line an epoch on standard error.
 */
export function progressBar(options?: ProgressBarOptions): ProgressBar {
  return new ProgressBar(options);
}
