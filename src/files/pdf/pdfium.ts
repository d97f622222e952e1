/** PDFium, the reader that Chrome has, in a memory of its own that can't grow past a bound. */
import { readFileSync } from "node:fs";
import { init } from "@embedpdf/pdfium";
import wasmPath from "@embedpdf/pdfium/pdfium.wasm" with { type: "file" };

export type Opened = { document: PdfDocument } | { refused: "locked" | "broken" };

export type PdfDocument = {
  pages: number;
  /** The text of a page from 0 on, as far as so many UTF-16 units; null where there is no such page to be read. */
  text(page: number, unitsMax: number): string | null;
};

export type Pdfium = {
  open(bytes: Uint8Array): Opened;
  /** Whether it wanted more memory than it may have, so that what it gave may lack something. */
  isFull(): boolean;
};

// Nothing is awaited here: a thread would miss what it is asked while its modules are being loaded.
const program = new WebAssembly.Module(readFileSync(wasmPath));

/** An error of WebAssembly's ends what is loaded here: it is of no further use. */
export async function loadPdfium(memoryBytesMax: number): Promise<Pdfium> {
  let isFull = false;
  const library = await init({
    // Else it would look for the file by itself, on the network at last.
    instantiateWasm(imports, done) {
      const grow = imports.env.emscripten_resize_heap;
      imports.env.emscripten_resize_heap = (bytes) => {
        if (bytes >>> 0 <= memoryBytesMax) return grow(bytes);
        isFull = true;
        return 0;
      };
      const instance = new WebAssembly.Instance(program, imports);
      done(instance);
      return instance.exports;
    },
    print: () => {},
    printErr: () => {},
  });
  library.PDFiumExt_Init();
  return { open: (bytes) => open(library, bytes), isFull: () => isFull };
}

type Library = Awaited<ReturnType<typeof init>>;

/** FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY: encrypted in a way that an empty password does not open. */
const lockedErrors = [4, 5];

/** Its bytes stay where they are put as long as the library lives, for it reads them as it goes. */
function open(library: Library, bytes: Uint8Array): Opened {
  const { pdfium } = library;
  const at = allocate(library, bytes.length);
  pdfium.HEAPU8.set(bytes, at);
  const document = library.FPDF_LoadMemDocument(at, bytes.length, "");
  if (document === 0) {
    return { refused: lockedErrors.includes(library.FPDF_GetLastError()) ? "locked" : "broken" };
  }
  const pages = library.FPDF_GetPageCount(document);
  return { document: { pages, text: (page, unitsMax) => textOf(library, document, page, unitsMax) } };
}

function textOf(library: Library, document: number, index: number, unitsMax: number): string | null {
  const page = library.FPDF_LoadPage(document, index);
  if (page === 0) return null;
  const found = library.FPDFText_LoadPage(page);
  const text = found === 0 ? null : unitsOf(library, found, unitsMax);
  if (found !== 0) library.FPDFText_ClosePage(found);
  library.FPDF_ClosePage(page);
  return text;
}

function unitsOf(library: Library, found: number, unitsMax: number): string {
  const count = Math.min(library.FPDFText_CountChars(found), unitsMax);
  if (count <= 0) return "";
  // With room for the 0 that it puts at the end.
  const at = allocate(library, 2 * (count + 1));
  const written = library.FPDFText_GetText(found, 0, count, at) - 1;
  const units = Buffer.from(library.pdfium.HEAPU8.buffer, at, 2 * Math.max(0, written));
  const text = units.toString("utf16le");
  library.pdfium.wasmExports.free(at);
  return text;
}

function allocate({ pdfium }: Library, bytes: number): number {
  const at = pdfium.wasmExports.malloc(bytes);
  if (at === 0) throw new Error(`PDFium has no room for ${bytes} bytes`);
  return at;
}
