// One step of set-up: says what it does and how long it took, and turns a failure into a sentence of advice.
// Plain JavaScript without packages, because it runs before any is installed.
import { spawn } from 'node:child_process';

/** A failure that the user can mend; its message says how. */
export class SetupError extends Error {}

/** What the usual failures print, and what to do about each. */
const advice = [
  // Before the network: a package that was cut short may try to download its parts.
  [
    /ENOSPC|No space left on device|Disk quota exceeded/i,
    'The disk is full. The course needs about 1.6 GB; free some and run the same command again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|Name or service not known|Temporary failure in name resolution|ERR_SOCKET_TIMEOUT|No matching distribution found|dns error|error sending request/i,
    'No network, or the package registry did not answer. Connect (behind a proxy set HTTPS_PROXY) and run the same command again: what is done is kept.',
  ],
  [
    /ensurepip is not\s+available|No module named (venv|ensurepip)/i,
    'This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv. Elsewhere install Python from python.org. Then run the same command again.',
  ],
  [
    /EACCES|EPERM|Permission denied/i,
    'A file may not be written. Run this in a folder that is yours, without sudo.',
  ],
  [
    /EUSAGE|package-lock\.json.*(in sync|sync)/i,
    'package.json and package-lock.json disagree. Run npm install, and commit both.',
  ],
];

/** The first and last lines of what a command printed (npm names the fault first, pip last), and what to do about it. */
function explain(/** @type {string} */ title, /** @type {string} */ output) {
  const known = advice.find(([pattern]) => /** @type {RegExp} */ (pattern).test(output));
  const lines = output.split('\n').filter((line) => line.trim() && !line.startsWith('npm warn'));
  const printed = lines.length > 12 ? [...lines.slice(0, 6), '…', ...lines.slice(-5)] : lines;
  return `${title} failed.\n    ${printed.join('\n    ')}\n${known ? `→ ${known[1]}` : '→ Mend what the lines above name, and run the same command again: what is done is kept.'}`;
}

/**
 * Runs a command and gives what it printed. Ctrl-C, which reaches the command too, waits for it to end: npm takes up
 * to half a minute to clear away what it began, and would clear away what the next run makes. A second Ctrl-C does
 * not wait.
 *
 * @param {string} title what the command does, for the message where it fails
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>}
 */
export function run(title, command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      process.stdout.write(`\n${title}: stopping …\n`);
    };
    process.once('SIGINT', interrupt);
    const free = () => process.off('SIGINT', interrupt);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => {
      free();
      reject(new SetupError(explain(title, `${output}\n${error.message}`)));
    });
    child.on('close', (code, signal) => {
      free();
      if (interrupted)
        reject(new SetupError('Interrupted. Run the same command again: what is done is kept.'));
      else if (code === 0) resolve(output);
      else reject(new SetupError(explain(title, output || `ended by ${signal ?? `exit code ${code}`}`)));
    });
  });
}

/** Seconds as people read them: 0.8 s, 12 s, 2 min 5 s. */
export function seconds(/** @type {number} */ ms) {
  const s = ms / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  return s < 60 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/**
 * Shows a step while it runs (with a counting clock on a terminal) and the time it took.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  const line = (/** @type {string} */ mark) => `${mark} ${title} … ${seconds(Date.now() - started)}`;
  const clock = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${line('·')}`), 1000)
    : undefined;
  if (clock) process.stdout.write(`· ${title} …`);
  else process.stdout.write(`· ${title} …\n`);
  let mark = '✗';
  try {
    const result = await work();
    mark = '✓';
    return result;
  } finally {
    clearInterval(clock);
    process.stdout.write(`${clock ? '\r' : ''}${line(mark)}\n`);
  }
}
