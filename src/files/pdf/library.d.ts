/** What PDFium's package does not say by itself: where its program is, and what Emscripten's part of it has. */

declare module "@embedpdf/pdfium/pdfium.wasm" {
  /** On the disk, or in the executable. */
  const path: string;
  export = path;
}

interface EmscriptenModule {
  /** All of its memory; another array each time that it has grown. */
  HEAPU8: Uint8Array<ArrayBuffer>;
  instantiateWasm(
    imports: EmscriptenImports,
    done: (instance: WebAssembly.Instance) => void,
  ): Bun.WebAssembly.Exports;
  print(line: string): void;
  printErr(line: string): void;
}

type EmscriptenImports = Bun.WebAssembly.Imports & {
  env: Bun.WebAssembly.ModuleImports & { emscripten_resize_heap: (bytes: number) => number };
};
