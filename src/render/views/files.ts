/** A file → what stands for it in the composer and in the thread. */
import type { FilePart } from "../../domain.ts";
import type { Words } from "../../words/words.ts";

export type FileView = {
  id: string;
  name: string;
  kind: FilePart["type"];
  /** Where its picture is; null for what is none. */
  href: string | null;
  /** As it is shown, in CSS pixels. */
  width: number;
  height: number;
  /** Its size, as people say it; of a PDF, its pages. */
  size: string;
  /** An estimate of what it takes of a prompt. */
  tokens: number;
};

/** What became of a file that is not kept as it was. */
export type FileNote = "first" | "gaps";

export type ChipView = FileView & { about: string };

export function fileView(file: FilePart, words: Words): FileView {
  const { file: id, name, type: kind, bytes, tokens } = file;
  if (file.type === "file") {
    const size = file.pages === undefined ? sizeOf(bytes, words) : words.files.pages(file.pages);
    return { id, name, kind, href: null, width: 0, height: 0, size, tokens };
  }
  const size = sizeOf(bytes, words);
  const scale = Math.min(1, shownMax.width / file.width, shownMax.height / file.height);
  const [width, height] = [file.width, file.height].map((side) => Math.max(1, Math.round(side * scale)));
  return { id, name, kind, href: `/files/${id}`, width: width ?? 1, height: height ?? 1, size, tokens };
}

/** Before it is sent: what it takes of the prompt, and what became of it. */
export function chipView(file: FilePart, note: FileNote | null, words: Words): ChipView {
  const view = fileView(file, words);
  const tokens = words.files.tokens.replace("{tokens}", words.count(file.tokens));
  const measure = file.type === "image" ? `${file.width} × ${file.height}` : view.size;
  const about = [measure, tokens, ...(note === null ? [] : [words.files[note]])].join(" · ");
  return { ...view, about };
}

/** What the browser makes a chip from, for a file that is on its way, and what it says of files. */
export type AttachView = { chip: ChipView; fileMegabytesMax: number; filesMax: number };

export function attachView(words: Words, bytesMax: number, filesMax: number): AttachView {
  const blank = { id: "", name: "{name}", kind: "file" as const, href: null, width: 0, height: 0, size: "" };
  const chip = { ...blank, tokens: 0, about: words.files.arriving };
  return { chip, fileMegabytesMax: Math.round(bytesMax / 2 ** 20), filesMax };
}

/** In the thread. */
const shownMax = { width: 256, height: 192 };

function sizeOf(bytes: number, words: Words): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1000) return `${words.count(kilobytes)} KB`;
  return `${words.decimal(Math.round(kilobytes / 102.4) / 10, 1)} MB`;
}
