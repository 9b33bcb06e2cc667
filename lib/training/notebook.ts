import type { MimeBundle } from '../jupyter/display';

/** Whether what is displayed reaches a notebook: the kernel announces itself by this symbol. */
export function insideKernel(): boolean {
  return Symbol.for('recurrent.kernelHost') in globalThis;
}

/** A bundle that is already made, as `display` takes it. */
export function bundled(bundle: MimeBundle): object {
  return { [Symbol.for('Jupyter.display')]: () => bundle };
}
