/** What a file is, told by its bytes: neither its name nor what a browser calls it counts. */
import { decodeText } from "./text.ts";
import { readBmp, readGif, readJpeg, readPng, readWebp, type ImageHeader } from "./headers.ts";

export type Kind =
  | { kind: "image"; header: ImageHeader }
  /** An image of a kind that is not read here. */
  | { kind: "foreign image" }
  | { kind: "pdf" }
  /** Not known yet to be a text. */
  | { kind: "other" };

export function kindOf(bytes: Buffer): Kind {
  const found = signatures.find(({ at, text, start = "" }) => {
    return has(bytes, at, text) && has(bytes, 0, start);
  });
  if (found === undefined) return isPdf(bytes) ? { kind: "pdf" } : { kind: "other" };
  if (found.read === null) return { kind: "foreign image" };
  return { kind: "image", header: found.read(bytes) };
}

type Signature = {
  at: number;
  text: string;
  /** What it begins with, where its mark comes later. */
  start?: string;
  read: ((bytes: Buffer) => ImageHeader) | null;
};

const heif = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"];

const signatures: Signature[] = [
  { at: 0, text: "\x89PNG\r\n\x1a\n", read: readPng },
  { at: 0, text: "\xff\xd8\xff", read: readJpeg },
  { at: 0, text: "GIF87a", read: readGif },
  { at: 0, text: "GIF89a", read: readGif },
  { at: 8, text: "WEBPVP8", start: "RIFF", read: readWebp },
  // Two letters may begin a text too; these four bytes are always 0.
  { at: 6, text: "\0\0\0\0", start: "BM", read: readBmp },
  { at: 0, text: "II*\0", read: null },
  { at: 0, text: "MM\0*", read: null },
  ...heif.map((brand) => ({ at: 4, text: `ftyp${brand}`, read: null })),
];

function has(bytes: Buffer, at: number, text: string): boolean {
  return bytes.toString("latin1", at, at + text.length) === text;
}

/** Readers of PDF bear some bytes before its mark; a text may tell of it. */
function isPdf(bytes: Buffer): boolean {
  const at = bytes.subarray(0, 1024).indexOf("%PDF-");
  return at === 0 || (at > 0 && decodeText(bytes) === null);
}
