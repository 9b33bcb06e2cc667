import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { fail, RecurrentError } from '../errors';
import { installKernels, simdInfo } from '../simd';

// Production mode keeps tfjs' banners ("Hi, looks like you are running…") out of notebooks, those of a cell that
// computes before `ready()` too.
tf.enableProdMode();

/** What computes: TensorFlow's C library (on a GPU or not), or WebAssembly, or plain JavaScript. */
export type EngineName = 'tensorflow-gpu' | 'tensorflow' | 'wasm' | 'cpu';

/** Which engine runs, and why that one. */
export interface EngineInfo {
  readonly name: EngineName;
  /** The version of the package that is the engine. */
  readonly version: string;
  /** TensorFlow.js' name for it, as `tf.getBackend()` says. */
  readonly backend: string;
  /** Whether it computes several numbers with one instruction. */
  readonly simd: boolean;
  /** How many threads it computes with; 0 where TensorFlow decides for itself. */
  readonly threads: number;
  /** The reason for the choice, and for passing over the engines before it. */
  readonly why: string;
}

interface Candidate {
  readonly name: EngineName;
  readonly packageName: string;
  /** Loads the engine and makes it the current backend; throws, with the reason, where it can't be had. */
  start(): Promise<Omit<EngineInfo, 'name' | 'why'>>;
}

/** A package's folder if that package, and not another under its name, is installed; else null. */
function installedFolder(name: string): string | null {
  try {
    const entry = require.resolve(name);
    const folder = join('node_modules', ...name.split('/'));
    const path = entry.slice(0, entry.lastIndexOf(folder + sep) + folder.length);
    // danfo asks for tfjs-node; the course's lock file gives it plain tfjs under that name.
    return require(join(path, 'package.json')).name === name ? path : null;
  } catch {
    return null;
  }
}

/** Loads one of TensorFlow's native packages, which register the backend `tensorflow` when required. */
function nativeTensorFlow(name: EngineName, packageName: string): Candidate {
  return {
    name,
    packageName,
    async start() {
      const folder = installedFolder(packageName);
      if (!folder) throw new Error('not installed');
      if (!existsSync(join(folder, 'lib'))) throw new Error('installed without its native library');
      // Node 23 removed a function that tfjs-node 4.22 calls.
      (util as { isNullOrUndefined?: (x: unknown) => boolean }).isNullOrUndefined ??= (x) => x == null;
      require(packageName);
      if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend did not start');
      const { version } = require(join(folder, 'package.json'));
      return { version, backend: 'tensorflow', simd: true, threads: 0 };
    },
  };
}

/**
 * Puts our own kernels beside the backend's, and says with how many threads they run; 1 where the machine cannot run
 * them and the backend's operations do all the work.
 */
function startKernels(): number {
  installKernels();
  try {
    return simdInfo().threads;
  } catch (error) {
    if (error instanceof RecurrentError) throw error;
    return 1;
  }
}

const candidates: readonly Candidate[] = [
  nativeTensorFlow('tensorflow-gpu', '@tensorflow/tfjs-node-gpu'),
  nativeTensorFlow('tensorflow', '@tensorflow/tfjs-node'),
  {
    name: 'wasm',
    packageName: '@tensorflow/tfjs-backend-wasm',
    async start() {
      const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
      wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
      if (!(await tf.setBackend('wasm'))) throw new Error('its backend did not start');
      const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) as boolean;
      return { version: wasm.version_wasm, backend: 'wasm', simd, threads: startKernels() };
    },
  },
  {
    name: 'cpu',
    packageName: '@tensorflow/tfjs',
    async start() {
      if (!(await tf.setBackend('cpu'))) throw new Error('its backend did not start');
      return {
        version: tf.version['tfjs-backend-cpu'] as string,
        backend: 'cpu',
        simd: false,
        threads: startKernels(),
      };
    },
  },
];

/** The installed engines, as an error message lists them. */
function installedEngines(): string {
  return candidates
    .filter((c) => installedFolder(c.packageName))
    .map((c) => c.name)
    .join(', ');
}

/** The engines that the value of RECURRENT_ENGINE allows, in the order they are tried. */
function allowedCandidates(wanted: string | undefined): readonly Candidate[] {
  if (!wanted) return candidates;
  const allowed = candidates.filter(
    (c) => c.name === wanted || (wanted === 'tensorflow' && c.name === 'tensorflow-gpu'),
  );
  if (allowed.length > 0) return allowed;
  return fail(
    'ready',
    `RECURRENT_ENGINE is "${wanted}", expected tensorflow, wasm or cpu; installed are ${installedEngines()}`,
  );
}

async function start(wanted: string | undefined): Promise<EngineInfo> {
  const passedOver: string[] = [];
  for (const candidate of allowedCandidates(wanted)) {
    try {
      const info = await candidate.start();
      const reason = wanted ? `RECURRENT_ENGINE=${wanted}` : 'the first of the list that loads';
      return Object.freeze({ name: candidate.name, ...info, why: [reason, ...passedOver].join('; ') });
    } catch (error) {
      passedOver.push(`${candidate.packageName}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  const asked = wanted ? `RECURRENT_ENGINE=${wanted}` : 'an engine';
  return fail(
    'ready',
    `${asked} could not be started (${passedOver.join('; ')}); installed are ${installedEngines()}`,
  );
}

let starting: Promise<EngineInfo> | null = null;
let running: EngineInfo | null = null;

/**
 * Starts the engine, once: the first that loads of `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node`,
 * the wasm backend and plain JavaScript. The environment's RECURRENT_ENGINE (`tensorflow`, `wasm` or `cpu`)
 * allows that one alone.
 *
 * @throws RecurrentError for an engine that is unknown or can't be had; it lists what there is
 */
export function ready(): Promise<EngineInfo> {
  starting ??= start(process.env.RECURRENT_ENGINE).then(
    (info) => (running = info),
    (error) => {
      starting = null;
      throw error;
    },
  );
  return starting;
}

/**
 * Which engine runs.
 *
 * @throws RecurrentError before `await ready()`
 */
export function engine(): EngineInfo {
  return running ?? fail('engine', 'no engine runs yet; call `await ready()` first');
}
