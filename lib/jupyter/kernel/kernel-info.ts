import { type Content, PROTOCOL_VERSION } from '../protocol/wire';

/** What `kernel_info_request` is told. */
export function kernelInfo(): Content {
  const tslab = require('tslab/package.json') as { version: string; dependencies: Record<string, string> };
  const typescript = tslab.dependencies['@tslab/typescript-for-tslab']!;
  return {
    protocol_version: PROTOCOL_VERSION,
    implementation: 'recurrent',
    implementation_version: (require('../../../package.json') as { version: string }).version,
    language_info: {
      name: 'typescript',
      version: typescript,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      // JupyterLab takes the mode's name, the classic notebook the rest.
      codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: `TypeScript ${typescript} on Node ${process.versions.node} (tslab ${tslab.version})`,
    help_links: [{ text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' }],
    debugger: false,
    supported_features: ['iopub welcome'],
  };
}
