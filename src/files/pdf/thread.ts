/** Reads one PDF on a thread of its own, so that whoever chats does not notice, and nothing of it is left. */
import { parentPort } from "node:worker_threads";
import { readPages, type PageLimits, type PdfRefusal, type PdfText } from "./pages.ts";

export type ToPdfReader = { bytes: Uint8Array; limits: PageLimits };

export type FromPdfReader = PdfText | PdfRefusal;

parentPort?.once("message", async ({ bytes, limits }: ToPdfReader) => {
  parentPort?.postMessage(await readPages(bytes, limits), []);
});
