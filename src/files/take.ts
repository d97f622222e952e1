/** A file that somebody brings → what is kept of it: an image made small, or a text, of a PDF too. */
import { refuse } from "../errors.ts";
import type { ImageHeader } from "./headers.ts";
import { shrinkImage, type ImageLimits } from "./image.ts";
import { kindOf } from "./kind.ts";
import { createLine } from "./line.ts";
import type { PdfReading, ReadPdf } from "./pdf/read.ts";
import { decodeText } from "./text.ts";

export type TakeLimits = ImageLimits & { fileNameChars: number; fileTokensMax: number; pdfPagesMax: number };

export type Taken = {
  name: string;
  type: "image/jpeg" | "image/png" | "text/plain";
  bytes: Uint8Array;
  width: number | null;
  height: number | null;
  /** Of a PDF. */
  pages: number | null;
  /** An estimate of what it takes of a prompt. */
  tokens: number;
  /** What is to be said of it: of an animation only the first picture is kept, or some pages have no text. */
  note: "first" | "gaps" | null;
};

/** Throws AppError with what to tell whoever brought it. */
export type Take = (file: { name: string; bytes: Buffer }) => Promise<Taken>;

/** One image is decoded at a time, for it may take a hundred megabytes; the others wait. */
export function createTake(limits: TakeLimits, readPdf: ReadPdf): Take {
  const images = createLine();
  return async ({ name: given, bytes }) => {
    const name = nameOf(given, limits.fileNameChars);
    if (bytes.length === 0) throw refuse("bad_file", "fileEmpty", { name });
    const found = kindOf(bytes);
    switch (found.kind) {
      case "image":
        return imageOf(
          await images.enter(() => shrinkImage(bytes, found.header, name, limits)),
          name,
          found.header,
        );
      case "foreign image":
        throw refuse("bad_file", "imageForeign", { name });
      case "pdf":
        return pdfOf(await readPdf(bytes, textBytesMax(limits)), name, limits);
      case "other":
        return textOf(bytes, name, limits);
    }
  };
}

function imageOf(
  image: Awaited<ReturnType<typeof shrinkImage>>,
  name: string,
  { isAnimated }: ImageHeader,
): Taken {
  const tokens = imageTokens(image.width, image.height);
  return { name, ...image, pages: null, tokens, note: isAnimated ? "first" : null };
}

/**
 * One token for 28 × 28 pixels, as the Qwen models that see count them: 1,369 at most. Others take between a fifth
 * of that and twice as much.
 */
export function imageTokens(width: number, height: number): number {
  return Math.ceil(width / 28) * Math.ceil(height / 28);
}

/** What is kept of it is its text alone. */
function pdfOf(read: PdfReading, name: string, { fileTokensMax, pdfPagesMax }: TakeLimits): Taken {
  switch (read.type) {
    case "text":
      return { ...keptText(read.text, name), pages: read.pages, note: read.hasGaps ? "gaps" : null };
    case "locked":
      throw refuse("bad_file", "pdfLocked", { name });
    case "broken":
      throw refuse("bad_file", "pdfBroken", { name });
    case "empty":
      throw refuse("bad_file", "pdfEmpty", { name });
    case "full":
    case "late":
      throw refuse("bad_file", "pdfHeavy", { name });
    case "pages":
      throw refuse("bad_file", "pdfPages", { name, pages: read.pages, max: pdfPagesMax });
    case "long": {
      const { page, pages } = read;
      throw refuse("bad_file", "pdfLong", { name, max: fileTokensMax, page, pages });
    }
  }
}

function textOf(raw: Buffer, name: string, { fileTokensMax }: TakeLimits): Taken {
  const text = decodeText(raw);
  if (text === null) throw refuse("bad_file", "fileUnknown", { name });
  if (imageNames.test(name)) throw refuse("bad_file", "imageNone", { name });
  if (text.trim() === "") throw refuse("bad_file", "fileEmpty", { name });
  const kept = keptText(text, name);
  const { tokens } = kept;
  if (tokens <= fileTokensMax) return kept;
  throw refuse("bad_file", "fileLong", { name, about: tokens, max: fileTokensMax });
}

function keptText(text: string, name: string): Taken {
  const bytes = new TextEncoder().encode(text);
  const tokens = Math.ceil(bytes.length / bytesPerToken) + frameTokens;
  return { name, type: "text/plain", bytes, width: null, height: null, pages: null, tokens, note: null };
}

function textBytesMax({ fileTokensMax }: TakeLimits): number {
  return (fileTokensMax - frameTokens) * bytesPerToken;
}

/** SVG is not among them: it is a text, and goes as one. */
const imageNames = /\.(png|jpe?g|gif|webp|bmp|tiff?|heic|heif|avif|ico)$/i;

const bytesPerToken = 4;
/** Its name, and what tells where it begins and ends. */
const frameTokens = 20;

/** Without a path, and without what could make it look like another, or like two. */
function nameOf(given: string, charsMax: number): string {
  const name = given
    .toWellFormed()
    .replace(/^.*[\\/]/s, "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, "")
    .trim();
  if (name.length <= charsMax) return name === "" ? "file" : name;
  // Its end tells what kind it is.
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  return `${name.slice(0, charsMax - ending.length - 1).toWellFormed()}…${ending}`;
}
