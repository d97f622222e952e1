/** A file → what stands for it in the composer and in the thread. */
import type { FilePart } from "../../domain.ts";
import type { Words } from "../../words/words.ts";

export type FileView = {
  id: string;
  name: string;
  kind: FilePart["type"];
  /** Where its picture is; null for what is none. */
  href: string | null;
  width: number;
  height: number;
  /** Its size, as people say it. */
  size: string;
};

export type ChipView = FileView & { tokens: number; about: string };

export function fileView(file: FilePart, words: Words): FileView {
  const { file: id, name, type: kind, bytes } = file;
  const size = sizeOf(bytes, words);
  if (file.type === "file") return { id, name, kind, href: null, width: 0, height: 0, size };
  const { width, height } = file;
  return { id, name, kind, href: `/files/${id}`, width, height, size };
}

/** Before it is sent: what it takes of the prompt, and what became of it. */
export function chipView(file: FilePart, note: "first" | null, words: Words): ChipView {
  const view = fileView(file, words);
  const tokens = words.files.tokens.replace("{tokens}", words.count(file.tokens));
  const measure = view.href === null ? view.size : `${view.width} × ${view.height}`;
  const about = [measure, tokens, ...(note === null ? [] : [words.files[note]])].join(" · ");
  return { ...view, tokens: file.tokens, about };
}

function sizeOf(bytes: number, words: Words): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1000) return `${words.count(kilobytes)} KB`;
  return `${words.decimal(Math.round(kilobytes / 102.4) / 10, 1)} MB`;
}
