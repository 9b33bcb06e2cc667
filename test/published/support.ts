import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const PROJECT = join(__dirname, '..', '..');
export const LIBRARY = join(PROJECT, 'lib');
export const CONSUMER = join(__dirname, 'consumer');

export interface Manifest {
  name: string;
  exports: Record<string, string | { types: string; default: string }>;
  typesVersions: { '*': Record<string, string[]> };
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

export const manifest: Manifest = JSON.parse(readFileSync(join(LIBRARY, 'package.json'), 'utf8'));

/** The specifiers under which the package is imported: `recurrent-lab`, `recurrent-lab/climate`, … */
export const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => manifest.name + entry.slice(1));

/** All files below a folder, by their paths in it. */
export function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

/** Where the project's own installation has a package that the library depends on. */
function installed(name: string): string {
  const places = [LIBRARY, PROJECT].map((folder) => join(folder, 'node_modules', name));
  return places.find((place) => existsSync(place)) ?? places[1];
}

/**
 * An empty project outside this one, with the library's tarball unpacked in its node_modules and, beside it, what the
 * tarball's package.json declares as its dependencies and nothing else. These are links to this project's own
 * packages, so no network is needed; an undeclared one, or a file that is not in the tarball, is not found.
 */
export class ForeignProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'recurrent-foreign-'));
  readonly library = join(this.folder, 'node_modules', manifest.name);

  constructor() {
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const [command, ...first] = npm;
    execFileSync(
      command,
      [...first, 'pack', '--silent', '--ignore-scripts', '--pack-destination', this.folder],
      {
        cwd: LIBRARY,
      },
    );
    const tarball = readdirSync(this.folder).find((name) => name.endsWith('.tgz'))!;
    mkdirSync(this.library, { recursive: true });
    execFileSync('tar', ['-xzf', join(this.folder, tarball), '-C', this.library, '--strip-components=1']);
    const { dependencies } = JSON.parse(readFileSync(join(this.library, 'package.json'), 'utf8')) as Manifest;
    for (const name of Object.keys(dependencies)) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(installed(name), link, 'junction');
    }
  }

  /** Runs Node in the project; nothing of this process' own settings reaches it. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): { status: number | null; output: string } {
    const own = Object.entries(process.env).filter(([name]) => !/^(RECURRENT_|NODE_)/.test(name));
    const run = spawnSync(process.execPath, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...Object.fromEntries(own), ...env },
    });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The oldest TypeScript that the types are for, and a current one. */
export const compilers = {
  '5.0.4': join(PROJECT, 'node_modules', 'typescript'),
  current: join(CONSUMER, 'node_modules', 'typescript'),
};

/** Compiles files of a project strictly and without output; returns the compiler's complaints, a line each. */
export function compileStrictly(
  { folder }: ForeignProject,
  version: keyof typeof compilers,
  files: readonly string[],
  options: object,
): string[] {
  const compilerOptions = { target: 'ES2022', strict: true, noEmit: true, ...options };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const args = [join(compilers[version], 'bin', 'tsc'), '-p', '.', '--pretty', 'false'];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (run.stderr) throw new Error(run.stderr);
  return run.stdout.split('\n').filter((line) => /error TS/.test(line));
}
