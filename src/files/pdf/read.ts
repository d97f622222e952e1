/** PDFs on their way to a thread: one at a time, each for so long and no longer, and few who wait. */
import { refuse } from "../../errors.ts";
import { createLine } from "../line.ts";
import type { PageLimits, PdfRefusal, PdfText } from "./pages.ts";
import type { FromPdfReader, ToPdfReader } from "./thread.ts";

export type PdfLimits = Omit<PageLimits, "textBytesMax"> & { pdfMs: number; pdfsWaitingMax: number };

export type PdfReading = PdfText | PdfRefusal | { type: "late" };

/** Throws AppError where too many wait. */
export type ReadPdf = (bytes: Uint8Array, textBytesMax: number) => Promise<PdfReading>;

/** `startThread`: one that runs thread.ts. */
export function createPdfReader(startThread: () => Worker, limits: PdfLimits): ReadPdf {
  const line = createLine();
  return async (bytes, textBytesMax) => {
    if (line.length > limits.pdfsWaitingMax) throw refuse("busy", "filesBusy");
    return line.enter(() =>
      readOne(startThread(), { bytes, limits: { ...limits, textBytesMax } }, limits.pdfMs),
    );
  };
}

/** The thread ends with it, and takes along what PDFium had: only then is there room for the next. */
async function readOne(thread: Worker, asked: ToPdfReader, pdfMs: number): Promise<PdfReading> {
  const closed = new Promise<void>((resolve) => thread.addEventListener("close", () => resolve()));
  const answered = new Promise<PdfReading>((resolve, reject) => {
    thread.addEventListener("message", ({ data }: MessageEvent<FromPdfReader>) => resolve(data));
    thread.addEventListener("error", ({ message }) => reject(new Error(message)));
  });
  thread.postMessage(asked, []);
  try {
    return await within(pdfMs, answered, { type: "late" });
  } finally {
    thread.terminate();
    await within(pdfMs, closed, undefined);
  }
}

async function within<T>(ms: number, work: Promise<T>, late: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
