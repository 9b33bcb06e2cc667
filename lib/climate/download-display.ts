import { type DisplayHandle, display } from '../display';
import type { DownloadProgress } from './download';

const WIDTH = 30;
const UPDATE_MILLISECONDS = 250;

/** A line such as `Jena climate file  [█████     ]  2.3 of 13.2 MB, 12 s left`. */
export function formatDownload({ receivedBytes, totalBytes, secondsLeft }: DownloadProgress): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (totalBytes === undefined) return `Jena climate file: ${megabytes(receivedBytes)} MB`;
  const done = Math.round((WIDTH * receivedBytes) / totalBytes);
  const bar = '█'.repeat(done).padEnd(WIDTH);
  const left = receivedBytes < totalBytes ? `, ${Math.ceil(secondsLeft ?? 0)} s left` : ', checking it';
  return `Jena climate file [${bar}] ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB${left}`;
}

/** A line of a notebook's output that shows a download. */
export interface DownloadLine {
  readonly onProgress: (progress: DownloadProgress) => void;
  /** Says that the file is there. */
  finish(): void;
}

/** Shows a download in the notebook as one line that is kept up to date. */
export function showDownload(): DownloadLine {
  let line: DisplayHandle | null = null;
  let shown = 0;
  let received = 0;
  const show = (text: string) => {
    // A plain string would be shown in quotes.
    const output = { [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': text }) };
    if (line) line.update(output);
    else line = display(output);
  };
  return {
    onProgress(progress) {
      received = progress.receivedBytes;
      const whole = received === progress.totalBytes;
      if (!whole && Date.now() - shown < UPDATE_MILLISECONDS) return;
      shown = Date.now();
      show(formatDownload(progress));
    },
    finish() {
      if (line) show(`Jena climate file: ${(received / 1e6).toFixed(1)} MB, downloaded and whole`);
    },
  };
}
