/** `npm run data`: downloads the full Jena climate file into `data/`. The work is in lib/climate. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { RecurrentError } from 'recurrent-lab';
import { downloadJena, findDownloaded, JENA_URL } from 'recurrent-lab/climate';

const HELP = `npm run data [-- --force] [--url URL] [--folder FOLDER]

Downloads the full Jena climate file (13 MB, 420,551 rows) for notebooks in the full size.
  --force    download it even if it is there
  --url      from another place
  --folder   to another folder than data/`;

const OPTIONS = {
  force: { type: 'boolean' },
  url: { type: 'string' },
  folder: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Stops the download on Ctrl-C and the like, so that it can clean up. */
function stopOnSignals(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller;
}

async function download(folder: string, url: string | undefined, stop: AbortController): Promise<string> {
  console.log(`Downloading ${url ?? JENA_URL}`);
  const bar = new cliProgress.SingleBar({
    format: '[{bar}] {megabytes} MB, {left}',
    noTTYOutput: true,
    notTTYSchedule: 5000,
    hideCursor: true,
    gracefulExit: false,
  });
  try {
    return await downloadJena({
      folder,
      url,
      signal: stop.signal,
      onProgress({ receivedBytes, totalBytes, secondsLeft }) {
        const megabytes = [receivedBytes, totalBytes].map((n) => n && (n / 1e6).toFixed(1));
        const left = secondsLeft === undefined ? '' : `${Math.ceil(secondsLeft)} s left`;
        const shown = {
          megabytes: megabytes.filter(Boolean).join(' of '),
          left: receivedBytes === totalBytes ? 'checking it' : left,
        };
        if (!bar.isActive) bar.start(totalBytes ?? 1, 0, shown);
        bar.update(totalBytes ? receivedBytes : 0, shown);
      },
    });
  } finally {
    bar.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  if (values.help) return console.log(HELP);
  const folder = values.folder ?? join(__dirname, '..', 'data');
  const there = values.force ? null : await findDownloaded(folder);
  if (there) return console.log(`${there} is there and whole; nothing to do`);
  const stop = stopOnSignals();
  try {
    console.log(`${await download(folder, values.url, stop)}: 420,551 rows, whole`);
  } catch (error) {
    if (!(error instanceof RecurrentError)) throw error;
    console.error(error.message);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  }
}

main().catch((error) => {
  console.error(error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message}\n\n${HELP}` : error);
  process.exitCode = 1;
});
