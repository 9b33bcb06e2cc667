interface Api {
  readonly Module: new (bytes: Uint8Array) => WebAssembly.Module;
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WebAssembly.Memory;
  readonly Instance: new (
    module: WebAssembly.Module,
    imports: Record<string, Record<string, unknown>>,
  ) => WebAssembly.Instance;
}

/** What is used of WebAssembly's JavaScript API, whose types TypeScript has only together with the browser's. */
export const { WebAssembly } = globalThis as unknown as { WebAssembly: Api };

export declare namespace WebAssembly {
  type Module = object;
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
}
