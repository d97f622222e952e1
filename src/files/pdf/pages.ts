/** A PDF's bytes → the text of its pages, in one text that tells them apart; or why there is none. */
import { cleanText } from "./clean.ts";
import { loadPdfium, type PdfDocument } from "./pdfium.ts";

export type PageLimits = {
  pdfPagesMax: number;
  /** Of PDFium's memory, the file in it among the rest. */
  pdfMemoryBytesMax: number;
  /** Of the text, in UTF-8. */
  textBytesMax: number;
};

export type PdfText = { type: "text"; text: string; pages: number; hasGaps: boolean };

export type PdfRefusal =
  | { type: "locked" | "broken" | "empty" | "full" }
  | { type: "pages"; pages: number }
  /** There is more text than there may be by the end of that page. */
  | { type: "long"; page: number; pages: number };

export async function readPages(bytes: Uint8Array, limits: PageLimits): Promise<PdfText | PdfRefusal> {
  const pdfium = await loadPdfium(limits.pdfMemoryBytesMax);
  try {
    const opened = pdfium.open(bytes);
    const read = "refused" in opened ? { type: opened.refused } : textOf(opened.document, limits);
    return pdfium.isFull() ? { type: "full" } : read;
  } catch {
    // Whatever it stumbled over was in the file, for nothing else is in its memory.
    return { type: pdfium.isFull() ? "full" : "broken" };
  }
}

function textOf(
  { pages, text }: PdfDocument,
  { pdfPagesMax, textBytesMax }: PageLimits,
): PdfText | PdfRefusal {
  if (pages > pdfPagesMax) return { type: "pages", pages };
  const texts: string[] = [];
  let [bytes, missing, unreadable] = [0, 0, 0];
  for (let page = 0; page < pages; page += 1) {
    const found = text(page, textBytesMax + 1);
    if (found === null) unreadable += 1;
    const cleaned = cleanText(found ?? "");
    if (cleaned === "") {
      missing += 1;
      continue;
    }
    const marked = `[Page ${page + 1} of ${pages}]\n${cleaned}`;
    bytes += Buffer.byteLength(marked) + between.length;
    if (bytes > textBytesMax) return { type: "long", page: page + 1, pages };
    texts.push(marked);
  }
  if (unreadable === pages) return { type: "broken" };
  if (texts.length === 0) return { type: "empty" };
  return { type: "text", text: texts.join(between), pages, hasGaps: missing > 0 };
}

const between = "\n\n";
