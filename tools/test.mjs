// npm test: set-up where it is needed, then types, the house's arrows, style, unit tests, kernel and notebooks; the last line counts them.
// Arguments go on to mocha: npm test -- --grep climate
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool, setup } from './setup.mjs';
import { seconds } from './step.mjs';

/** Runs one of the packages' commands with its output shown; true where it succeeded. */
function check(/** @type {string} */ title, /** @type {string[]} */ command) {
  console.log(`\n— ${title}`);
  const started = Date.now();
  return new Promise((/** @type {(ok: boolean) => void} */ resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('close', (code) => {
      console.log(`${code === 0 ? '✓' : '✗'} ${title} … ${seconds(Date.now() - started)}`);
      resolve(code === 0);
    });
  });
}

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

await runTool(async () => {
  await setup();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const tally = (/** @type {boolean} */ ok) => (ok ? counts.passed++ : counts.failed++);
  tally(await check('types', [bin('typescript/bin/tsc'), '-p', '.']));
  tally(await check('arrows', [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'lib', 'tools']));
  tally(await check('style', [bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off']));

  const totals = join(root, 'artefacts', 'mocha.json');
  mkdirSync(join(root, 'artefacts'), { recursive: true });
  rmSync(totals, { force: true });
  const mocha = [
    bin('mocha/bin/mocha.js'),
    '--reporter',
    './test/support/totals.cjs',
    '--reporter-option',
    `file=${totals}`,
    // The notebooks, which take longest, first; the other files beside them.
    '--parallel',
    '--jobs=2',
    'test/notebooks/*.test.ts',
    'test/!(notebooks)/**/*.test.ts',
  ];
  const ok = await check('tests', [...mocha, ...process.argv.slice(2)]);
  const ran = existsSync(totals)
    ? JSON.parse(readFileSync(totals, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) counts[key] += ran[key];
  // mocha that fails without a failed test (it crashed, or ran nothing) is a failure of its own.
  if ((!ok || ran.passed === 0) && ran.failed === 0) counts.failed++;

  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
});
