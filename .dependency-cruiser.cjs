// The house's arrows: which folder of lib/ may import which. `npm run arrows` holds the code to them.
const FOLDERS = {
  // The ground floor.
  errors: [],
  files: ['errors'],
  simd: ['errors', 'files'],
  display: ['errors', 'files', 'simd'],
  tensor: ['errors', 'files', 'simd'],
  text: ['errors', 'files', 'simd', 'tensor'],
  // What the course is about; training alone knows two of its neighbours: it saves layers' states, and draws curves.
  climate: ['errors', 'files', 'display', 'tensor', 'text'],
  plot: ['errors', 'files', 'display', 'tensor', 'text'],
  recurrent: ['errors', 'files', 'display', 'tensor', 'text', 'simd'],
  embedding: ['errors', 'files', 'display', 'tensor', 'text', 'simd'],
  markov: ['errors', 'files', 'display', 'tensor', 'text', 'simd'],
  training: ['errors', 'files', 'display', 'tensor', 'text', 'simd', 'recurrent', 'plot'],
  lecture: [
    ...['errors', 'files', 'display', 'tensor', 'text'],
    ...['climate', 'plot', 'recurrent', 'embedding', 'markov', 'training'],
  ],
  jupyter: ['errors', 'files', 'display'],
};

/** Processes and threads of the kernel: they share the protocol between them, and nothing else. */
const JUPYTER = ['kernel', 'compiler', 'cell', 'notebooks'];

const folder = (/** @type {string} */ name) => `^lib/${name}(/|\\.ts$)`;

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A file that imports itself by a detour has two jobs, or is in the wrong place.',
      severity: 'error',
      from: { path: '^(lib|tools)/' },
      to: { circular: true },
    },
    ...Object.entries(FOLDERS).map(([name, below]) => ({
      name: `${name}-imports-what-is-below`,
      severity: 'error',
      from: { path: folder(name) },
      to: { path: '^lib/', pathNot: ['^lib/node_modules/', ...[name, ...below].map(folder)] },
    })),
    {
      name: 'a-folder-has-its-arrows',
      comment: 'A new folder of lib/ gets a line in FOLDERS.',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['index', ...Object.keys(FOLDERS)].map(folder) },
      to: {},
    },
    ...JUPYTER.map((name) => ({
      name: `jupyter-${name}-shares-the-protocol-alone`,
      severity: 'error',
      from: { path: `^lib/jupyter/${name}/` },
      to: { path: '^lib/jupyter/', pathNot: [`^lib/jupyter/${name}/`, '^lib/jupyter/protocol/'] },
    })),
    {
      name: 'jupyter-protocol-knows-no-process',
      severity: 'error',
      from: { path: '^lib/jupyter/protocol/' },
      to: { path: '^lib/jupyter/', pathNot: '^lib/jupyter/protocol/' },
    },
    {
      name: 'tools-import-what-is-published',
      comment: 'A tool says recurrent-lab, or recurrent-lab/climate and the like, and no path into lib/.',
      severity: 'error',
      from: { path: '^tools/' },
      to: { path: '^lib/', dependencyTypesNot: ['aliased-workspace'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^lib/dist'] },
    exclude: { path: ['^lib/dist/.*\\.map$', '^lib/simd/assembly'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
