import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

type Show = (data: Record<string, unknown>, id: string | undefined, update: boolean) => void;

/** What tslab's public module hands over: the content of a `display_data` message. */
interface DisplayContent {
  data: Record<string, unknown>;
  transient: { display_id?: string };
}

/**
 * Lets notebooks written for stock tslab show what they show there: `import { display, newDisplay } from 'tslab'`.
 * tslab's public module sends through a function that its server sets; there is no such server here, so the module
 * that would hold it is replaced by one with a function of this kernel. That is done for this kernel's copy of tslab and
 * for the one that packages beside the notebook load.
 *
 * @param folder the notebook's
 */
export function connectTslab(folder: string, show: Show): void {
  const lastWriteDisplayData = ({ data, transient }: DisplayContent, update?: boolean) =>
    show(data, transient.display_id, update === true);
  for (const resolver of [require, createRequire(join(folder, 'cell.js'))]) {
    const path = serverModule(resolver);
    if (!path) continue;
    const server = new Module(path);
    server.exports = { lastWriteDisplayData };
    server.loaded = true;
    require.cache[path] = server;
  }
}

function serverModule(resolver: NodeJS.Require): string | undefined {
  try {
    return resolver.resolve('tslab/dist/jupyter.js');
  } catch {
    return undefined;
  }
}
